import type { Queries } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';
import type { ExecutionTable } from '../../db/schema/schema-of-jobs.ts';
import type { JobState } from './job-status.ts';

export interface Vendor {
  readonly vendorType: string;
  readonly vendorId: number;
}

const after = prepare((db, values: { type: string; id: number }) =>
  db
    .selectFrom('execution')
    .select(['vendor_type as vendorType', 'vendor_id as vendorId'])
    .where((where) =>
      where.or([
        where('vendor_type', '>', values.type),
        where.and([where('vendor_type', '=', values.type), where('vendor_id', '>', values.id)]),
      ]),
    )
    .orderBy('vendor_type')
    .orderBy('vendor_id')
    .limit(1),
);

/** Of all vendors that have executions the one behind another. */
export function nextVendor(db: Queries, vendor?: Vendor): Promise<Vendor | undefined> {
  return db.first(after, { type: vendor?.vendorType ?? '', id: vendor?.vendorId ?? 0 });
}

const beyond = prepare((db, values: { type: string; id: number; keep: number; limit: number }) =>
  db
    .selectFrom('execution')
    .select('id')
    .where('vendor_type', '=', values.type)
    .where('vendor_id', '=', values.id)
    .where('status', '!=', 'Running')
    .orderBy('id', 'desc')
    .offset(values.keep)
    .limit(values.limit),
);

/** Ended ones older than the newest `keep`. */
export async function endedBeyond(
  db: Queries,
  { vendorType, vendorId, keep, limit }: Vendor & { readonly keep: number; readonly limit: number },
): Promise<readonly number[]> {
  return (await db.all(beyond, { type: vendorType, id: vendorId, keep, limit })).map(({ id }) => id);
}

export interface ExecutionRow extends Vendor {
  readonly id: number;
  readonly trigger: ExecutionTable['trigger_kind'];
  readonly status: ExecutionTable['status'];
  readonly message: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

const one = prepare((db, values: { id: number }) =>
  db
    .selectFrom('execution')
    .select([
      'id',
      'vendor_type as vendorType',
      'vendor_id as vendorId',
      'trigger_kind as trigger',
      'status',
      'message',
      'started_at as startedAt',
      'ended_at as endedAt',
    ])
    .where('id', '=', values.id),
);

export function findExecution(db: Queries, id: number): Promise<ExecutionRow | undefined> {
  return db.first(one, { id });
}

const counts = prepare((db, values: { id: number }) =>
  db
    .selectFrom('job')
    .select((select) => ['state', select.fn.countAll<number>().as('count')])
    .where('execution_id', '=', values.id)
    .groupBy('state'),
);

/** How many of its jobs are in which state. */
export async function jobCounts(db: Queries, id: number): Promise<ReadonlyMap<JobState, number>> {
  const rows = await db.all(counts, { id });
  return new Map(rows.map(({ state, count }) => [state, Number(count)]));
}
