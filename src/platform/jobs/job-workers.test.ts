import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import type { Logger } from '../log/logger.ts';
import type { JobKind, JobRun } from './job-kind.ts';
import { JobWorkers } from './job-workers.ts';
import { pauseQueue, resumeQueue } from './pause-queue.ts';
import { retryDelayMs } from './retry-delay-ms.ts';
import { findExecution, jobCounts } from './rows/execution-reads.ts';
import { readLog } from './rows/job-log-reads.ts';
import { findJob, type JobRow } from './rows/job-reads.ts';
import { type JobStatus, statusOf } from './rows/job-status.ts';
import { claimJob } from './rows/job-writes.ts';
import { addQueue, pauseQueueRow, resumeQueueRow } from './rows/queue-writes.ts';
import { findSchedule } from './rows/schedule-reads.ts';
import { putSchedule } from './schedules.ts';
import { startJob } from './start-job.ts';
import { retryJob, stopJob } from './stop-job.ts';

const ignore = (): void => undefined;
const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const minuteMs = 60_000;

/** A database whose clock is ahead of the real one. */
function ahead(db: Database, clock: { ms: number }): Database {
  return {
    dialect: db.dialect,
    reader: db.reader,
    transaction: (...call) => db.transaction(...call),
    now: async () => (await db.now()) + clock.ms,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const kind = (
  run: (run: JobRun<unknown>) => Promise<void>,
  more: Partial<Omit<JobKind, 'run' | 'parse'>> = {},
): JobKind => ({
  name: 'TEST',
  parallelism: 0,
  attempts: 1,
  kept: 50,
  ...more,
  parse: (input) => input,
  run,
});

const workersOf = (db: Database, kinds: readonly JobKind[], holder = 'one'): Promise<JobWorkers> =>
  JobWorkers.start({ db, log: silent, clock: () => 0, chance: () => 0.5, holder, lookEveryMs: 10 }, kinds);

async function add(db: Database, input: unknown = null, { unique = false, vendorId = 1 } = {}) {
  const now = await db.now();
  const job = { input, vendorId, trigger: 'MANUAL', unique, now } as const;
  return (await db.transaction((tx) => startJob(tx, { name: 'TEST' }, job))).jobId;
}

async function jobOf(db: Database, id: number): Promise<JobRow & { readonly status: JobStatus }> {
  const row = await findJob(db.reader, id);
  assert.ok(row !== undefined);
  return { ...row, status: statusOf(row, await db.now()) };
}

async function becomes(db: Database, id: number, status: JobStatus) {
  for (const until = performance.now() + 60_000; ; await delay(10)) {
    const job = await jobOf(db, id);
    if (job.status === status) return job;
    assert.ok(performance.now() < until, `job ${id} is ${job.status}: ${job.message}`);
  }
}

const executionOf = async (db: Database, id: number) => {
  const { executionId } = await jobOf(db, id);
  return findExecution(db.reader, executionId ?? 0);
};

async function logOf(db: Database, id: number): Promise<string> {
  let all = '';
  for await (const { text } of readLog(db.reader, id, -1)) all += text;
  return all;
}

const stop = async (db: Database, id: number): Promise<boolean> => {
  const [job, now] = [await jobOf(db, id), await db.now()];
  return db.transaction((tx) => stopJob(tx, job, now));
};

const retry = async (db: Database, id: number): Promise<boolean> => {
  const [job, now] = [await jobOf(db, id), await db.now()];
  return db.transaction((tx) => retryJob(tx, job, now));
};

/** Ends when its signal fires, by throwing. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted', { cause: signal.reason })));
  });

for (const dialect of dialects) {
  test(`${dialect}: what is started, begun again or let go on here begins at once, not at the next look`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const never = {
      db,
      log: silent,
      clock: () => 0,
      chance: () => 0.5,
      holder: 'one',
      lookEveryMs: 3_600_000,
    };
    let fails = true;
    const run = () => (fails ? Promise.reject(new Error('for once')) : Promise.resolve());
    await using _workers = await JobWorkers.start(never, [kind(run)]);
    const id = await add(db);
    await becomes(db, id, 'Error');
    fails = false;
    assert.equal(await retry(db, id), true);
    await becomes(db, id, 'Success');
    await db.transaction((tx) => pauseQueue(tx, 'TEST', 1));
    const waiting = await Promise.all([add(db), add(db), add(db)]);
    await delay(100);
    for (const each of waiting) assert.equal((await jobOf(db, each)).status, 'Pending');
    await db.transaction((tx) => resumeQueue(tx, 'TEST'));
    for (const each of waiting) await becomes(db, each, 'Success');
  });

  test(`${dialect}: behind a clock that was set back an hour what waits begins, and what a dead instance held is taken over`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const hour = 60 * minuteMs;
    const [now, waits, tries, held] = [await db.now(), await add(db), await add(db), await add(db)];
    await db.transaction(async (tx) => {
      const of = (id: number) => tx.builder.updateTable('job').where('id', '=', id);
      await of(waits)
        .set({ run_at: now + hour, updated_at: now + hour })
        .execute();
      await of(tries)
        .set({ run_at: now + hour + 10 * minuteMs, updated_at: now + hour, failures: 1 })
        .execute();
      await of(held)
        .set({ state: 'running', lease_holder: 'dead', lease_until: now + hour, attempts: 1 })
        .execute();
    });
    await using _workers = await workersOf(db, [kind(() => Promise.resolve())], 'living');
    await becomes(db, waits, 'Success');
    assert.equal((await becomes(db, held, 'Success')).attempts, 2);
    const next = await becomes(db, tries, 'Scheduled');
    assert.ok(Math.abs(next.runAt - now - 10 * minuteMs) < minuteMs, String(next.runAt - now));
  });

  test(`${dialect}: a job runs although a schedule cannot be read`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const daily = {
      vendorType: 'TEST',
      vendorId: 2,
      cron: '0 0 0 * * *',
      timeZone: 'UTC',
      input: null,
      now: 0,
    };
    await db.transaction(async (tx) => {
      await putSchedule(tx, daily);
      await sql`update schedule set time_zone = 'Mars/Olympus'`.execute(tx.builder);
    });
    await using _workers = await workersOf(db, [kind(() => Promise.resolve())]);
    await becomes(db, await add(db), 'Success');
  });

  test(`${dialect}: a schedule that a clock set too far ahead is set right`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const now = await db.now();
    const daily = { vendorType: 'TEST', vendorId: 2, cron: '0 0 0 * * *', timeZone: 'UTC', input: null, now };
    await db.transaction(async (tx) => {
      await putSchedule(tx, daily);
      await sql`update schedule set next_at = next_at + ${1000 * 24 * 60 * minuteMs}`.execute(tx.builder);
    });
    await using _workers = await workersOf(db, [kind(() => Promise.resolve())]);
    for (const until = performance.now() + 60_000; ; await delay(10)) {
      const set = await findSchedule(db.reader, daily);
      if (set !== undefined && set.nextAt <= now + 24 * 60 * minuteMs) return;
      assert.ok(performance.now() < until, `it fires at ${set?.nextAt}`);
    }
  });

  test(`${dialect}: a job runs, and what it told stands in its row, its log and its execution`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const inputs: unknown[] = [];
    const told = kind(({ input, progress, log, result }) => {
      inputs.push(input);
      log('begins\nwith a new line');
      progress({ done: 2, total: 4, unit: 'things', bytes: { done: 1, total: 9 } });
      result({ found: 7 });
      return Promise.resolve();
    });
    await using _workers = await workersOf(db, [told]);
    const id = await add(db, { of: 'it' });
    const job = await becomes(db, id, 'Success');
    assert.deepEqual(inputs, [{ of: 'it' }]);
    assert.deepEqual(JSON.parse(job.progress), {
      done: 2,
      total: 4,
      unit: 'things',
      bytes: { done: 1, total: 9 },
    });
    assert.deepEqual([job.result, job.attempts, job.holder], ['{"found":7}', 1, null]);
    assert.equal(await logOf(db, id), '1970-01-01T00:00:00.000Z begins with a new line\n');
    const execution = await executionOf(db, id);
    assert.deepEqual([execution?.status, execution?.trigger], ['Success', 'MANUAL']);
    assert.ok(Number(execution?.endedAt) >= Number(execution?.startedAt));
    assert.deepEqual([...(await jobCounts(db.reader, job.executionId ?? 0))], [['done', 1]]);
  });

  test(`${dialect}: of many who claim at once each job goes to one`, async () => {
    await using opened = await openTestDatabase(dialect);
    const second = dialect === 'postgres' ? await opened.second() : opened.db;
    const ids = new Set<number>();
    for (let count = 0; count < 20; count += 1) ids.add(await add(opened.db));
    const now = await opened.db.now();
    const claims = Array.from({ length: 60 }, (_, index) => {
      const values = { kind: 'TEST', parallelism: 0, holder: `${index}`, until: now + minuteMs, now };
      return (index % 2 ? second : opened.db).transaction((tx) => claimJob(tx, values));
    });
    const got = (await Promise.all(claims)).filter((job) => job !== undefined);
    // A row that another one is at is passed by: not each of them gets one, but none gets another's.
    assert.equal(new Set(got.map(({ id }) => id)).size, got.length);
    assert.ok(got.length > 0 && got.every(({ id, attempts }) => ids.has(id) && attempts === 1));
  });

  test(`${dialect}: as many of a kind run at a time as it says, over all instances`, async () => {
    await using opened = await openTestDatabase(dialect);
    const second = dialect === 'postgres' ? await opened.second() : opened.db;
    let [now, most] = [0, 0];
    const narrow = kind(
      async () => {
        now += 1;
        most = Math.max(most, now);
        await delay(20);
        now -= 1;
      },
      { parallelism: 2 },
    );
    await using _one = await workersOf(opened.db, [narrow]);
    await using _two = await workersOf(second, [narrow], 'two');
    const ids = await Promise.all(Array.from({ length: 12 }, () => add(opened.db)));
    for (const id of ids) await becomes(opened.db, id, 'Success');
    assert.equal(most, 2);
  });

  test(`${dialect}: a unique job is there once until it has ended`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const go = Promise.withResolvers<void>();
    await using _workers = await workersOf(db, [kind(() => go.promise)]);
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => add(db, null, { unique: true })));
    const made = all.filter((each) => each.status === 'fulfilled').map(({ value }) => value);
    assert.equal(made.length, 1);
    const [id = 0] = made;
    const refusal = { code: 'PRECONDITION', message: `job ${id} does the same and has not ended` };
    await assert.rejects(add(db, null, { unique: true }), refusal);
    await add(db, null, { unique: true, vendorId: 2 });
    go.resolve();
    await becomes(db, id, 'Success');
    await add(db, null, { unique: true });
    const rows = await sql`select id from execution`.execute(db.reader.builder);
    assert.equal(rows.rows.length, 3);
  });

  test(`${dialect}: a job that fails waits longer each time, and is given up when it has failed often enough`, async () => {
    await using opened = await openTestDatabase(dialect);
    const clock = { ms: 0 };
    const db = ahead(opened.db, clock);
    let runs = 0;
    const bad = kind(
      () => {
        runs += 1;
        return Promise.reject(new Error(`no ${runs}`));
      },
      { attempts: 3 },
    );
    await using _workers = await workersOf(db, [bad]);
    const before = await db.now();
    const id = await add(db);
    for (const failures of [1, 2]) {
      const job = await becomes(db, id, 'Scheduled');
      assert.deepEqual([job.message, job.attempts], [`no ${failures}`, failures]);
      assert.ok(job.runAt >= before + clock.ms + retryDelayMs(failures, 0.5), String(job.runAt));
      assert.equal((await executionOf(db, id))?.status, 'Running');
      clock.ms += retryDelayMs(failures, 0.5) + minuteMs;
      await (failures === 1
        ? waitFor(
            async () => (await jobOf(db, id)).attempts === 2 && (await jobOf(db, id)).message === 'no 2',
          )
        : becomes(db, id, 'Error'));
    }
    assert.deepEqual([runs, (await executionOf(db, id))?.message], [3, 'no 3']);
    assert.equal((await executionOf(db, id))?.status, 'Error');
  });

  test(`${dialect}: one that waits is stopped at once, one that runs hears of it in the middle`, async (t) => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const long = kind(({ signal }) => untilAborted(signal), { parallelism: 1 });
    await using _workers = await workersOf(db, [long]);
    const [first, next] = [await add(db), await add(db)];
    await becomes(db, first, 'Running');
    assert.equal(await stop(db, next), true);
    assert.equal((await jobOf(db, next)).status, 'Stopped');
    assert.equal((await executionOf(db, next))?.status, 'Stopped');
    const at = performance.now();
    assert.equal(await stop(db, first), true);
    await becomes(db, first, 'Stopped');
    const tookMs = performance.now() - at;
    t.diagnostic(`stopped after ${tookMs.toFixed(0)} ms`);
    // A second, and patience for a busy machine; the next renewal of the lease may be 5 s away.
    assert.ok(tookMs < 4000, `${tookMs} ms`);
    assert.equal((await executionOf(db, first))?.status, 'Stopped');
    assert.equal(await stop(db, first), false);
  });

  test(`${dialect}: one whose holder is dead is stopped at once, also while its queue stands still`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await using _workers = await workersOf(db, []);
    const id = await add(db, null, { unique: true });
    const now = await db.now();
    const dead = { kind: 'TEST', parallelism: 0, holder: 'dead', until: now, now };
    await db.transaction(async (tx) => {
      assert.equal((await claimJob(tx, dead))?.id, id);
      await addQueue(tx, 'TEST');
      await pauseQueueRow(tx, 'TEST', now);
    });
    assert.equal(await stop(db, id), true);
    const job = await jobOf(db, id);
    assert.deepEqual([job.status, job.holder], ['Stopped', null]);
    assert.equal((await executionOf(db, id))?.status, 'Stopped');
    assert.equal(await stop(db, id), false);
    await add(db, null, { unique: true });
  });

  test(`${dialect}: a run whose lease ran out is begun elsewhere; the old one hears of it and writes nothing`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const second = dialect === 'postgres' ? await opened.second() : db;
    const heard = Promise.withResolvers<unknown>();
    const slow = kind(({ signal }) => untilAborted(signal).catch(heard.resolve), { parallelism: 1 });
    await using one = await workersOf(db, [slow]);
    const id = await add(db);
    await becomes(db, id, 'Running');
    const now = (await db.now()) + minuteMs;
    const claim = { kind: 'TEST', parallelism: 1, holder: 'two', until: now + minuteMs, now };
    assert.equal((await second.transaction((tx) => claimJob(tx, claim)))?.id, id);
    await heard.promise;
    await one[Symbol.asyncDispose]();
    const job = await jobOf(db, id);
    assert.deepEqual([job.status, job.holder, job.attempts, job.endedAt], ['Running', 'two', 2, null]);
  });

  test(`${dialect}: a server that stops gives its jobs back at once, and that run counts for nothing`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const id = await add(db);
    {
      await using _one = await workersOf(db, [kind(({ signal }) => untilAborted(signal))]);
      await becomes(db, id, 'Running');
    }
    const between = await jobOf(db, id);
    assert.deepEqual([between.status, between.attempts, between.holder], ['Pending', 0, null]);
    await using _two = await workersOf(db, [kind(() => Promise.resolve())], 'two');
    assert.equal((await becomes(db, id, 'Success')).attempts, 1);
  });

  test(`${dialect}: a job in whose middle its server ends each time is given up`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const id = await add(db);
    const now = await db.now();
    for (let lost = 0; lost < 5; lost += 1) {
      const values = { kind: 'TEST', parallelism: 0, holder: `dead ${lost}`, until: 0, now };
      assert.equal((await db.transaction((tx) => claimJob(tx, values)))?.id, id);
    }
    let runs = 0;
    const count = kind(() => {
      runs += 1;
      return Promise.resolve();
    });
    await using _workers = await workersOf(db, [count]);
    const job = await becomes(db, id, 'Error');
    assert.deepEqual([runs, job.message], [0, 'its server ended in the middle 5 times']);
    assert.equal(await retry(db, id), true);
    await becomes(db, id, 'Success');
  });

  test(`${dialect}: while a queue stands still nothing of it begins, and what runs goes on`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const go = Promise.withResolvers<void>();
    await using _workers = await workersOf(db, [kind(() => go.promise), kind(ignoreAll, { name: 'OTHER' })]);
    const running = await add(db);
    await becomes(db, running, 'Running');
    const now = await db.now();
    assert.equal(await db.transaction((tx) => pauseQueueRow(tx, 'TEST', now)), true);
    assert.equal(await db.transaction((tx) => pauseQueueRow(tx, 'TEST', now)), false);
    const waiting = await add(db);
    go.resolve();
    await becomes(db, running, 'Success');
    // Another kind's job that was added later has run: this one was passed by.
    const job = { input: null, vendorId: 1, trigger: 'EVENT', unique: false, now } as const;
    const other = await db.transaction((tx) => startJob(tx, { name: 'OTHER' }, job));
    await becomes(db, other.jobId, 'Success');
    assert.equal((await jobOf(db, waiting)).status, 'Pending');
    assert.equal(await db.transaction((tx) => resumeQueueRow(tx, 'TEST')), true);
    await becomes(db, waiting, 'Success');
  });

  test(`${dialect}: one that failed or was stopped is begun again, one that went well is not`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    let fails = true;
    const moody = kind(() => (fails ? Promise.reject(new Error('moody')) : Promise.resolve()));
    await using _workers = await workersOf(db, [moody]);
    const id = await add(db, null, { unique: true });
    await becomes(db, id, 'Error');
    fails = false;
    assert.equal(await retry(db, id), true);
    assert.deepEqual([(await becomes(db, id, 'Success')).attempts, await retry(db, id)], [2, false]);
    const execution = await executionOf(db, id);
    assert.deepEqual([execution?.status, execution?.message], ['Success', '']);
  });

  test(`${dialect}: input that the kind does not know is an error, and no run`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const strict: JobKind = {
      ...kind(() => assert.fail('it ran')),
      parse: () => {
        throw new Error('not mine');
      },
    };
    await using _workers = await workersOf(db, [strict]);
    assert.equal((await becomes(db, await add(db), 'Error')).message, 'not mine');
  });

  test(`${dialect}: a log can be read while the job runs, and is text that any database takes`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const go = Promise.withResolvers<void>();
    const talks = kind(async ({ log }) => {
      log('first');
      await go.promise;
      log('last\0\uD800');
    });
    await using _workers = await workersOf(db, [talks]);
    const id = await add(db);
    await waitFor(async () => (await logOf(db, id)).includes('first'));
    assert.equal((await jobOf(db, id)).status, 'Running');
    go.resolve();
    await becomes(db, id, 'Success');
    assert.match(await logOf(db, id), /^\S+ first\n\S+ last \uFFFD\n$/);
  });
}

const ignoreAll = (): Promise<void> => Promise.resolve();

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  for (const until = performance.now() + 60_000; !(await isSo()); await delay(10))
    assert.ok(performance.now() < until);
}
