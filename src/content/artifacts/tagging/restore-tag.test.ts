import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../lib/errors.ts';
import type { Digest } from '../../../lib/oci/digest.ts';
import type { Tag } from '../../../lib/oci/tag.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { findRepositoryId } from '../../repositories/repository-reads.ts';
import { deleteTag } from '../../tags/delete-tag.ts';
import { pageOfTagHistory } from '../../tags/tag-history-reads.ts';
import { findByTag } from '../../tags/tag-reads.ts';
import { stopsBeforeCommit } from '../../testing/stops-before-commit.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  sha512Of,
  testActor,
  type World,
} from '../../testing/world.ts';
import { deleteArtifact } from '../delete-artifact.ts';
import { restoreTag } from './restore-tag.ts';

const tag = 'v1' as Tag;
const where = { projectId, repositoryName, actor: testActor, tag };
const hasCode = (code: string) => (error: unknown) => error instanceof AppError && error.code === code;
const restore = (db: World['db'], digest?: Digest): Promise<string> =>
  restoreTag({ db }, { ...where, digest });

/** `v1` stood for the first, and stands for the second. */
async function withMoved(world: World): Promise<{ first: Buffer; second: Buffer }> {
  const config = Buffer.from('{}');
  const layers = [{ digest: await pushBlob(world.deps, config), size: config.length }];
  const first = imageManifest(layers);
  const second = imageManifest(layers, { annotations: { other: 'yes' } });
  await putManifest(world.deps, 'v1', first);
  await putManifest(world.deps, 'v1', second);
  return { first, second };
}

const standsFor = async ({ db }: World): Promise<string | undefined> =>
  (await findByTag(db.reader, repositoryName, tag))?.digest;

for (const dialect of dialects) {
  test(`${dialect}: a tag goes back to before its last move, and its history says so, from where and by what`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const [first, second] = Object.values(await withMoved(world)).map(digestOf);
    assert.equal(await restore(db), first);
    assert.equal(await restore(db), second);
    await deleteTag({ db }, where);
    assert.equal(await restore(db), second);
    assert.equal(await standsFor(world), second);
    const repositoryId = (await findRepositoryId(db.reader, repositoryName)) ?? 0;
    const { rows, count } = await pageOfTagHistory(db.reader, {
      repositoryId,
      name: tag,
      offset: 1,
      limit: 3,
    });
    const { principal: actor, address, client } = testActor;
    assert.deepEqual(
      [count, rows.map(({ id: _, at: __, ...row }) => row)],
      [
        6,
        [
          { previous: second, digest: null, actor, address, client },
          { previous: first, digest: second, actor, address, client },
          { previous: second, digest: first, actor, address, client },
        ],
      ],
    );
  });

  test(`${dialect}: a tag that was pushed by a sha512 goes back to it`, async () => {
    await using world = await openWorld({ dialect });
    const { second } = await withMoved(world);
    const alias = sha512Of(second);
    await putManifest(world.deps, alias, second, { tags: ['w1' as Tag] });
    await deleteTag({ db: world.db }, { ...where, tag: 'w1' as Tag });
    const to = { ...where, tag: 'w1' as Tag, digest: undefined };
    assert.equal(await restoreTag({ db: world.db }, to), alias);
  });
}

// SQLite has one writer, which no transaction may keep waiting.
for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`${dialect}: a deleted tag that somebody pushes in the same moment is not overwritten`, async () => {
    await using world = await openWorld({ dialect });
    const { first, second } = await withMoved(world);
    await deleteTag({ db: world.db }, where);
    const held = stopsBeforeCommit(world.db);
    const pushed = putManifest({ ...world.deps, db: held.db }, 'v1', first);
    await held.open;
    const refused = assert.rejects(restore(world.db, digestOf(second)), hasCode('PRECONDITION_FAILED'));
    await delay(200);
    held.commit();
    await Promise.all([pushed, refused]);
    assert.equal(await standsFor(world), digestOf(first));
  });

  test(`${dialect}: a tag never goes back to what is deleted in the same moment`, async () => {
    await using world = await openWorld({ dialect });
    const { first, second } = await withMoved(world);
    const held = stopsBeforeCommit(world.db);
    const deleted = deleteArtifact({ db: held.db }, { ...where, digest: digestOf(first) });
    await held.open;
    const refused = assert.rejects(restore(world.db), hasCode('NOT_FOUND'));
    await delay(200);
    held.commit();
    await Promise.all([deleted, refused]);
    assert.equal(await standsFor(world), digestOf(second));
  });

  test(`${dialect}: of two restorations at once the second goes back to before the first`, async () => {
    await using world = await openWorld({ dialect });
    const { first, second } = await withMoved(world);
    const held = stopsBeforeCommit(world.db);
    const one = restore(held.db);
    await held.open;
    const two = restore(world.db);
    await delay(200);
    held.commit();
    assert.deepEqual(await Promise.all([one, two]), [digestOf(first), digestOf(second)]);
  });
}
