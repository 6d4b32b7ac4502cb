import assert from 'node:assert/strict';
import { test } from 'node:test';
import { putGrant, removeGrantById } from '../../access/grants/grant-writes.ts';
import { principalText, type SignedInPrincipal } from '../../access/principal.ts';
import { grantsOf } from '../../access/resolve-and-require.ts';
import { deleteArtifact } from '../../content/artifacts/delete-artifact.ts';
import { findRepositoryTags } from '../../content/artifacts/shown/repository-tag-reads.ts';
import { createLabel } from '../../content/labels/create-label.ts';
import { markArtifact } from '../../content/labels/mark-artifact.ts';
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
import { maybeNeedy, neededByTrash } from '../../content/trash/needed-reads.ts';
import { notInTrash } from '../../content/trash/restore-trash.ts';
import { findAllTrash, nameOf, pageOfTrash } from '../../content/trash/trash-reads.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import type { BatchAction } from '../../platform/db/schema/schema-of-batches.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { attemptItem, type BatchDeps } from './attempt-item.ts';
import type { Item, LabelOfBatch, Needed } from './batch.ts';
import { countRestorable, findBatch, pageOfSeenBatches } from './batch-store.ts';
import { createBatchJob } from './create-batch-job.ts';
import { estimate } from './estimate.ts';
import { countItems, pageOfItems } from './item-store.ts';
import { findLabelled } from './labels/label-store.ts';
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

const noneNeeded = () => Promise.resolve(new Map<number, Needed>());

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
  const rights = { mayRestore: true, mayRestoreMore: true };
  const batchDeps = {
    db,
    refusals: { add: ({ object, code }) => void refused.push(`${object} ${code}`) },
    requireRestorable: (_db, _asker, trashId) =>
      rights.mayRestore ? Promise.resolve() : Promise.reject(notInTrash(trashId)),
    neededByAll: async (reader, _asker, ids) => {
      const needed = new Map<number, Needed>();
      for (const item of await findAllTrash(reader, await maybeNeedy(reader, ids))) {
        const all = await neededByTrash(reader, item);
        const items = rights.mayRestoreMore ? all : [];
        const given = items.map((each) => ({ id: each.id, name: nameOf(each), bytes: each.freedBytes }));
        needed.set(item.id, { items: given, isHidden: items.length < all.length });
      }
      return needed;
    },
  } satisfies BatchDeps;
  const job = createBatchJob(batchDeps);
  const tags = () => findRepositoryTags(db.reader, { repositoryId, limit: 9 });
  const start = async (action: BatchAction, found: readonly Item[], label?: LabelOfBatch) =>
    startBatch({ db }, asker, {
      action,
      askedAt: await db.now(),
      place: repositoryName,
      project,
      repositoryId,
      found,
      missing: [],
      undoes: null,
      ...(label === undefined ? {} : { label }),
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

async function deleteArtifactOf(world: World): Promise<string> {
  const [artifact] = await world.db.reader.builder.selectFrom('live_artifact').select('digest').execute();
  const { digest } = artifact ?? assert.fail('there is none');
  const place = { projectId, repositoryName, actor: testActor };
  await deleteArtifact(world, { ...place, digest: requireDigest(digest) });
  return digest;
}

async function lastInTrash({ db }: World): Promise<Item> {
  const { id } = await db.reader.builder
    .selectFrom('trash')
    .select('id')
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow();
  return { id, name: 'the artifact' };
}

for (const dialect of dialects) {
  test(`what tags stood for comes back with them, if it may; artifacts of one batch in whatever order (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { tags, start, run, counted, trashed, rights, batchDeps } = await begin(world);
    const all = await tags();
    const id = await start('delete-tags', all);
    await run(id);
    const digest = await deleteArtifactOf(world);
    assert.deepEqual((await tags()).length, 0);
    const inTrash = await trashed(id);
    const noted = { found: inTrash, missing: [], action: 'restore', place: '', project: null } as const;
    const found = { ...noted, repositoryId: null, askedAt: await db.now() };
    rights.mayRestoreMore = false;
    const refused = await estimate(batchDeps, asker, found);
    assert.deepEqual([refused.staying.size, refused.bytes, refused.needed], [6, 0, []]);
    const vain = await start('restore', inTrash);
    await run(vain);
    assert.deepEqual(await counted(vain), [0, 6, 0, 0]);
    rights.mayRestoreMore = true;
    const told = await estimate(batchDeps, asker, found);
    assert.deepEqual([told.staying.size, told.needed], [0, [`${repositoryName}@${digest}`]]);
    const back = await start('restore', inTrash);
    await run(back);
    assert.deepEqual([await counted(back), (await tags()).length], [[6, 0, 0, 0], 6]);
    assert.deepEqual((await countItems(db.reader, back)).bytes, told.bytes);
    // A tag and what it stands for, the tag first: each is an item of its own, and done.
    const again = await start('delete-tags', await tags());
    await run(again);
    await deleteArtifactOf(world);
    const items = [...(await trashed(again)), await lastInTrash(world)];
    const whole = await start('restore', items);
    await run(whole);
    assert.deepEqual([await counted(whole), (await tags()).length], [[7, 0, 0, 0], 6]);
  });

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
    const routes = batchRoutes({ db, prefix: () => 'robot$', lists: {} as never, neededByAll: noneNeeded });
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

  test(`who asked for a batch sees what takes it back, their tokens and strangers do not (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { tags, start, trashed, repositoryId } = await begin(world);
    const id = await start('delete-tags', await tags());
    const colleague = { kind: 'user', id: 2, username: 'colleague' } as const;
    const undoing = {
      action: 'restore',
      askedAt: await db.now(),
      place: repositoryName,
      project,
      repositoryId,
      found: await trashed(id),
      missing: [],
      undoes: id,
    } as const;
    const actor = { ...testActor, principal: principalText(colleague) };
    const back = await startBatch({ db }, { ...asker, principal: colleague, actor }, undoing);
    const places = { kind: 'some', public: false, projectIds: [], names: [] } as const;
    const seenBy = async (principal: SignedInPrincipal): Promise<readonly number[]> => {
      const { rows, total } = await pageOfSeenBatches(db.reader, principal, { places, offset: 0, limit: 9 });
      assert.equal(total, rows.length);
      return rows.map((batch) => batch.id);
    };
    assert.deepEqual(await seenBy(asker.principal), [back, id]);
    assert.deepEqual(await seenBy({ ...asker.principal, personalToken: 7 }), []);
    assert.deepEqual(await seenBy(colleague), [back]);
    assert.deepEqual(await seenBy({ ...colleague, id: 3 }), []);
  });

  test(`labels are taken back once each: a part of them, then the rest, and never what somebody put later (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const { repositoryId, start, run, counted } = await begin(world);
    const found = await artifactsOf(world, 5);
    const label = { id: await createLabel({ db }, newLabel), name: newLabel.name };
    const worn = async () => [...(await findLabelled(db.reader, { labelId: label.id, repositoryId }))].length;
    const put = ({ id, name }: Item) =>
      markArtifact(
        { db },
        {
          artifact: { id, digest: name, repositoryName },
          labelId: label.id,
          projectId,
          actor: testActor,
        },
      );
    const { undo, shown } = routesOf(world);
    const id = await start('label-artifacts', found, label);
    await assert.rejects(undo(id), { code: 'PRECONDITION', message: `batch ${id} has not ended` });
    await run(id);
    await end(world, id);
    assert.deepEqual([await worn(), (await shown(id)).restorable], [5, 5]);

    const part = await undo(id);
    const nothingLeft = { code: 'PRECONDITION', message: /no label that batch \d+ changed is left/ };
    await assert.rejects(undo(id), nothingLeft);
    await assert.rejects(run(part, 2), /stopped/);
    await end(world, part);
    assert.deepEqual([await worn(), (await shown(id)).restorable], [3, 3]);

    // Somebody labels anew what was taken back, and takes one that is still there.
    await put(found[0] ?? assert.fail());
    const taken = await start('unlabel-artifacts', found.slice(4), label);
    await run(taken);
    const rest = await undo(id);
    await run(rest);
    await end(world, rest);
    assert.deepEqual([await counted(rest), await worn()], [[2, 1, 0, 0], 1]);
    const { restorable, undone_by: undoneBy } = await shown(id);
    assert.deepEqual([restorable, undoneBy], [0, rest]);
    await assert.rejects(undo(id), nothingLeft);
    assert.equal(await worn(), 1);
  });
}

const newLabel = { name: 'checked', description: '', color: '', projectId: null, actor: testActor };

async function artifactsOf({ db, deps }: World, count: number): Promise<readonly Item[]> {
  const layer = Buffer.from('layer');
  const layers = [{ digest: digestOf(layer), size: layer.length }];
  for (let no = 1; no <= count; no += 1)
    await putManifest(deps, `other${no}`, imageManifest(layers, { annotations: { no: String(no) } }));
  const rows = await db.reader.builder
    .selectFrom('live_tag')
    .innerJoin('live_artifact', 'live_artifact.id', 'live_tag.artifact_id')
    .select(['live_artifact.id', 'live_artifact.digest as name'])
    .where('live_tag.name', 'like', 'other%')
    .orderBy('live_artifact.id')
    .execute();
  assert.equal(rows.length, count);
  return rows;
}

function routesOf({ db }: World) {
  const routes = batchRoutes({ db, prefix: () => 'robot$', lists: {} as never, neededByAll: noneNeeded });
  const ask = async (operation: string, id: number) => {
    const route = routes.find(({ operationId }) => operationId === operation);
    assert.ok(route?.needs === 'signed-in');
    const grants = await grantsOf(db.reader, asker.principal);
    const call = { parameters: { batch_id: id }, body: undefined } as never;
    const { body } = await route.run(call, { ...asker, grants });
    return body as { readonly id: number; readonly restorable: number; readonly undone_by?: number };
  };
  return {
    undo: async (id: number): Promise<number> => (await ask('undoBatch', id)).id,
    shown: (id: number) => ask('getBatch', id),
  };
}

/** As the queue does it behind the run. */
async function end({ db }: World, id: number): Promise<void> {
  await db.transaction((tx) =>
    tx.builder.updateTable('job').set({ ended_at: 1 }).where('id', '=', id).execute(),
  );
}
