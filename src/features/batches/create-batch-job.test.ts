import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putGrant, removeGrantById } from '../../access/grants/grant-writes.ts';
import { findRepositoryTags } from '../../content/artifacts/shown/repository-tag-reads.ts';
import { findRepositoryId } from '../../content/repositories/repository-reads.ts';
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
} from '../../content/testing/world.ts';
import { notInTrash } from '../../content/trash/restore-trash.ts';
import { pageOfTrash } from '../../content/trash/trash-reads.ts';
import type { BatchAction } from '../../platform/db/schema/schema-of-batches.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { attemptItem, type BatchDeps } from './attempt-item.ts';
import type { Item } from './batch.ts';
import { countItems, countRestorable, findBatch, pageOfItems } from './batch-store.ts';
import { createBatchJob } from './create-batch-job.ts';
import { batchRoutes } from './routes.ts';
import { startBatch } from './start-batch.ts';

const asker = {
  principal: { kind: 'user', id: 1, username: 'admin' },
  actor: testActor,
  grants: [],
  now: 0,
  rightsNow: () => Promise.resolve(undefined),
} as const;
const project = { id: projectId } as never;

/** Six tags of one image, and the right to delete them. */
async function begin({ db, deps }: World) {
  const layer = Buffer.from('layer');
  await pushBlob(deps, layer);
  const manifest = imageManifest([{ digest: digestOf(layer), size: layer.length }]);
  for (let no = 1; no <= 6; no += 1) await putManifest(deps, `v${no}`, manifest);
  const repositoryId = (await findRepositoryId(db.reader, repositoryName)) ?? assert.fail('there is none');
  const { id: grantId } = await db.transaction((tx) =>
    putGrant(tx, {
      kind: 'user',
      principalId: 1,
      role: 'maintainer',
      scope: 'project',
      projectId,
      repositoryPattern: null,
      tagPattern: null,
      expiresAt: null,
      now: 0,
    }),
  );
  const refused: string[] = [];
  const rights = { mayRestore: true };
  const batchDeps = {
    db,
    refusals: { add: ({ object, code }) => void refused.push(`${object} ${code}`) },
    requireRestorable: (_db, _asker, trashId) =>
      rights.mayRestore ? Promise.resolve() : Promise.reject(notInTrash(trashId)),
  } satisfies BatchDeps;
  const job = createBatchJob(batchDeps);
  const tags = () => findRepositoryTags(db.reader, { repositoryId, limit: 9 });
  const start = async (action: BatchAction, found: readonly Item[]) =>
    startBatch({ db }, asker, {
      action,
      askedAt: await db.now(),
      place: repositoryName,
      project,
      repositoryId,
      found,
      missing: [],
      undoes: null,
    });
  const run = (id: number, stopAt = Infinity) => {
    const stop = new AbortController();
    return job.run({
      input: null,
      job: { id, executionId: 1 },
      signal: stop.signal,
      progress: ({ done }) => {
        if (done >= stopAt) stop.abort(new Error('stopped'));
      },
      log: () => {},
      result: () => {},
    });
  };
  const trashed = async (id: number): Promise<readonly Item[]> => {
    const { rows } = await pageOfTrash(db.reader, {
      places: undefined,
      conditions: [{ column: 'job', is: 'equal', value: id }],
      sort: [],
      offset: 0,
      limit: 9,
    });
    return rows.map((item) => ({ id: item.id, name: item.tag ?? '' }));
  };
  const counted = async (id: number) => {
    const { of } = await countItems(db.reader, id);
    return [of('done'), of('refused'), of('gone'), of('waiting')];
  };
  return { grantId, repositoryId, tags, start, run, counted, refused, rights, trashed, batchDeps };
}

for (const dialect of dialects) {
  test(`one that is cut off goes on with the rest, also twice at once, and exactly that comes back (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { tags, start, run, counted, trashed } = await begin(world);
    const all = await tags();
    const id = await start('delete-tags', all);
    await assert.rejects(run(id, 2), /stopped/);
    assert.deepEqual([await counted(id), (await tags()).length], [[2, 0, 0, 4], 4]);
    await Promise.allSettled([run(id), run(id)]);
    await run(id);
    assert.deepEqual([await counted(id), (await tags()).length], [[6, 0, 0, 0], 0]);
    assert.equal(await countRestorable(db.reader, id), 6);
    const events = await db.reader.builder
      .selectFrom('event')
      .select('data')
      .where('type', '=', 'tag.deleted')
      .execute();
    assert.deepEqual(
      events.map(({ data }) => (JSON.parse(data) as { job: number }).job),
      [id, id, id, id, id, id],
    );
    const back = await start('restore', await trashed(id));
    await run(back);
    assert.deepEqual([await counted(back), (await tags()).length], [[6, 0, 0, 0], 6]);
    assert.equal(await countRestorable(db.reader, id), 0);
  });

  test(`one that has not ended is not undone: only a part would come back (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { tags, start, run } = await begin(world);
    const id = await start('delete-tags', await tags());
    await assert.rejects(run(id, 2), /stopped/);
    const routes = batchRoutes({ db, lists: {} as never });
    const route = routes.find(({ operationId }) => operationId === 'undoBatch');
    assert.ok(route?.needs === 'signed-in');
    const call = { parameters: { batch_id: id }, body: undefined } as never;
    await assert.rejects(route.run(call, asker), {
      code: 'PRECONDITION',
      message: `batch ${id} has not ended`,
    });
    assert.equal(await countRestorable(db.reader, id), 2);
  });

  test(`a right that was taken in the middle is refused from then on (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { grantId, tags, start, run, counted, refused } = await begin(world);
    const id = await start('delete-tags', await tags());
    await assert.rejects(run(id, 2), /stopped/);
    await db.transaction((tx) => removeGrantById(tx, grantId));
    await run(id);
    assert.deepEqual([await counted(id), (await tags()).length], [[2, 4, 0, 0], 4]);
    assert.deepEqual(
      refused,
      [3, 4, 5, 6].map((no) => `${repositoryName}:v${no} DENIED`),
    );
    await db.transaction((tx) =>
      tx.builder.updateTable('user').set({ disabled: 1 }).where('id', '=', 1).execute(),
    );
    const other = await start('delete-tags', await tags());
    await run(other);
    assert.deepEqual(await counted(other), [0, 4, 0, 0]);
  });

  test(`one that is stopped while it empties a repository ends there, and goes on with that (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { repositoryId, start, run, counted, batchDeps } = await begin(world);
    const item = { id: repositoryId, name: repositoryName };
    const id = await start('delete-repositories', [item]);
    const batch = (await findBatch(db.reader, id)) ?? assert.fail('there is none');
    const bytes = async (): Promise<number | null | undefined> =>
      (await pageOfItems(db.reader, { batchId: id, outcome: 'done', offset: 0, limit: 1 })).rows[0]?.bytes;
    const signal = AbortSignal.abort(new Error('stopped in the middle'));
    await assert.rejects(attemptItem(batchDeps, { batch, signal }, { ...item, no: 1 }), /in the middle/);
    assert.deepEqual([await counted(id), await bytes()], [[1, 0, 0, 0], null]);
    await run(id);
    assert.deepEqual(await counted(id), [1, 0, 0, 0]);
    assert.ok(((await bytes()) ?? 0) > 0);
  });

  test(`what somebody may not bring back any more is refused, what is not in the trash is gone (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { tags, start, run, counted, refused, rights, trashed } = await begin(world);
    const id = await start('delete-tags', await tags());
    await run(id);
    const back = await start('restore', [...(await trashed(id)), { id: 4711, name: 'purged' }]);
    rights.mayRestore = false;
    await run(back);
    assert.deepEqual([await counted(back), (await tags()).length], [[0, 6, 1, 0], 0]);
    assert.deepEqual(
      refused,
      [6, 5, 4, 3, 2, 1].map((no) => `v${no} DENIED`),
    );
  });
}
