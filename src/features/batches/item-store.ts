import { sql } from 'kysely';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';
import type { Item, Refusal } from './batch.ts';

export const outcomes = ['waiting', 'done', 'refused', 'gone'] as const;
export type Outcome = (typeof outcomes)[number];

const counts = prepare((db, values: { id: number }) =>
  db
    .selectFrom('batch_item')
    .select((select) => ['outcome', select.fn.countAll<number>().as('count')])
    .select(sql<number>`cast(coalesce(sum(bytes), 0) as bigint)`.as('bytes'))
    .where('job_id', '=', values.id)
    .groupBy('outcome'),
);

export interface Counts {
  readonly of: (outcome: Outcome) => number;
  readonly total: number;
  readonly bytes: number;
}

export async function countItems(db: Queries, id: number): Promise<Counts> {
  const rows = await db.all(counts, { id });
  const sum = (key: 'count' | 'bytes'): number => rows.reduce((all, row) => all + Number(row[key]), 0);
  return {
    of: (outcome) => Number(rows.find((row) => row.outcome === outcome)?.count ?? 0),
    total: sum('count'),
    bytes: sum('bytes'),
  };
}

export interface ItemRow extends Item {
  readonly no: number;
  readonly outcome: Outcome;
  readonly code: string;
  readonly reason: string;
  /** JSON, a `Because`. */
  readonly because: string | null;
  readonly bytes: number | null;
}

/** In the order in which they are done. */
export async function pageOfItems(
  db: Queries,
  of: {
    readonly batchId: number;
    readonly outcome: Outcome | undefined;
    readonly offset: number;
    readonly limit: number;
  },
): Promise<{ readonly rows: readonly ItemRow[]; readonly total: number }> {
  const { batchId, outcome } = of;
  const matching = db.builder
    .selectFrom('batch_item')
    .where('job_id', '=', batchId)
    .where(outcome === undefined ? sql<boolean>`1 = 1` : sql<boolean>`outcome = ${outcome}`);
  const { count } = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await matching
    .select(['no', 'object_id as id', 'name', 'outcome', 'code', 'reason', 'because', 'bytes'])
    .orderBy('no')
    .offset(of.offset)
    .limit(of.limit)
    .execute();
  return { rows, total: Number(count) };
}

const open = prepare((db, values: { id: number; after: number; limit: number }) =>
  db
    .selectFrom('batch_item')
    .select(['no', 'object_id as id', 'name', 'outcome', 'bytes'])
    .where('job_id', '=', values.id)
    .where('no', '>', values.after)
    .where(sql<boolean>`(outcome = 'waiting' or (outcome = 'done' and bytes is null))`)
    .orderBy('no')
    .limit(values.limit),
);

/** What is still to be done, or to be counted. */
export function openItems(
  db: Queries,
  of: { readonly id: number; readonly after: number; readonly limit: number },
): Promise<Pick<ItemRow, 'no' | 'id' | 'name' | 'outcome'>[]> {
  return db.all(open, { ...of });
}

/** Of these things, those that are items still to be done. */
export async function itemsOpenAmong(db: Queries, id: number, of: readonly number[]): Promise<number[]> {
  if (of.length === 0) return [];
  const rows = await db.builder
    .selectFrom('batch_item')
    .select('object_id as id')
    .where('job_id', '=', id)
    .where('outcome', '=', 'waiting')
    .where('object_id', 'in', valueList('integer', JSON.stringify(of), db.dialect))
    .execute();
  return rows.map((row) => row.id);
}

type End = {
  id: number;
  no: number;
  outcome: Outcome;
  code: string;
  reason: string;
  because: string | null;
  bytes: number | null;
};

const notRefused = { code: '', reason: '', because: null };

const end = prepare((db, values: End) =>
  db
    .updateTable('batch_item')
    .set({
      outcome: values.outcome,
      code: values.code,
      reason: values.reason,
      because: values.because,
      bytes: values.bytes,
    })
    .where('job_id', '=', values.id)
    .where('no', '=', values.no)
    .where('outcome', '=', 'waiting'),
);

interface OfItem {
  readonly batchId: number;
  readonly no: number;
}

/**
 * In the transaction that does it.
 * @param bytes null: they are known later
 * @throws where another run of the job has done it
 */
export async function putDone(tx: Tx, { batchId: id, no }: OfItem, bytes: number | null): Promise<void> {
  const changed = await tx.run(end, { id, no, outcome: 'done', ...notRefused, bytes });
  if (changed === 0) throw new Error(`item ${no} of batch ${id} is done already`);
}

export async function putGone(tx: Tx, { batchId: id, no }: OfItem): Promise<void> {
  await tx.run(end, { id, no, outcome: 'gone', ...notRefused, bytes: null });
}

export async function putRefused(
  tx: Tx,
  { batchId: id, no }: OfItem,
  { why, reason, because }: Refusal,
): Promise<void> {
  await tx.run(end, {
    id,
    no,
    outcome: 'refused',
    code: why,
    reason,
    because: because === undefined ? null : JSON.stringify(because),
    bytes: null,
  });
}

const known = prepare((db, values: { id: number; no: number; bytes: number }) =>
  db
    .updateTable('batch_item')
    .set({ bytes: values.bytes })
    .where('job_id', '=', values.id)
    .where('no', '=', values.no),
);

export async function putBytes(tx: Tx, { batchId, no }: OfItem, bytes: number): Promise<void> {
  await tx.run(known, { id: batchId, no, bytes });
}
