import type { Database, Queries, Tx } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { indexed } from '../../../platform/events/event-reads.ts';

export interface Period {
  readonly number: number;
  readonly afterId: number;
  readonly toId: number;
  readonly rows: number;
  readonly hash: string;
  readonly closedAt: number;
}

export interface SealedPeriod extends Period {
  readonly seal: string;
}

export interface PeriodHead {
  readonly number: number;
  readonly seal: string;
}

const selectPeriods = prepare((db, values: { after: number; limit: number }) =>
  db
    .selectFrom('audit_period')
    .selectAll()
    .where('number', '>', values.after)
    .orderBy('number')
    .limit(values.limit),
);

const selectLast = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('audit_period').selectAll().orderBy('number', 'desc').limit(1),
);

const selectHead = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('audit_head').select(['number', 'seal']).where('id', '=', 1),
);

const insertPeriod = prepare((db, values: SealedPeriod & { readonly [name: string]: string | number }) =>
  db
    .insertInto('audit_period')
    .values({
      number: values.number,
      after_id: values.afterId,
      to_id: values.toId,
      rows: values.rows,
      hash: values.hash,
      closed_at: values.closedAt,
      seal: values.seal,
    })
    .onConflict((conflict) => conflict.column('number').doNothing()),
);

const putHead = prepare((db, values: { number: number; seal: string }) =>
  db
    .insertInto('audit_head')
    .values({ id: 1, number: values.number, seal: values.seal })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ number: values.number, seal: values.seal }),
    ),
);

/** The next periods after that number. */
export async function readPeriods(db: Queries, after: number, limit: number): Promise<SealedPeriod[]> {
  return (await db.all(selectPeriods, { after, limit })).map(periodOf);
}

export async function readLastPeriod(db: Queries): Promise<SealedPeriod | undefined> {
  const row = await db.first(selectLast, {});
  return row === undefined ? undefined : periodOf(row);
}

export function readHead(db: Queries): Promise<PeriodHead | undefined> {
  return db.first(selectHead, {});
}

/** The periods at the end are not those that the head counts. Nothing is closed then: it would hide that. */
export class LostPeriods extends Error {
  override readonly name = 'LostPeriods';
}

/**
 * Whether it is the first of its number; otherwise nothing is changed.
 * @throws LostPeriods
 */
export function insertClosed(db: Database, period: SealedPeriod, head: PeriodHead): Promise<boolean> {
  return db.transaction(async (tx: Tx) => {
    if ((await tx.run(insertPeriod, { ...period })) === 0) return false;
    const counted = (await readHead(tx))?.number ?? 0;
    if (counted !== period.number - 1) {
      throw new LostPeriods(
        `the audit log has lost closed periods: ${counted} were counted, ${period.number - 1} are there; see berth audit verify`,
      );
    }
    await tx.run(putHead, { ...head });
    return true;
  });
}

interface PeriodRow {
  readonly number: number;
  readonly after_id: number;
  readonly to_id: number;
  readonly rows: number;
  readonly hash: string;
  readonly closed_at: number;
  readonly seal: string;
}

function periodOf({ number, after_id, to_id, rows, hash, closed_at, seal }: PeriodRow): SealedPeriod {
  return { number, afterId: after_id, toId: to_id, rows, hash, closedAt: closed_at, seal };
}

/** What is always the same of a row; it has further columns. */
export interface WholeEvent {
  readonly id: number;
  readonly type: string;
  readonly at: number;
}

/** Rows as they are in the database, whatever columns it has, in the order of their ids. */
export function readWholeEvents(
  { builder }: Queries,
  { after, to, limit }: { readonly after: number; readonly to: number; readonly limit: number },
): Promise<readonly WholeEvent[]> {
  return builder
    .selectFrom('event')
    .selectAll()
    .where('id', '>', after)
    .where('id', '<=', to)
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function countEventsAfter({ builder }: Queries, after: number): Promise<number> {
  const { count } = await builder
    .selectFrom('event')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('id', '>', after)
    .executeTakeFirstOrThrow();
  return count;
}

/** The first row of a refusal that was written since; undefined: there is none. */
export async function firstRefusalSince(db: Queries, at: number): Promise<number | undefined> {
  const row = await db.builder
    .selectFrom('event')
    .select((select) => select.fn.min<number | null>('id').as('id'))
    .where('at', '>=', at)
    .where(indexed)
    .where('type', 'like', '%.refused')
    .executeTakeFirstOrThrow();
  return row.id ?? undefined;
}
