import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snapshotName } from '../../content/snapshots/snapshot-name.ts';
import { putSnapshot } from '../../content/snapshots/snapshot-store.ts';
import { openWorld, pushBlob, silentLog, type World } from '../../content/testing/world.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { createGarbageJob, readCollection } from './garbage-job.ts';

const dayMs = 24 * 60 * 60 * 1000;

async function collectBySchedule({ deps }: World): Promise<readonly string[]> {
  const log: string[] = [];
  await createGarbageJob({
    ...deps,
    windowMs: 1,
    served: () => ({ answers: 0, bytes: 0 }),
    log: silentLog,
  }).run({
    input: readCollection({ scheduled: true }),
    job: { id: 1, executionId: 1 },
    signal: new AbortController().signal,
    log: (line) => void log.push(line),
    progress: () => {},
    result: () => {},
  });
  return log;
}

async function states({ db }: World): Promise<readonly string[]> {
  return (await db.reader.builder.selectFrom('blob').select('state').execute()).map(({ state }) => state);
}

for (const dialect of dialects)
  test(`what a snapshot may need whose clock was ahead is not deleted by the schedule, until there is another one (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db, store } = world;
    await pushBlob(world.deps, Buffer.from('nobody needs it'));
    await db.transaction((tx) => tx.builder.updateTable('blob_link').set({ touched_at: 0 }).execute());
    const now = await db.now();
    const take = (at: number) => putSnapshot(store, snapshotName(at), piece());
    await take(now + 2 * dayMs);
    assert.match((await collectBySchedule(world)).join('\n'), /their clock was ahead/);
    assert.deepEqual(await states(world), ['condemned']);
    await take(now + 2000);
    await collectBySchedule(world);
    assert.deepEqual(await states(world), []);
  });

async function* piece(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('dump'));
}
