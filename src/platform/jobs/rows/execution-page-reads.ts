import { type RawBuilder, sql } from 'kysely';
import type { ListCondition, SortKey } from '../../../lib/list-condition.ts';
import type { Queries } from '../../db/database.ts';
import { listOrder, listWhere } from '../../db/list-where.ts';
import type { JobState } from './job-status.ts';

/** An execution of a kind that has one job, with what the job was given and found out. */
export interface SingleExecution {
  readonly id: number;
  readonly jobId: number;
  readonly trigger: string;
  readonly state: JobState;
  readonly runAt: number;
  readonly input: string;
  readonly result: string;
  readonly startedAt: number;
  readonly updatedAt: number;
}

export const executionColumns = {
  id: 'integer',
  trigger: 'text',
  status: 'text',
  creation_time: 'time',
  update_time: 'time',
} as const;

export const executionSortKeys = ['id', 'status', 'creation_time', 'update_time'] as const;

const places = {
  id: 'execution.id',
  trigger: 'execution.trigger_kind',
  status: 'execution.status',
  creation_time: 'execution.started_at',
  update_time: 'execution.updated_at',
} as const;

export interface ExecutionPage {
  readonly vendorType: string;
  readonly conditions: readonly ListCondition<keyof typeof executionColumns>[];
  readonly sort: readonly SortKey<(typeof executionSortKeys)[number]>[];
  readonly offset: number;
  readonly limit: number;
}

function joined(vendorType: string): RawBuilder<unknown> {
  return sql`from execution join job on job.execution_id = execution.id where execution.vendor_type = ${vendorType}`;
}

const columns = sql.raw(`execution.id as "id", job.id as "jobId", execution.trigger_kind as "trigger",
    job.state as "state", job.run_at as "runAt", job.input as "input", job.result as "result",
    execution.started_at as "startedAt", execution.updated_at as "updatedAt"`);

/** A page of the executions of a kind, and how many there are. */
export async function pageOfExecutions(
  db: Queries,
  page: ExecutionPage,
): Promise<{ readonly rows: readonly SingleExecution[]; readonly total: number }> {
  const from = sql`${joined(page.vendorType)} and ${listWhere(page.conditions, places, db.dialect)}`;
  const { rows: counted } = await sql<{ count: number }>`select count(*) as "count" ${from}`.execute(
    db.builder,
  );
  const order = listOrder(page.sort, places, { place: 'execution.id', descending: true });
  const { rows } = await sql<SingleExecution>`select ${columns} ${from} order by ${order}
    limit ${page.limit} offset ${page.offset}`.execute(db.builder);
  return { rows, total: Number(counted[0]?.count ?? 0) };
}

/** Undefined: there is none of that id, or it is of another kind. */
export async function findSingleExecution(
  db: Queries,
  vendorType: string,
  id: number,
): Promise<SingleExecution | undefined> {
  const { rows } = await sql<SingleExecution>`
    select ${columns} ${joined(vendorType)} and execution.id = ${id}`.execute(db.builder);
  return rows[0];
}

/** When the last one that was begun by an event was begun. */
export async function lastByEvent(db: Queries, vendorType: string): Promise<number | undefined> {
  const { rows } = await sql<{ at: number | null }>`
    select max(started_at) as "at" from execution where vendor_type = ${vendorType}
      and trigger_kind = 'EVENT'`.execute(db.builder);
  return rows[0]?.at ?? undefined;
}
