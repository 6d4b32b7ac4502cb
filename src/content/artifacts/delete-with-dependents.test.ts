import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypes } from '../../lib/oci/media-types.ts';
import { parseReference } from '../../lib/oci/tag.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  testActor,
  type World,
} from '../testing/world.ts';
import { deleteRepository } from './delete-repository.ts';
import { deleteWithDependents } from './delete-with-dependents.ts';

const where = { projectId, repositoryName, actor: testActor };

async function usedBytes({ db }: World): Promise<number> {
  const row = await db.reader.builder
    .selectFrom('project_usage')
    .select('used_bytes')
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  return row.used_bytes;
}

async function eventTypes({ db }: World): Promise<string[]> {
  const rows = await db.reader.builder.selectFrom('event').select('type').orderBy('id').execute();
  return rows.map(({ type }) => type);
}

async function pushContent({ deps }: World, seed: string) {
  const bytes = Buffer.from(seed);
  await pushBlob(deps, bytes);
  return { digest: digestOf(bytes), size: bytes.length };
}

const subjectOf = (bytes: Uint8Array, mediaType: string = mediaTypes.ociManifest) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
});

function indexBytes(children: readonly Uint8Array[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: children.map((child) => subjectOf(child)),
    }),
  );
}

for (const dialect of dialects) {
  test(`what an artifact takes along is no longer charged, what stays is (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { deps, db } = world;
    const shared = await pushContent(world, 'shared');
    const kept = imageManifest([shared, await pushContent(world, 'kept')]);
    await putManifest(deps, 'kept', kept);
    const before = await usedBytes(world);
    const child = imageManifest([shared, await pushContent(world, 'child')]);
    await putManifest(deps, digestOf(child), child);
    const index = indexBytes([child, kept]);
    await putManifest(deps, 'multi', index, { type: mediaTypes.ociIndex });
    const signature = imageManifest([await pushContent(world, 'signature')], {
      subject: subjectOf(index, mediaTypes.ociIndex),
    });
    await putManifest(deps, digestOf(signature), signature);
    const about = imageManifest([await pushContent(world, 'about')], { subject: subjectOf(signature) });
    await putManifest(deps, digestOf(about), about);
    assert.ok((await usedBytes(world)) > before);
    await deleteWithDependents({ db }, { ...where, reference: parseReference('multi') });
    assert.equal(await usedBytes(world), before);
    assert.equal((await eventTypes(world)).filter((type) => type === 'artifact.deleted').length, 4);
  });

  test(`a signature that an index lists stays with its image that has a tag (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { deps, db } = world;
    const image = imageManifest([await pushContent(world, 'image')]);
    await putManifest(deps, 'v1', image);
    const signature = imageManifest([await pushContent(world, 'signature')], { subject: subjectOf(image) });
    await putManifest(deps, digestOf(signature), signature);
    await putManifest(deps, 'multi', indexBytes([image, signature]), { type: mediaTypes.ociIndex });
    await deleteWithDependents({ db }, { ...where, reference: parseReference('multi') });
    const left = await db.reader.builder.selectFrom('live_artifact').select('digest').orderBy('id').execute();
    assert.deepEqual(
      left.map(({ digest }) => digest),
      [digestOf(image), digestOf(signature)],
    );
  });

  test(`a repository goes with what was only uploaded, however much is in it, and nothing is charged (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { deps, db } = world;
    const config = await pushContent(world, 'config');
    for (let count = 0; count < 105; count += 1)
      await putManifest(deps, `v${count}`, imageManifest([config], { annotations: { count: `${count}` } }));
    await pushContent(world, 'never used');
    await deleteRepository({ db }, where);
    assert.equal(await usedBytes(world), 0);
    const left = await db.reader.builder.selectFrom('live_repository').select('id').execute();
    assert.deepEqual(left, []);
    assert.equal((await eventTypes(world)).filter((type) => type === 'repository.deleted').length, 1);
    await assert.rejects(deleteRepository({ db }, where), /not found/);
  });

  test(`a push and the deletion of its repository at once: it is all there or all gone (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { deps, db } = world;
    const config = await pushContent(world, 'config');
    await putManifest(deps, 'v0', imageManifest([config]));
    const second = imageManifest([config], { annotations: { a: 'b' } });
    const [push] = await Promise.allSettled([
      putManifest(deps, 'v1', second),
      deleteRepository({ db }, where),
    ]);
    const rows = await db.reader.builder
      .selectFrom('live_artifact')
      .leftJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
      .select(['live_artifact.digest', 'live_repository.id'])
      .execute();
    assert.ok(rows.every(({ id }) => id !== null));
    if (push.status === 'rejected') assert.deepEqual(rows, []);
  });
}
