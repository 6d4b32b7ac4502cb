import type { Database, Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { valueList } from '../../../platform/db/value-list.ts';

const remove = prepare((db, values: { ids: string }, dialect) =>
  db.deleteFrom('event').where('id', 'in', valueList('integer', values.ids, dialect)),
);

/** Their deliveries go with them. Lost in a crash they are removed again. */
export function removeEvents(db: Database, ids: readonly number[]): Promise<number> {
  return db.transaction((tx) => tx.run(remove, { ids: JSON.stringify(ids) }), { durability: 'relaxed' });
}

const waiting = prepare((db, values: { after: number; to: number }) =>
  db
    .selectFrom('delivery')
    .select('id')
    .where('event_id', '>', values.after)
    .where('event_id', '<=', values.to)
    .where('state', '=', 'waiting')
    .limit(1),
);

/** Whether somebody has yet to be told of one of those events. */
export async function hasWaitingDelivery(
  db: Queries,
  range: { readonly after: number; readonly to: number },
): Promise<boolean> {
  return (await db.first(waiting, { after: range.after, to: range.to })) !== undefined;
}

const readers = prepare((db, values: { except: string }) =>
  db
    .selectFrom('event_cursor')
    .select((select) => select.fn.min<number | null>('last_id').as('place'))
    .where('name', '!=', values.except),
);

/**
 * Up to where everybody has read the events who keeps a place in them, which moves while he is there. `except`: one whose
 * place may stand still.
 */
export async function leastPlace(db: Queries, except: string): Promise<number | undefined> {
  return (await db.first(readers, { except }))?.place ?? undefined;
}

const count = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('audit_period').select((select) => select.fn.countAll<number>().as('count')),
);

export async function countPeriods(db: Queries): Promise<number> {
  return Number((await db.first(count, {}))?.count ?? 0);
}

const firstTimes = prepare((db, values: { from: number; to: number }) =>
  db
    .selectFrom('audit_period')
    .select((period) => [
      'number',
      period
        .selectFrom('event')
        .select('event.at')
        .whereRef('event.id', '>', 'audit_period.after_id')
        .orderBy('event.id')
        .limit(1)
        .as('at'),
    ])
    .where('number', '>=', values.from)
    .where('number', '<=', values.to),
);

/** The time of the first row that is there from each of these periods on. */
export async function firstTimesOf(
  db: Queries,
  range: { readonly from: number; readonly to: number },
): Promise<ReadonlyMap<number, number | null>> {
  const rows = await db.all(firstTimes, { from: range.from, to: range.to });
  return new Map(rows.map(({ number, at }) => [number, at]));
}

/** The row of `setting` that says that the schedule was set once; it is not set again when somebody ends it. */
const begunName = '(audit purge)';

const begin = prepare((db, values: { now: number }) =>
  db
    .insertInto('setting')
    .values({ name: begunName, value: 'scheduled', updated_at: values.now })
    .onConflict((conflict) => conflict.column('name').doNothing()),
);

/** True once for each registry. */
export async function beginPurging(tx: Tx, now: number): Promise<boolean> {
  return (await tx.run(begin, { now })) > 0;
}
