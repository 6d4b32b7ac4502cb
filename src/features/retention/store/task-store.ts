import { type SqlBool, sql } from 'kysely';
import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import type { JobState } from '../../../platform/jobs/rows/job-status.ts';
import { retentionKind } from '../retention-kind.ts';

type NewTask = {
  readonly jobId: number;
  readonly executionId: number;
  readonly repositoryId: number;
  readonly repository: string;
};

const insert = prepare((db, values: NewTask) =>
  db.insertInto('retention_task').values({
    job_id: values.jobId,
    execution_id: values.executionId,
    repository_id: values.repositoryId,
    repository: values.repository,
    total: 0,
    retained: 0,
  }),
);

export async function insertTask(tx: Tx, task: NewTask): Promise<void> {
  await tx.run(insert, task);
}

const known = prepare((db, values: { executionId: number }) =>
  db
    .selectFrom('retention_task')
    .select('repository_id as id')
    .where('execution_id', '=', values.executionId),
);

/** The repositories for which the execution has a task. */
export async function repositoriesWithTask(db: Queries, executionId: number): Promise<ReadonlySet<number>> {
  return new Set((await db.all(known, { executionId })).map(({ id }) => id));
}

const count = prepare((db, values: { jobId: number; total: number; retained: number }) =>
  db
    .updateTable('retention_task')
    .set({ total: values.total, retained: values.retained })
    .where('job_id', '=', values.jobId),
);

export async function countTask(
  tx: Tx,
  of: { readonly jobId: number; readonly total: number; readonly retained: number },
): Promise<void> {
  await tx.run(count, { ...of });
}

const columns = [
  'job.id',
  'job.execution_id as executionId',
  'job.state',
  'job.run_at as runAt',
  'job.attempts',
  'job.created_at as createdAt',
  'job.started_at as startedAt',
  'job.updated_at as updatedAt',
  'job.ended_at as endedAt',
  'retention_task.repository',
  'retention_task.total',
  'retention_task.retained',
] as const;

export interface TaskRow {
  readonly id: number;
  readonly executionId: number | null;
  readonly state: JobState;
  readonly runAt: number;
  readonly attempts: number;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  readonly repository: string;
  readonly total: number;
  readonly retained: number;
}

const page = prepare((db, values: { executionId: number; offset: number; limit: number }) =>
  db
    .selectFrom('retention_task')
    .innerJoin('job', 'job.id', 'retention_task.job_id')
    .select(columns)
    .where('retention_task.execution_id', '=', values.executionId)
    .orderBy('retention_task.repository_id', 'desc')
    .offset(values.offset)
    .limit(values.limit),
);

const total = prepare((db, values: { executionId: number }) =>
  db
    .selectFrom('retention_task')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('execution_id', '=', values.executionId),
);

export async function pageOfTasks(
  db: Queries,
  executionId: number,
  slice: { readonly offset: number; readonly limit: number },
): Promise<{ readonly rows: readonly TaskRow[]; readonly total: number }> {
  const rows = await db.all(page, { executionId, offset: slice.offset, limit: slice.limit });
  return { rows, total: Number((await db.first(total, { executionId }))?.count ?? 0) };
}

const one = prepare((db, values: { executionId: number; jobId: number }) =>
  db
    .selectFrom('retention_task')
    .select(['job_id as id', 'repository'])
    .where('execution_id', '=', values.executionId)
    .where('job_id', '=', values.jobId),
);

export function findTask(
  db: Queries,
  of: { readonly executionId: number; readonly jobId: number },
): Promise<{ readonly id: number; readonly repository: string } | undefined> {
  return db.first(one, { ...of });
}

const open = prepare((db, values: { executionId: number }) =>
  db
    .selectFrom('job')
    .select(['id', 'execution_id as executionId'])
    .where('execution_id', '=', values.executionId)
    .where('state', 'in', ['queued', 'running'])
    .orderBy('id'),
);

/** Jobs of the execution that wait or run, whatever they do for it. */
export function openJobsOf(
  db: Queries,
  executionId: number,
): Promise<{ readonly id: number; readonly executionId: number | null }[]> {
  return db.all(open, { executionId });
}

const openOfPolicy = prepare((db, values: { policyId: number }) =>
  db
    .selectFrom('job')
    .innerJoin('execution', 'execution.id', 'job.execution_id')
    .select(['job.id', 'job.execution_id as executionId'])
    .where('job.kind', '=', retentionKind)
    .where(sql<SqlBool>`job.state in ('queued', 'running')`)
    .where('execution.vendor_type', '=', retentionKind)
    .where('execution.vendor_id', '=', values.policyId)
    .orderBy('job.id'),
);

/** Of all runs of a policy. */
export function openJobsOfPolicy(
  db: Queries,
  policyId: number,
): Promise<{ readonly id: number; readonly executionId: number | null }[]> {
  return db.all(openOfPolicy, { policyId });
}

const stopAsked = prepare((db, values: { jobId: number }, dialect) => {
  const query = db.selectFrom('job').select('stop_asked as stopAsked').where('id', '=', values.jobId);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/** Whether somebody has told a running job to stop; who does so later waits until the transaction ends. */
export async function isStopAsked(tx: Tx, jobId: number): Promise<boolean> {
  return (await tx.first(stopAsked, { jobId }))?.stopAsked === 1;
}
