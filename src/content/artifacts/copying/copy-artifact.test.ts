import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../../lib/errors.ts';
import { mediaTypes } from '../../../lib/oci/media-types.ts';
import { parseReference } from '../../../lib/oci/tag.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { checkUsage } from '../../repositories/check-usage.ts';
import { openTwoProjects, otherProject } from '../../testing/open-two-projects.ts';
import {
  digestOf,
  imageManifest,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../../testing/world.ts';
import { deleteRepository } from '../delete-repository.ts';
import { deleteWithDependents } from '../delete-with-dependents.ts';
import { copyArtifact } from './copy-artifact.ts';

function copy(
  { db }: World,
  reference: string,
  to: string,
  options: { sparse?: boolean } = {},
): Promise<void> {
  return copyArtifact(
    { db },
    {
      source: { repositoryName, reference: parseReference(reference) },
      projectId: otherProject,
      repositoryName: to,
      sparse: options.sparse ?? false,
      allowsTag: () => true,
      actor: testActor,
    },
  );
}

async function pushContent({ deps }: World, seed: string) {
  const bytes = Buffer.from(seed);
  await pushBlob(deps, bytes);
  return { digest: digestOf(bytes), size: bytes.length };
}

const entryOf = (bytes: Uint8Array, mediaType: string = mediaTypes.ociManifest) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

/** An index `multi` of two images that share a layer, and a signature of it. */
async function pushMulti(world: World, seed: string): Promise<Buffer> {
  const { deps } = world;
  const shared = await pushContent(world, 'shared');
  const children: Buffer[] = [];
  for (const each of ['a', 'b']) {
    const child = imageManifest([await pushContent(world, `${seed} ${each}`), shared]);
    await putManifest(deps, digestOf(child), child);
    children.push(child);
  }
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: children.map((child) => entryOf(child)),
    }),
  );
  await putManifest(deps, seed, index, { type: mediaTypes.ociIndex });
  const signature = imageManifest([await pushContent(world, `${seed} signature`)], {
    subject: entryOf(index, mediaTypes.ociIndex),
  });
  await putManifest(deps, digestOf(signature), signature);
  return index;
}

async function artifactsIn({ db }: World, repository: string): Promise<number> {
  const rows = await db.reader.builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .select('live_artifact.id')
    .where('live_repository.full_name', '=', repository)
    .execute();
  return rows.length;
}

for (const dialect of dialects) {
  test(`a copy is charged once, with all that goes with it, and nothing is stored twice (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    await pushMulti(world, 'multi');
    const before = await world.db.reader.builder.selectFrom('blob').select('id').execute();
    await copy(world, 'multi', 'other/app');
    await copy(world, 'multi', 'other/again');
    assert.deepEqual(
      [await artifactsIn(world, 'other/app'), await artifactsIn(world, 'other/again')],
      [4, 4],
    );
    const usages = await world.db.reader.builder
      .selectFrom('project_usage')
      .select('used_bytes')
      .orderBy('project_id')
      .execute();
    assert.equal(usages[1]?.used_bytes, usages[0]?.used_bytes);
    assert.deepEqual(await checkUsage(world, { repair: false }), []);
    const after = await world.db.reader.builder.selectFrom('blob').select('id').execute();
    assert.equal(after.length, before.length);
  });

  test(`what lacks content is copied only to where that may be (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const lost = Buffer.from('never pushed');
    const bytes = imageManifest([
      await pushContent(world, 'config'),
      { digest: digestOf(lost), size: lost.length },
    ]);
    await putManifest(world.deps, 'v1', bytes, { sparse: true });
    await assert.rejects(
      copy(world, 'v1', 'other/app'),
      /refers to layer sha256:.* the source does not hold/,
    );
    assert.equal(await artifactsIn(world, 'other/app'), 0);
    await copy(world, 'v1', 'other/app', { sparse: true });
    assert.equal(await artifactsIn(world, 'other/app'), 1);
  });

  test(`copies, pushes and deletions at once all end, and the usages are right (${dialect})`, async () => {
    await using world = await openTwoProjects(dialect);
    const { db, deps } = world;
    const actor = testActor;
    for (let round = 0; round < 6; round += 1) {
      const index = await pushMulti(world, 'multi');
      await pushMulti(world, 'second');
      const settled = await Promise.allSettled([
        copy(world, 'multi', 'other/app'),
        copy(world, 'second', 'other/app'),
        copy(world, digestOf(index), 'other/again'),
        copy(world, 'multi', 'other/app'),
        putManifest(deps, 'third', index, { type: mediaTypes.ociIndex }),
        deleteWithDependents(
          { db },
          { projectId, repositoryName, reference: parseReference('second'), actor },
        ),
        deleteWithDependents(
          { db },
          {
            projectId: otherProject,
            repositoryName: 'other/app',
            reference: parseReference('multi'),
            actor,
          },
        ),
        round % 2 === 1
          ? deleteRepository({ db }, { projectId: otherProject, repositoryName: 'other/again', actor })
          : copy(world, 'second', 'other/again'),
      ]);
      const failed = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      const surprising = failed.filter((error) => !(error instanceof AppError && error.row.status === 404));
      assert.deepEqual(surprising, []);
      // An index is there with its children, or not at all.
      for (const repository of ['other/app', 'other/again'])
        assert.equal((await artifactsIn(world, repository)) % 4, 0, `${repository} in round ${round}`);
      assert.deepEqual(await checkUsage(world, { repair: false }), []);
    }
  });
}
