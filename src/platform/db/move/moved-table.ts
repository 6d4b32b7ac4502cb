import type { Value } from '../prepare.ts';

/** A table as a move reads and fills it: in the order of its key, which both engines sort alike. */
export interface MovedTable {
  readonly table: string;
  readonly columns: readonly MovedColumn[];
  /** Places in `columns`. */
  readonly key: readonly number[];
  /** Highest id that was ever given; undefined for a table without such ids, or without any yet. */
  readonly sequence: number | undefined;
}

export interface MovedColumn {
  readonly name: string;
  readonly type: 'integer' | 'text' | 'blob';
}

export type MovedRow = readonly Value[];

export function keyOf({ key }: MovedTable, row: MovedRow): Value[] {
  return key.map((place) => row[place] ?? null);
}

/** By number, and text by the bytes of its UTF-8. */
export function compareKeys(left: readonly Value[], right: readonly Value[]): number {
  for (const [index, one] of left.entries()) {
    const order = compareValues(one, right[index] ?? null);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(one: Value, other: Value): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'string' && typeof other === 'string')
    return Buffer.compare(Buffer.from(one), Buffer.from(other));
  throw new Error('the key of a table is neither a number nor text');
}
