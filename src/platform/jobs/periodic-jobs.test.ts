import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import type { Logger } from '../log/logger.ts';
import { type PeriodicJob, PeriodicJobs } from './periodic-jobs.ts';

const hourMs = 60 * 60 * 1000;

function recordingLog(): { log: Logger; warnings: string[] } {
  const warnings: string[] = [];
  const log = {
    debug() {},
    info() {},
    error() {},
    warn: (_facts: object, text: string) => warnings.push(text),
  };
  return { log, warnings };
}

/** Counts its runs. */
function counter(more: Partial<PeriodicJob> = {}): PeriodicJob & { runs: number } {
  const job = { name: 'count', everyMs: hourMs, runs: 0, run: () => Promise.resolve(), ...more };
  const { run } = job;
  job.run = (signal) => {
    job.runs += 1;
    return run(signal);
  };
  return job;
}

/** Starts, lets everything that is due end, and stops. */
async function runOnce(db: Database, ...jobs: PeriodicJob[]): Promise<string[]> {
  const { log, warnings } = recordingLog();
  await using running = await PeriodicJobs.start({ db, log }, jobs);
  await running.idle();
  return warnings;
}

interface JobRow {
  due_at: number;
  lease_holder: string | null;
  lease_until: number;
}

async function rowOf(db: Database, name = 'count'): Promise<JobRow> {
  const { rows } = await sql<JobRow>`select due_at, lease_holder, lease_until from periodic_job
    where name = ${name}`.execute(db.reader.builder);
  const [row] = rows;
  assert.ok(row, name);
  return row;
}

const setRow = (db: Database, row: JobRow) =>
  db.transaction(async (tx) => {
    await sql`update periodic_job set due_at = ${row.due_at}, lease_holder = ${row.lease_holder},
      lease_until = ${row.lease_until}`.execute(tx.builder);
  });

for (const dialect of dialects) {
  test(`${dialect}: a job that is new runs at once, and not again before it is due, also with another start`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const job = counter();
    const before = await db.now();
    assert.deepEqual(await runOnce(db, job), []);
    const row = await rowOf(db);
    assert.deepEqual([job.runs, row.lease_holder], [1, null]);
    assert.ok(row.due_at >= before + hourMs && row.due_at <= (await db.now()) + hourMs, String(row.due_at));
    await runOnce(db, job);
    assert.equal(job.runs, 1);
    await setRow(db, { ...row, due_at: before });
    await runOnce(db, job);
    assert.equal(job.runs, 2);
  });

  test(`${dialect}: a job whose turn was set by a clock that was ahead runs at once`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const job = counter();
    await runOnce(db, job);
    const row = await rowOf(db);
    await setRow(db, { ...row, due_at: row.due_at + 24 * hourMs });
    await runOnce(db, job);
    assert.equal(job.runs, 2);
  });

  test(`${dialect}: a job that clears up behind the last start runs with each`, async () => {
    await using opened = await openTestDatabase(dialect);
    const job = counter({ atStart: true });
    await runOnce(opened.db, job);
    await runOnce(opened.db, job);
    assert.equal(job.runs, 2);
  });

  test(`${dialect}: a job that fails is told, tried again within a minute, and holds up no other`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const bad = counter({ run: () => Promise.reject(new Error('no')) });
    const good = counter({ name: 'good' });
    assert.equal((await runOnce(db, bad, good)).length, 1);
    assert.equal(good.runs, 1);
    const row = await rowOf(db);
    assert.equal(row.lease_holder, null);
    assert.ok(row.due_at <= (await db.now()) + 60_000, String(row.due_at));
  });

  test(`${dialect}: a job that is stopped in the middle hears of it, and is due at once`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const begun = Promise.withResolvers<undefined>();
    const job = counter({
      run: (signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve());
          begun.resolve(undefined);
        }),
    });
    {
      await using _running = await PeriodicJobs.start({ db, log: recordingLog().log }, [job]);
      await begun.promise;
    }
    const stopped = await rowOf(db);
    assert.deepEqual({ ...stopped }, { due_at: 0, lease_holder: null, lease_until: 0 });
  });

  test(`${dialect}: while the server runs, a job runs whenever it is due`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { promise: thrice, resolve } = Promise.withResolvers<undefined>();
    const job = counter({
      everyMs: 1,
      run: () => {
        if (job.runs === 3) resolve(undefined);
        return Promise.resolve();
      },
    });
    const deps = { db: opened.db, log: recordingLog().log, lookEveryMs: 5 };
    await using _running = await PeriodicJobs.start(deps, [job]);
    await thrice;
  });
}

for (const dialect of dialects.filter((name) => name === 'sqlite')) {
  test(`${dialect}: what a killed process held is free with the next start`, async () => {
    await using opened = await openTestDatabase(dialect);
    const job = counter();
    await runOnce(opened.db, job);
    await setRow(opened.db, {
      due_at: 0,
      lease_holder: 'dead',
      lease_until: (await opened.db.now()) + hourMs,
    });
    await runOnce(opened.db, job);
    assert.equal(job.runs, 2);
  });
}

for (const dialect of dialects.filter((name) => name === 'postgres')) {
  test(`${dialect}: of many instances one runs a job that is due`, async () => {
    await using opened = await openTestDatabase(dialect);
    const second = await opened.second();
    const job = counter();
    await Promise.all(Array.from({ length: 8 }, (_, index) => runOnce(index % 2 ? second : opened.db, job)));
    assert.equal(job.runs, 1);
  });

  test(`${dialect}: a job whose holder lives is left to it, and taken over when its lease has run out`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const job = counter();
    await runOnce(db, job);
    await setRow(db, { due_at: 0, lease_holder: 'other', lease_until: (await db.now()) + 30_000 });
    await runOnce(db, job);
    assert.equal(job.runs, 1);
    await setRow(db, { due_at: 0, lease_holder: 'other', lease_until: (await db.now()) - 1 });
    await runOnce(db, job);
    assert.equal(job.runs, 2);
  });
}
