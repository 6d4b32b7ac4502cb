import { sql } from 'kysely';
import type { Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { retentionKind } from '../retention-kind.ts';

export interface NewRun {
  readonly executionId: number;
  readonly dryRun: boolean;
  readonly definition: string;
  /** JSON. */
  readonly actor: string;
  readonly planId: number | null;
}

type RunValues = Omit<NewRun, 'dryRun'> & { readonly dryRun: number };

const insert = prepare((db, values: RunValues) =>
  db
    .insertInto('retention_run')
    .values({
      execution_id: values.executionId,
      dry_run: values.dryRun,
      definition: values.definition,
      actor: values.actor,
      plan_id: values.planId,
      review: '',
    })
    .onConflict((conflict) => conflict.column('execution_id').doNothing()),
);

/** Unless it is there: whoever begins a run again goes on with what it began with. */
export async function addRun(tx: Tx, run: NewRun): Promise<void> {
  await tx.run(insert, { ...run, dryRun: Number(run.dryRun) });
}

const one = prepare((db, values: { executionId: number }) =>
  db
    .selectFrom('retention_run')
    .select(['dry_run as dryRun', 'definition', 'actor', 'plan_id as planId', 'review'])
    .where('execution_id', '=', values.executionId),
);

export interface Run extends Omit<NewRun, 'executionId'> {
  readonly review: string;
}

export async function findRun(db: Queries, executionId: number): Promise<Run | undefined> {
  const row = await db.first(one, { executionId });
  return row === undefined ? undefined : { ...row, dryRun: row.dryRun === 1 };
}

const hold = prepare((db, values: { executionId: number; review: string }) =>
  db
    .updateTable('retention_run')
    .set({ review: values.review })
    .where('execution_id', '=', values.executionId),
);

export async function holdRun(
  tx: Tx,
  of: { readonly executionId: number; readonly review: string },
): Promise<void> {
  await tx.run(hold, { ...of });
}

const runColumns = [
  'execution.id',
  'execution.status',
  'execution.trigger_kind as trigger',
  'execution.started_at as startedAt',
  'execution.ended_at as endedAt',
  'execution.message',
  sql<number>`coalesce(retention_run.dry_run, 0)`.as('dryRun'),
  sql<string>`coalesce(retention_run.review, '')`.as('review'),
] as const;

export interface RunRow {
  readonly id: number;
  readonly status: string;
  readonly trigger: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly message: string;
  readonly dryRun: number;
  readonly review: string;
}

interface Slice {
  readonly offset: number;
  readonly limit: number;
}

const runs = prepare((db, values: { policyId: number; offset: number; limit: number }) =>
  db
    .selectFrom('execution')
    .leftJoin('retention_run', 'retention_run.execution_id', 'execution.id')
    .select(runColumns)
    .where('execution.vendor_type', '=', retentionKind)
    .where('execution.vendor_id', '=', values.policyId)
    .orderBy('execution.id', 'desc')
    .offset(values.offset)
    .limit(values.limit),
);

const runCount = prepare((db, values: { policyId: number }) =>
  db
    .selectFrom('execution')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('vendor_type', '=', retentionKind)
    .where('vendor_id', '=', values.policyId),
);

/** The newest first. */
export async function pageOfRuns(
  db: Queries,
  policyId: number,
  slice: Slice,
): Promise<{ readonly rows: readonly RunRow[]; readonly total: number }> {
  const rows = await db.all(runs, { policyId, offset: slice.offset, limit: slice.limit });
  return { rows, total: Number((await db.first(runCount, { policyId }))?.count ?? 0) };
}

const oneOf = prepare((db, values: { policyId: number; executionId: number }) =>
  db
    .selectFrom('execution')
    .leftJoin('retention_run', 'retention_run.execution_id', 'execution.id')
    .select(runColumns)
    .where('execution.id', '=', values.executionId)
    .where('execution.vendor_type', '=', retentionKind)
    .where('execution.vendor_id', '=', values.policyId),
);

export function findRunOf(
  db: Queries,
  of: { readonly policyId: number; readonly executionId: number },
): Promise<RunRow | undefined> {
  return db.first(oneOf, { ...of });
}
