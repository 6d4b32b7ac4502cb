// What is larger than one transaction of a purge, and what stands in the way of one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { deleteProject } from '../../access/projects/delete-project.ts';
import { requireDigest } from '../../lib/oci/digest.ts';
import { requireTag } from '../../lib/oci/tag.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import type { Database } from '../../platform/db/database.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { atOnce } from '../../platform/jobs/pace.ts';
import { deleteArtifact } from '../artifacts/delete-artifact.ts';
import { deleteRepository } from '../artifacts/delete-repository.ts';
import { deleteTag } from '../tags/delete-tag.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  silentLog,
  testActor,
  type World,
} from '../testing/world.ts';
import { emptyTrash, keepTrash } from './create-trash-keeping.ts';
import { purgeTrash } from './purge-trash.ts';
import { bytesInTrash } from './purge-writes.ts';
import { restoreTrash } from './restore-trash.ts';
import { actorIn, inTrash, places, pushTexts, requireConsistent } from './testing/trash-world.ts';

const [app] = places;
const never = new AbortController().signal;
/** One more than a page. */
const many = 101;

/** The same database, where something is done before the second transaction and the clock may be ahead. */
function through(
  real: Database,
  of: { readonly second?: () => Promise<void>; readonly aheadMs?: number },
): Database {
  let count = 0;
  return {
    dialect: real.dialect,
    reader: real.reader,
    now: async () => (await real.now()) + (of.aheadMs ?? 0),
    transaction: async (...given) => {
      count += 1;
      if (count === 2) await of.second?.();
      return real.transaction(...given);
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}

async function countArtifacts({ db }: Pick<World, 'db'>): Promise<number> {
  return (await db.reader.builder.selectFrom('artifact').select('id').execute()).length;
}

for (const dialect of dialects) {
  test(`what a purge has begun to take apart is not restored, and ends (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const bytes = Buffer.from('base');
    await pushBlob(world.deps, bytes, app);
    const layers = [{ digest: digestOf(bytes), size: bytes.length }];
    for (let n = 0; n < many; n += 1)
      await putManifest(world.deps, `v${n}`, imageManifest(layers, { annotations: { n: `${n}` } }), {
        name: app,
      });
    await deleteRepository(world, actorIn(app));
    const [item] = await inTrash(world);
    const id = item?.id ?? 0;
    const input = { id, actor: testActor, why: 'asked' } as const;
    const second = async () => {
      await assert.rejects(restoreTrash(world, { id, actor: testActor }), {
        code: 'CONFLICT',
        message: /is not restored: it is being removed for good/,
      });
      throw new Error('the process dies');
    };
    await assert.rejects(
      purgeTrash({ ...world.deps, db: through(world.db, { second }) }, input),
      /process dies/,
    );
    assert.equal((await inTrash(world)).length, 1);
    await keepTrash({ ...world.deps, log: silentLog }, never);
    assert.deepEqual(await inTrash(world), []);
    await requireConsistent(world);
  });

  test(`who is told to stop does no more than a page, and the rest goes by the next round (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const waiting = { digest: digestOf(Buffer.from('never pushed')), size: 12 };
    for (let n = 0; n < many; n += 1)
      await putManifest(world.deps, `v${n}`, imageManifest([waiting], { annotations: { n: `${n}` } }), {
        name: app,
        sparse: true,
      });
    await deleteRepository(world, actorIn(app));
    const stop = new AbortController();
    const before = await countArtifacts(world);
    const own = world.db.transaction.bind(world.db);
    const db: Database = {
      ...through(world.db, {}),
      transaction: async (...given) => {
        const done = await own(...given);
        stop.abort();
        return done;
      },
    };
    const how = { step: atOnce, progress: () => undefined };
    await emptyTrash({ ...world.deps, db, log: silentLog }, stop.signal, how);
    assert.equal(await countArtifacts(world), before - many + 1);
    await keepTrash({ ...world.deps, log: silentLog }, never);
    assert.deepEqual([await countArtifacts(world), await inTrash(world)], [0, []]);
  });

  test(`the trash is emptied of what is in it when that begins, whatever is deleted meanwhile (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const push = async (n: number): Promise<string> =>
      pushTexts(world.deps, `v${n}`, [`config ${n}`, `${n}`]);
    const remove = async (digest: string): Promise<unknown> =>
      deleteArtifact(world, { ...actorIn(app), digest: requireDigest(digest) });
    for (const n of [1, 2, 3]) await remove(await push(n));
    const told: string[] = [];
    let made = 10;
    const how = {
      // One more is deleted for each that goes.
      step: async <T>(work: () => Promise<T>): Promise<T> => {
        await remove(await push(made++));
        return work();
      },
      progress: (done: number, total: number) => void told.push(`${done}/${total}`),
    };
    const purged = await emptyTrash({ ...world.deps, log: silentLog }, never, how);
    assert.deepEqual(purged, { items: 3, artifacts: 3 });
    assert.deepEqual(told, ['1/3', '2/3', '3/3']);
    assert.equal((await inTrash(world)).length, 3);
  });

  test(`what is in the trash goes four at a time, and none is begun behind the signal (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    for (let n = 0; n < 10; n += 1) {
      const digest = await pushTexts(world.deps, `v${n}`, [`config ${n}`, `${n}`]);
      await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(digest) });
    }
    const stop = new AbortController();
    const state = { begun: 0, underWay: 0, most: 0 };
    const step = async <T>(work: () => Promise<T>): Promise<T> => {
      state.begun += 1;
      state.underWay += 1;
      state.most = Math.max(state.most, state.underWay);
      if (state.begun === 6) stop.abort();
      const done = await work();
      state.underWay -= 1;
      return done;
    };
    const how = { step, progress: () => undefined };
    const { items } = await emptyTrash({ ...world.deps, log: silentLog }, stop.signal, how);
    assert.deepEqual([state.most, state.underWay, state.begun], [4, 0, items]);
    // The sixth saw the signal before it had done a page, or not.
    assert.ok(items >= 6 && items < 10, `${items} went`);
    assert.equal((await inTrash(world)).length, 10 - items);
    await requireConsistent(world);
  });

  test(`the end of what takes others along comes behind theirs, and each is told and counted once (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const images = Array.from({ length: 6 }, (_, n) => n);
    for (const place of places) {
      const digests = [];
      for (const n of images)
        digests.push(await pushTexts(world.deps, `v${n}`, ['config', `${place} ${n}`], place));
      await deleteTag(world, { ...actorIn(place), tag: requireTag('v0') });
      for (const digest of digests)
        await deleteArtifact(world, { ...actorIn(place), digest: requireDigest(digest) });
      await deleteRepository(world, actorIn(place));
    }
    await deleteProject(world, { projectId, actor: testActor });
    const how = { step: atOnce, progress: () => undefined };
    const { items, artifacts } = await emptyTrash({ ...world.deps, log: silentLog }, never, how);
    assert.deepEqual([items, artifacts], [places.length * 8 + 1, places.length * 6]);
    const { rows } = await sql<{ type: string; count: number }>`
      select type as "type", count(*) as "count" from event where type like '%.purged' group by type
        order by type`.execute(world.db.reader.builder);
    assert.deepEqual(
      rows.map(({ type, count }) => [type, Number(count)]),
      [
        ['artifact.purged', places.length * 6],
        ['project.purged', 1],
        ['repository.purged', places.length],
        ['tag.purged', places.length],
      ],
    );
    assert.deepEqual(await inTrash(world), []);
  });

  test(`nothing is forgotten while the storage is another one (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await pushTexts(world.deps, 'v1', ['config', 'one']);
    await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(digest) });
    const [item] = await inTrash(world);
    const away = { ...world.deps, storeIsOurs: () => Promise.resolve(false) };
    const input = { id: item?.id ?? 0, actor: testActor, why: 'asked' } as const;
    await assert.rejects(purgeTrash(away, input), { code: 'STORAGE_UNAVAILABLE' });
    const db = through(world.db, { aheadMs: trashMs + 1 });
    await keepTrash({ ...away, db, log: silentLog }, never);
    assert.equal((await inTrash(world)).length, 1);
    await restoreTrash(world, { id: item?.id ?? 0, actor: testActor });
    await requireConsistent(world);
  });

  test(`what only the trash keeps is found from what is in it (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const plans = await plansOf(world.db, (reader) => bytesInTrash(reader));
    assert.doesNotMatch(
      plans.join('\n'),
      /Seq Scan|SCAN (?:blob|blob_link|reference)\b|SCAN artifact(?! USING INDEX artifact_by_trash)/,
    );
    const one = await pushTexts(world.deps, 'v1', ['config', 'shared', 'one']);
    await pushTexts(world.deps, 'v2', ['config', 'shared', 'two']);
    await deleteArtifact(world, { ...actorIn(app), digest: requireDigest(one) });
    const [item] = await inTrash(world);
    assert.equal(await bytesInTrash(world.db.reader), item?.freedBytes);
    await pushBlob(world.deps, Buffer.from('never in an image'), places[1]);
    await deleteRepository(world, actorIn(app));
    const freed = (await inTrash(world)).reduce((sum, { freedBytes }) => sum + freedBytes, 0);
    assert.equal(await bytesInTrash(world.db.reader), freed);
  });
}
