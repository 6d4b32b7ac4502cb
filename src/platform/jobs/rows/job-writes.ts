import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';
import type { JobState } from './job-status.ts';

const isOpen = sql<SqlBool>`state in ('queued', 'running')`;

type NewJob = {
  readonly executionId: number;
  readonly kind: string;
  readonly input: string;
  readonly uniqueKey: string | null;
  readonly now: number;
};

const insert = prepare((db, values: NewJob) =>
  db
    .insertInto('job')
    .values({
      execution_id: values.executionId,
      kind: values.kind,
      state: 'queued',
      input: values.input,
      run_at: values.now,
      attempts: 0,
      unique_key: values.uniqueKey,
      lease_holder: null,
      lease_until: 0,
      created_at: values.now,
      started_at: null,
      updated_at: values.now,
      ended_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
);

/** Undefined: one with that key is on its way. */
export async function insertJob(tx: Tx, job: NewJob): Promise<number | undefined> {
  return (await tx.first(insert, { ...job }))?.id;
}

/** Who counts how many of a kind run has the kind for itself until its transaction ends. */
const lock = prepare((db, values: { kind: string }) =>
  db.selectFrom('job_queue').select('kind').where('kind', '=', values.kind).forUpdate(),
);

export async function lockQueue(tx: Tx, kind: string): Promise<void> {
  if (tx.dialect === 'postgres') await tx.first(lock, { kind });
}

type Claim = {
  readonly kind: string;
  /** 0: no limit. */
  readonly parallelism: number;
  readonly holder: string;
  readonly until: number;
  readonly now: number;
};

/**
 * The longest waiting one, or one whose holder is dead; none while the kind's queue stands still. Conditions that are always true
 * keep SQLite to the index of open jobs.
 */
const claim = prepare((db, values: Claim, dialect) => {
  const next = db
    .selectFrom('job')
    .select('id')
    .where('kind', '=', values.kind)
    .where('run_at', '<=', values.now)
    .where(isOpen)
    .where((where) => where.or([where('state', '=', 'queued'), where('lease_until', '<=', values.now)]))
    .where(
      sql<SqlBool>`not exists (select 1 from job_queue where kind = ${values.kind} and paused_at is not null)`,
    )
    .where(
      sql<SqlBool>`(${values.parallelism} = 0 or ${values.parallelism} > (select count(*) from job as other
        where other.kind = ${values.kind} and other.run_at >= 0 and other.state in ('queued', 'running')
        and other.state = 'running' and other.lease_until > ${values.now}))`,
    )
    .orderBy('run_at')
    .orderBy('id')
    .limit(1);
  return db
    .updateTable('job')
    .set((set) => ({
      state: 'running',
      lease_holder: values.holder,
      lease_until: values.until,
      attempts: set('attempts', '+', 1),
      lost: sql<number>`case when state = 'running' then lost + 1 else lost end`,
      started_at: values.now,
      updated_at: values.now,
      progress: '',
    }))
    .where('id', '=', dialect === 'postgres' ? next.forUpdate().skipLocked() : next)
    .returning([
      'id',
      'execution_id as executionId',
      'kind',
      'input',
      'attempts',
      'failures',
      'lost',
      'result',
      'stop_asked as stopAsked',
    ]);
});

export interface ClaimedJob {
  readonly id: number;
  readonly executionId: number | null;
  readonly kind: string;
  readonly input: string;
  readonly attempts: number;
  readonly failures: number;
  readonly lost: number;
  readonly result: string;
  readonly stopAsked: number;
}

export function claimJob(tx: Tx, values: Claim): Promise<ClaimedJob | undefined> {
  return tx.first(claim, { ...values });
}

/** Which run of which job: a later one, here or elsewhere, has another number. */
export type RunName = {
  readonly id: number;
  readonly holder: string;
  readonly attempts: number;
};

const renew = prepare(
  (db, values: RunName & { until: number; now: number; progress: string; result: string }) =>
    db
      .updateTable('job')
      .set({
        lease_until: values.until,
        updated_at: values.now,
        progress: values.progress,
        result: values.result,
      })
      .where('id', '=', values.id)
      .where('state', '=', 'running')
      .where('lease_holder', '=', values.holder)
      .where('attempts', '=', values.attempts)
      .returning('stop_asked as stopAsked'),
);

/** Undefined: the run has lost its job. */
export function renewRun(
  tx: Tx,
  run: RunName,
  values: {
    readonly until: number;
    readonly now: number;
    readonly progress: string;
    readonly result: string;
  },
): Promise<{ readonly stopAsked: number } | undefined> {
  return tx.first(renew, { id: run.id, holder: run.holder, attempts: run.attempts, ...values });
}

type End = {
  readonly state: Exclude<JobState, 'running'>;
  readonly message: string;
  readonly failures: number;
  readonly result: string;
  readonly progress: string;
  /** Of one that is queued again. */
  readonly runAt: number;
  readonly endedAt: number | null;
  readonly now: number;
};

const end = prepare((db, values: RunName & End & { counted: number }) =>
  db
    .updateTable('job')
    .set({
      state: values.state,
      message: values.message,
      attempts: values.counted,
      failures: values.failures,
      result: values.result,
      progress: values.progress,
      run_at: values.runAt,
      ended_at: values.endedAt,
      updated_at: values.now,
      lease_holder: null,
      lease_until: 0,
    })
    .where('id', '=', values.id)
    .where('state', '=', 'running')
    .where('lease_holder', '=', values.holder)
    .where('attempts', '=', values.attempts),
);

/**
 * False: the run has lost its job, whose row is another's.
 * @param counted attempts from now on: one less for a run that counts for nothing
 */
export async function endRun(tx: Tx, run: RunName, values: End & { counted: number }): Promise<boolean> {
  const { id, holder, attempts } = run;
  return (await tx.run(end, { id, holder, attempts, ...values })) > 0;
}

const free = prepare((db, _values: Record<never, never>) =>
  db.updateTable('job').set({ lease_until: 0 }).where('state', '=', 'running'),
);

/** Whoever held these is gone: a database in a file has one process at a time. */
export async function freeJobs(tx: Tx): Promise<void> {
  await tx.run(free, {});
}

const stopOne = prepare((db, values: { id: number; now: number }) =>
  db
    .updateTable('job')
    .set({
      state: 'stopped',
      ended_at: values.now,
      updated_at: values.now,
      lease_holder: null,
      lease_until: 0,
    })
    .where('id', '=', values.id)
    .where((where) =>
      where.or([
        where('state', '=', 'queued'),
        where.and([where('state', '=', 'running'), where('lease_until', '<=', values.now)]),
      ]),
    ),
);

const askOne = prepare((db, values: { id: number }) =>
  db.updateTable('job').set({ stop_asked: 1 }).where('id', '=', values.id).where('state', '=', 'running'),
);

/**
 * One that waits ends at once, and so does one whose holder is dead: nobody may take it over while its queue stands still.
 * One that runs is told, and ends by itself. `false`: it does neither.
 */
export async function stopJobRow(tx: Tx, id: number, now: number): Promise<'ended' | 'asked' | false> {
  if ((await tx.run(stopOne, { id, now })) > 0) return 'ended';
  // It may have begun meanwhile.
  return (await tx.run(askOne, { id })) > 0 && 'asked';
}

const again = prepare((db, values: { id: number; now: number }) =>
  db
    .updateTable('job')
    .set({
      state: 'queued',
      run_at: values.now,
      failures: 0,
      lost: 0,
      message: '',
      progress: '',
      stop_asked: 0,
      ended_at: null,
      updated_at: values.now,
    })
    .where('id', '=', values.id)
    .where('state', 'in', ['failed', 'stopped'])
    .where((where) =>
      where.or([
        where('unique_key', 'is', null),
        where.not(
          where.exists(
            where
              .selectFrom('job as other')
              .select('other.id')
              .whereRef('other.unique_key', '=', 'job.unique_key')
              .where(sql<SqlBool>`other.state in ('queued', 'running')`),
          ),
        ),
      ]),
    ),
);

/** False: it has not ended, was well, or one with its key is on its way. */
export async function queueAgain(tx: Tx, id: number, now: number): Promise<boolean> {
  return (await tx.run(again, { id, now })) > 0;
}
