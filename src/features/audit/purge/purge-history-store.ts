import type { ListCondition, SortKey } from '../../../lib/list-condition.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { listOrder, listWhere } from '../../../platform/db/list-where.ts';
import { purgeOf } from './purge-job.ts';

/** One run of the purge. */
export interface PurgeRun {
  readonly id: number;
  readonly jobId: number;
  readonly trigger: string;
  readonly status: string;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly input: string;
  readonly result: string;
}

/** By Harbor's names of the columns of an execution. */
export const runColumns = {
  id: 'integer',
  status: 'text',
  trigger: 'text',
  start_time: 'time',
  creation_time: 'time',
  update_time: 'time',
} as const;
export type RunColumn = keyof typeof runColumns;

const places: Readonly<Record<RunColumn, string>> = {
  id: 'execution.id',
  status: 'execution.status',
  trigger: 'execution.trigger_kind',
  start_time: 'execution.started_at',
  creation_time: 'execution.started_at',
  update_time: 'execution.updated_at',
};

function runs(db: Queries, conditions: readonly ListCondition<RunColumn>[]) {
  return db.builder
    .selectFrom('execution')
    .innerJoin('job', 'job.execution_id', 'execution.id')
    .where('execution.vendor_type', '=', purgeOf.vendorType)
    .where('execution.vendor_id', '=', purgeOf.vendorId)
    .where(listWhere(conditions, places, db.dialect));
}

const columns = [
  'execution.id',
  'job.id as jobId',
  'execution.trigger_kind as trigger',
  'execution.status',
  'execution.started_at as startedAt',
  'execution.updated_at as updatedAt',
  'job.input',
  'job.result',
] as const;

/** Of the few that are kept. */
export async function pageOfRuns(
  db: Queries,
  page: {
    readonly conditions: readonly ListCondition<RunColumn>[];
    readonly sort: readonly SortKey<RunColumn>[];
    readonly offset: number;
    readonly limit: number;
  },
): Promise<{ rows: PurgeRun[]; count: number }> {
  const { conditions, sort, offset, limit } = page;
  const rows = await runs(db, conditions)
    .select(columns)
    .orderBy(listOrder(sort, places, { place: 'execution.id', descending: true }))
    .offset(offset)
    .limit(limit)
    .execute();
  const { count } = await runs(db, conditions)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { rows, count: Number(count) };
}

export async function findRun(db: Queries, id: number): Promise<PurgeRun | undefined> {
  return (
    await pageOfRuns(db, {
      conditions: [{ column: 'id', is: 'equal', value: id }],
      sort: [],
      offset: 0,
      limit: 1,
    })
  ).rows[0];
}
