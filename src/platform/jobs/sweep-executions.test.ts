import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import { startJob } from './start-job.ts';
import { sweepExecutions } from './sweep-executions.ts';

const never = new AbortController().signal;
const kept = new Map([['FEW', { kept: 2 }]]);

async function plant(db: Database, name: string, vendorId: number, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    const job = { input: null, vendorId, trigger: 'MANUAL', unique: false, now: made } as const;
    await db.transaction((tx) => startJob(tx, { name }, job));
  }
}

const countOf = async (db: Database, table: string) =>
  Number(
    (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db.reader.builder))
      .rows[0]?.n,
  );

for (const dialect of dialects) {
  test(`${dialect}: the newest ended executions of each vendor stay, and all that run`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await plant(db, 'FEW', 1, 5);
    await plant(db, 'FEW', -1, 3);
    await plant(db, 'UNKNOWN', 7, 52);
    await db.transaction(async (tx) => {
      await sql`insert into job_log select id, 0, 'line' from job`.execute(tx.builder);
      await sql`update job set state = 'done'`.execute(tx.builder);
      await sql`update execution set status = 'Success' where started_at > 0 or vendor_id = 7`.execute(
        tx.builder,
      );
    });
    const running = await sql`select id from execution where status = 'Running'`.execute(db.reader.builder);
    assert.equal(running.rows.length, 2);
    // Of vendor 1 four have ended, of -1 two, of the unknown kind 52.
    assert.equal(await sweepExecutions(db, kept, never), 2 + 0 + 2);
    assert.equal(await countOf(db, 'execution'), 3 + 3 + 50);
    assert.deepEqual([await countOf(db, 'job'), await countOf(db, 'job_log')], [56, 56]);
    assert.equal(await sweepExecutions(db, kept, never), 0);
  });

  test(`${dialect}: an execution of many jobs goes in small steps, and a sweep that is stopped goes on later`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await plant(db, 'FEW', 1, 3);
    await db.transaction(async (tx) => {
      const first = sql`(select min(id) from execution)`;
      for (let more = 0; more < 120; more += 1)
        await sql`insert into job (execution_id, kind, state, input, run_at, attempts, lease_until, created_at)
          values (${first}, 'FEW', 'done', 'null', 0, 1, 0, 0)`.execute(tx.builder);
      await sql`update execution set status = 'Success'`.execute(tx.builder);
    });
    const transactions: number[] = [];
    const stop = new AbortController();
    const counting: Database = {
      dialect: db.dialect,
      reader: db.reader,
      now: () => db.now(),
      transaction: async (...call) => {
        const before = await countOf(db, 'job');
        const result = await db.transaction(...call);
        transactions.push(before - (await countOf(db, 'job')));
        if (transactions.length === 1) stop.abort();
        return result;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    await assert.rejects(sweepExecutions(counting, kept, stop.signal));
    assert.deepEqual(transactions, [50]);
    assert.equal(await sweepExecutions(counting, kept, never), 1);
    assert.deepEqual(transactions, [50, 50, 21]);
    assert.equal(await countOf(db, 'execution'), 2);
  });
}
