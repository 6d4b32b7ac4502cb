import type { Database, Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';

/** Types of events, and the times before which those of a type go. */
export type Removing = Readonly<Record<string, number>>;
/** Of each type how many there are, and the time of the oldest. */
export type Held = Readonly<Record<string, readonly [count: number, oldest: number]>>;

/** What is left of a closed period that a purge has looked at. */
export interface Remainder {
  readonly number: number;
  /** Still there, once what is on its way out is gone. */
  readonly rows: number;
  readonly removed: number;
  /** Of those rows, after the hash of the period. */
  readonly hash: string;
  readonly held: Held;
  /** Empty: nothing is on its way out. */
  readonly removing: Removing;
}

export interface SealedRemainder extends Remainder {
  readonly seal: string;
}

const columns = ['number', 'rows', 'removed', 'hash', 'held', 'removing', 'seal'] as const;

const select = prepare((db, values: { from: number; to: number }) =>
  db
    .selectFrom('audit_remainder')
    .select(columns)
    .where('number', '>=', values.from)
    .where('number', '<=', values.to)
    .orderBy('number'),
);

/** Those of the periods with these numbers. */
export async function readRemainders(
  db: Queries,
  range: { readonly from: number; readonly to: number },
): Promise<ReadonlyMap<number, SealedRemainder>> {
  const rows = await db.all(select, { from: range.from, to: range.to });
  return new Map(
    rows.map(({ held, removing, ...row }) => [
      row.number,
      { ...row, held: JSON.parse(held) as Held, removing: JSON.parse(removing) as Removing },
    ]),
  );
}

type Values = {
  readonly number: number;
  readonly rows: number;
  readonly removed: number;
  readonly hash: string;
  readonly held: string;
  readonly removing: string;
  readonly seal: string;
};

const insert = prepare((db, values: Values) =>
  db
    .insertInto('audit_remainder')
    .values({
      number: values.number,
      rows: values.rows,
      removed: values.removed,
      hash: values.hash,
      held: values.held,
      removing: values.removing,
      seal: values.seal,
    })
    .onConflict((conflict) => conflict.column('number').doNothing()),
);

const update = prepare((db, values: Values & { readonly before: string }) =>
  db
    .updateTable('audit_remainder')
    .set({
      rows: values.rows,
      removed: values.removed,
      hash: values.hash,
      held: values.held,
      removing: values.removing,
      seal: values.seal,
    })
    .where('number', '=', values.number)
    .where('seal', '=', values.before),
);

/** False: it is not any more what it was read as, so nothing was changed. */
export async function replaceRemainder(
  db: Database,
  before: SealedRemainder | undefined,
  after: SealedRemainder,
): Promise<boolean> {
  const values = {
    ...after,
    held: JSON.stringify(after.held),
    removing: JSON.stringify(after.removing),
  };
  const changed = await db.transaction((tx) =>
    before === undefined ? tx.run(insert, values) : tx.run(update, { ...values, before: before.seal }),
  );
  return changed > 0;
}
