import type { Queries } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';

const columns = [
  'id',
  'vendor_type as vendorType',
  'vendor_id as vendorId',
  'cron',
  'time_zone as timeZone',
  'input',
  'next_at as nextAt',
  'updated_at as updatedAt',
] as const;

export interface ScheduleRow {
  readonly id: number;
  readonly vendorType: string;
  readonly vendorId: number;
  readonly cron: string;
  readonly timeZone: string;
  readonly input: string;
  readonly nextAt: number;
  readonly updatedAt: number;
}

const due = prepare((db, values: { now: number }) =>
  db.selectFrom('schedule').select(columns).where('next_at', '<=', values.now).orderBy('next_at').limit(100),
);

export function dueSchedules(db: Queries, now: number): Promise<ScheduleRow[]> {
  return db.all(due, { now });
}

const one = prepare((db, values: { vendorType: string; vendorId: number }) =>
  db
    .selectFrom('schedule')
    .select(columns)
    .where('vendor_type', '=', values.vendorType)
    .where('vendor_id', '=', values.vendorId),
);

export function findSchedule(
  db: Queries,
  of: { readonly vendorType: string; readonly vendorId: number },
): Promise<ScheduleRow | undefined> {
  return db.first(one, { ...of });
}

const page = prepare((db, values: { offset: number; limit: number }) =>
  db
    .selectFrom('schedule')
    .select(columns)
    .orderBy('next_at')
    .orderBy('id')
    .offset(values.offset)
    .limit(values.limit),
);

const count = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('schedule').select((select) => select.fn.countAll<number>().as('count')),
);

export async function pageOfSchedules(
  db: Queries,
  slice: { readonly offset: number; readonly limit: number },
): Promise<{ readonly rows: readonly ScheduleRow[]; readonly total: number }> {
  const rows = await db.all(page, { ...slice });
  return { rows, total: Number((await db.first(count, {}))?.count ?? 0) };
}
