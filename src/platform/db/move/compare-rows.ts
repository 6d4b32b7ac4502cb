import type { Value } from '../prepare.ts';
import { compareKeys, keyOf, type MovedRow, type MovedTable } from './moved-table.ts';

/** The first row in which two databases are not the same. */
export interface RowDifference {
  readonly table: string;
  /** As JSON. Other values of a row may be secrets. */
  readonly key: string;
  /** Names of columns; or that only one of them has the row. */
  readonly what: 'missing' | 'added' | readonly string[];
}

/**
 * Compares the rows of a table in the order of its key, a page of each in memory.
 * @param onRows how many more were found to be the same
 */
export async function compareRows(
  table: MovedTable,
  before: AsyncIterable<readonly MovedRow[]>,
  after: AsyncIterable<readonly MovedRow[]>,
  onRows: (count: number) => void,
): Promise<RowDifference | undefined> {
  await using left = new Rows(before);
  await using right = new Rows(after);
  for (;;) {
    const had = await left.next();
    const has = await right.next();
    if (had === undefined && has === undefined) return undefined;
    const difference = differenceOf(table, had, has);
    if (difference !== undefined) return difference;
    onRows(1);
  }
}

function differenceOf(
  table: MovedTable,
  had: MovedRow | undefined,
  has: MovedRow | undefined,
): RowDifference | undefined {
  const told = (row: MovedRow, what: RowDifference['what']): RowDifference => ({
    table: table.table,
    key: JSON.stringify(keyOf(table, row)),
    what,
  });
  if (has === undefined) return had === undefined ? undefined : told(had, 'missing');
  if (had === undefined) return told(has, 'added');
  const order = compareKeys(keyOf(table, had), keyOf(table, has));
  if (order !== 0) return order < 0 ? told(had, 'missing') : told(has, 'added');
  const columns = table.columns.filter((_, at) => !isSame(had[at] ?? null, has[at] ?? null));
  return columns.length === 0
    ? undefined
    : told(
        had,
        columns.map(({ name }) => name),
      );
}

function isSame(one: Value, other: Value): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return one === other;
}

/** Rows one by one, whatever the pages they come in. */
class Rows implements AsyncDisposable {
  readonly #pages: AsyncIterator<readonly MovedRow[]>;
  #page: readonly MovedRow[] = [];
  #at = 0;

  constructor(pages: AsyncIterable<readonly MovedRow[]>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  async next(): Promise<MovedRow | undefined> {
    while (this.#at === this.#page.length) {
      const next = await this.#pages.next();
      if (next.done === true) return undefined;
      this.#page = next.value;
      this.#at = 0;
    }
    return this.#page[this.#at++];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pages.return?.();
  }
}
