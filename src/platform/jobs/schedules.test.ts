import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import { addQueue, pauseQueueRow, resumeQueueRow } from './rows/queue-writes.ts';
import { findSchedule } from './rows/schedule-reads.ts';
import { addSchedule, correctSchedules, fireSchedules, putSchedule, schedulerQueue } from './schedules.ts';

const hourMs = 3_600_000;
const kinds = new Map([['TEST', true]]);
const of = { vendorType: 'TEST', vendorId: 1 };
const hourly = { ...of, cron: '0 0 * * * *', timeZone: 'UTC', input: { of: 'it' }, now: 0 };

async function withSchedule(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await addQueue(tx, schedulerQueue);
    await putSchedule(tx, hourly);
  });
}

const executions = async (db: Database): Promise<number> =>
  (await sql`select id from execution where trigger_kind = 'SCHEDULE'`.execute(db.reader.builder)).rows
    .length;

const endAll = (db: Database) =>
  db.transaction(async (tx) => {
    await sql`update job set state = 'done'`.execute(tx.builder);
  });

for (const dialect of dialects) {
  test(`${dialect}: of all instances that see a turn one starts the job`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const second = dialect === 'postgres' ? await opened.second() : db;
    await withSchedule(db);
    for (const hour of [1, 2, 3]) {
      const all = Array.from({ length: 8 }, (_, index) =>
        fireSchedules(index % 2 ? second : db, kinds, hour * hourMs + index),
      );
      await Promise.all(all);
      assert.equal(await executions(db), hour);
      await endAll(db);
    }
    const { rows } = await sql<{ input: string }>`select input from job`.execute(db.reader.builder);
    assert.deepEqual(rows[0]?.input, '{"of":"it"}');
  });

  test(`${dialect}: who saw a turn, and comes to it when its job has ended already, starts nothing`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    const [seen, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: Database = {
      dialect: db.dialect,
      reader: db.reader,
      now: () => db.now(),
      transaction: async (...call) => {
        seen.resolve();
        await go.promise;
        return db.transaction(...call);
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const late = fireSchedules(slow, kinds, hourMs);
    await seen.promise;
    await fireSchedules(db, kinds, hourMs);
    await endAll(db);
    go.resolve();
    await late;
    assert.equal(await executions(db), 1);
  });

  test(`${dialect}: turns that nobody saw are one, and the next is ahead of now`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    await fireSchedules(db, kinds, hourMs - 1);
    assert.equal(await executions(db), 0);
    for (const now of [75.5 * hourMs, 75.6 * hourMs]) await fireSchedules(db, kinds, now);
    assert.equal(await executions(db), 1);
    assert.equal((await findSchedule(db.reader, of))?.nextAt, 76 * hourMs);
  });

  test(`${dialect}: a clock that is set back an hour starts nothing a second time`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    await fireSchedules(db, kinds, 2 * hourMs + 1);
    await endAll(db);
    for (const now of [1.1, 1.5, 2, 2.5]) await fireSchedules(db, kinds, Math.round(now * hourMs));
    assert.equal(await executions(db), 1);
    await fireSchedules(db, kinds, 3 * hourMs);
    assert.equal(await executions(db), 2);
  });

  test(`${dialect}: a clock that was far ahead keeps nothing from its next turns`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    await fireSchedules(db, kinds, 9000 * hourMs + 1);
    await endAll(db);
    const now = 4.5 * hourMs;
    await correctSchedules(db, kinds, now);
    assert.equal((await findSchedule(db.reader, of))?.nextAt, 5 * hourMs);
    await fireSchedules(db, kinds, 5 * hourMs);
    assert.equal(await executions(db), 2);
    // Set back by less than a turn: it stays.
    await correctSchedules(db, kinds, now);
    assert.equal((await findSchedule(db.reader, of))?.nextAt, 6 * hourMs);
  });

  test(`${dialect}: a turn that comes while the job still runs is left out`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    for (const hour of [1, 2, 3]) await fireSchedules(db, kinds, hour * hourMs);
    assert.equal(await executions(db), 1);
    await endAll(db);
    await fireSchedules(db, kinds, 4 * hourMs);
    assert.equal(await executions(db), 2);
  });

  test(`${dialect}: while all schedules stand still none starts; what was missed is made up for once`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    await db.transaction((tx) => pauseQueueRow(tx, schedulerQueue, 0));
    for (const hour of [1, 2, 3]) await fireSchedules(db, kinds, hour * hourMs);
    assert.equal(await executions(db), 0);
    await db.transaction((tx) => resumeQueueRow(tx, schedulerQueue));
    for (const more of [1, 2]) await fireSchedules(db, kinds, 3 * hourMs + more);
    assert.equal(await executions(db), 1);
  });

  test(`${dialect}: one that cannot be read keeps no other from its turn`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    await db.transaction(async (tx) => {
      await putSchedule(tx, { ...hourly, vendorId: 2 });
      await sql`update schedule set time_zone = 'Mars/Olympus', next_at = 0 where vendor_id = 2`.execute(
        tx.builder,
      );
    });
    await assert.rejects(fireSchedules(db, kinds, hourMs), RangeError);
    assert.equal(await executions(db), 1);
  });

  test(`${dialect}: a kind that this version does not know is left to those who do`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    await fireSchedules(db, new Map(), hourMs);
    assert.equal(await executions(db), 0);
    assert.equal((await findSchedule(db.reader, of))?.nextAt, hourMs);
  });

  test(`${dialect}: what is set counts from now on; what comes with a version does not replace it; wrong changes nothing`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await withSchedule(db);
    const daily = { ...hourly, cron: ' 0  30 2 * * ?', timeZone: 'Asia/Shanghai', now: 0 };
    await db.transaction((tx) => putSchedule(tx, daily));
    await db.transaction((tx) => addSchedule(tx, hourly));
    const set = await findSchedule(db.reader, of);
    assert.deepEqual(
      [set?.cron, set?.timeZone, set?.nextAt],
      ['0 30 2 * * ?', 'Asia/Shanghai', 18.5 * hourMs],
    );
    for (const wrong of [{ cron: '0 0 * * *' }, { cron: '0 0 0 30 2 *' }, { timeZone: 'Mars' }])
      await assert.rejects(
        db.transaction((tx) => putSchedule(tx, { ...hourly, ...wrong })),
        {
          code: 'BAD_REQUEST',
        },
      );
    assert.deepEqual(await findSchedule(db.reader, of), set);
  });
}
