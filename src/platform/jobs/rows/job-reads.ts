import { type SqlBool, sql } from 'kysely';
import { isRecord } from '../../../lib/oci/json.ts';
import type { Queries } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';
import { valueList } from '../../db/value-list.ts';
import type { JobState, JobStatus } from './job-status.ts';

/** Kinds of which there is something to do, as far as can be seen without locking anything. */
const waiting = prepare((db, values: { now: number }) =>
  db
    .selectFrom('job_queue')
    .select('kind')
    .where('paused_at', 'is', null)
    .where(
      sql<SqlBool>`exists (select 1 from job where job.kind = job_queue.kind and job.state in ('queued', 'running')
        and job.run_at <= ${values.now} and (job.state = 'queued' or job.lease_until <= ${values.now}))`,
    ),
);

export async function waitingKinds(db: Queries, now: number): Promise<readonly string[]> {
  return (await db.all(waiting, { now })).map(({ kind }) => kind);
}

const held = prepare((db, values: { id: number; holder: string; attempts: number }) =>
  db
    .selectFrom('job')
    .select('stop_asked as stopAsked')
    .where('id', '=', values.id)
    .where('state', '=', 'running')
    .where('lease_holder', '=', values.holder)
    .where('attempts', '=', values.attempts),
);

/** Undefined: the run has lost its job. */
export function heldRun(
  db: Queries,
  run: { readonly id: number; readonly holder: string; readonly attempts: number },
): Promise<{ readonly stopAsked: number } | undefined> {
  return db.first(held, { id: run.id, holder: run.holder, attempts: run.attempts });
}

const columns = [
  'job.id',
  'job.execution_id as executionId',
  'job.kind',
  'job.state',
  'job.run_at as runAt',
  'job.attempts',
  'job.message',
  'job.progress',
  'job.result',
  'job.stop_asked as stopAsked',
  'job.lease_holder as holder',
  'job.created_at as createdAt',
  'job.started_at as startedAt',
  'job.updated_at as updatedAt',
  'job.ended_at as endedAt',
  'execution.vendor_type as vendorType',
  'execution.vendor_id as vendorId',
  'execution.trigger_kind as trigger',
] as const;

export interface JobRow {
  readonly id: number;
  readonly executionId: number | null;
  readonly kind: string;
  readonly state: JobState;
  readonly runAt: number;
  readonly attempts: number;
  readonly message: string;
  readonly progress: string;
  readonly result: string;
  readonly stopAsked: number;
  readonly holder: string | null;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  readonly vendorType: string;
  readonly vendorId: number;
  readonly trigger: string;
}

const one = prepare((db, values: { id: number }) =>
  db
    .selectFrom('job')
    .innerJoin('execution', 'execution.id', 'job.execution_id')
    .select(columns)
    .where('job.id', '=', values.id),
);

export function findJob(db: Queries, id: number): Promise<JobRow | undefined> {
  return db.first(one, { id });
}

const flagged = prepare((db, values: { ids: string; text: string }, dialect) =>
  db
    .selectFrom('job')
    .select(['id', 'input'])
    .where('id', 'in', valueList('integer', values.ids, dialect))
    .where('input', 'like', values.text),
);

/** Those of these jobs whose input has a flag of this name that is set. */
export async function jobsWithFlag(
  db: Queries,
  ids: readonly number[],
  flag: string,
): Promise<ReadonlySet<number>> {
  const rows = await db.all(flagged, { ids: JSON.stringify(ids), text: `%"${flag}":true%` });
  const isSet = (input: unknown): boolean => isRecord(input) && input[flag] === true;
  return new Set(rows.filter(({ input }) => isSet(JSON.parse(input))).map(({ id }) => id));
}

const running = prepare((db, _values: Record<never, never>) =>
  db
    .selectFrom('job')
    .innerJoin('execution', 'execution.id', 'job.execution_id')
    .select(columns)
    .where(sql<SqlBool>`job.state in ('queued', 'running')`)
    .where('job.state', '=', 'running')
    .orderBy('job.id'),
);

/** Of all instances. */
export function runningJobs(db: Queries): Promise<JobRow[]> {
  return db.all(running, {});
}

const open = prepare((db, values: { limit: number }) =>
  db
    .selectFrom('job')
    .innerJoin('execution', 'execution.id', 'job.execution_id')
    .select(columns)
    .where(sql<SqlBool>`job.state in ('queued', 'running')`)
    // What runs comes first.
    .orderBy('job.state', 'desc')
    .orderBy('job.id')
    .limit(values.limit),
);

/** Those that run, and then the first of those that wait. */
export function openJobs(db: Queries, limit: number): Promise<JobRow[]> {
  return db.all(open, { limit });
}

const above = prepare((db, values: { id: number; limit: number }) =>
  db
    .selectFrom('job')
    .innerJoin('execution', 'execution.id', 'job.execution_id')
    .select(columns)
    .where('job.id', '>', values.id)
    .orderBy('job.id')
    .limit(values.limit),
);

/** Jobs that were started later than the one with that id. */
export function jobsAbove(db: Queries, id: number, limit: number): Promise<JobRow[]> {
  return db.all(above, { id, limit });
}

const newest = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('job').select((select) => select.fn.max('id').as('id')),
);

export async function newestJobId(db: Queries): Promise<number> {
  return Number((await db.first(newest, {}))?.id ?? 0);
}

export interface JobFilter {
  readonly kind: string | undefined;
  readonly status: JobStatus | undefined;
  readonly now: number;
}

/** The newest first. */
export function pageOfJobs(
  db: Queries,
  filter: JobFilter,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<JobRow[]> {
  return db.builder
    .selectFrom('job')
    .innerJoin('execution', 'execution.id', 'job.execution_id')
    .select(columns)
    .where(whereOf(filter))
    .orderBy('job.id', 'desc')
    .offset(offset)
    .limit(limit)
    .execute();
}

/** As far as `most`, and one more where there are more. */
export async function countJobs(db: Queries, filter: JobFilter, most: number): Promise<number> {
  const [row] = await db.builder
    .selectFrom((from) =>
      from
        .selectFrom('job')
        .select('job.id')
        .where(whereOf(filter))
        .limit(most + 1)
        .as('found'),
    )
    .select((select) => select.fn.countAll<number>().as('count'))
    .execute();
  return Number(row?.count ?? 0);
}

function whereOf({ kind, status, now }: JobFilter) {
  const ofKind = kind === undefined ? sql<SqlBool>`1 = 1` : sql<SqlBool>`job.kind = ${kind}`;
  return sql<SqlBool>`(${ofKind} and ${stateOf(status, now)})`;
}

function stateOf(status: JobStatus | undefined, now: number) {
  switch (status) {
    case undefined:
      return sql<SqlBool>`1 = 1`;
    case 'Pending':
      return sql<SqlBool>`job.state = 'queued' and job.run_at <= ${now}`;
    case 'Scheduled':
      return sql<SqlBool>`job.state = 'queued' and job.run_at > ${now}`;
    case 'Running':
      return sql<SqlBool>`job.state = 'running'`;
    case 'Stopped':
      return sql<SqlBool>`job.state = 'stopped'`;
    case 'Error':
      return sql<SqlBool>`job.state = 'failed'`;
    case 'Success':
      return sql<SqlBool>`job.state = 'done'`;
  }
}

const queued = prepare((db, values: { kind: string; after: number; limit: number }) =>
  db
    .selectFrom('job')
    .select(['id', 'execution_id as executionId'])
    .where('kind', '=', values.kind)
    .where(sql<SqlBool>`state in ('queued', 'running')`)
    .where('state', '=', 'queued')
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.limit),
);

/** A kind's jobs that wait, some at a time. */
export function queuedJobs(
  db: Queries,
  values: { readonly kind: string; readonly after: number; readonly limit: number },
): Promise<{ readonly id: number; readonly executionId: number | null }[]> {
  return db.all(queued, values);
}

const byKey = prepare((db, values: { key: string }) =>
  db
    .selectFrom('job')
    .select('id')
    .where('unique_key', '=', values.key)
    .where(sql<SqlBool>`unique_key is not null and state in ('queued', 'running')`),
);

export async function openJobOf(db: Queries, key: string): Promise<number | undefined> {
  return (await db.first(byKey, { key }))?.id;
}
