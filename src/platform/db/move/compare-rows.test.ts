import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareRows, type RowDifference } from './compare-rows.ts';
import type { MovedRow, MovedTable } from './moved-table.ts';

const table: MovedTable = {
  table: 'thing',
  columns: [
    { name: 'bytes', type: 'blob' },
    { name: 'place', type: 'integer' },
    { name: 'name', type: 'text' },
  ],
  key: [2, 1],
  sequence: undefined,
};

const rows: readonly MovedRow[] = [
  [null, 1, 'a'],
  [Buffer.from([0, 255]), 2, 'a'],
  [Buffer.from([0, 255]), 10, 'a'],
  [null, 1, 'é'],
  // In UTF-16 it would come before the one above it.
  [null, 1, '\u{ffee}'],
  [null, 1, '😀'],
];

async function* inPages(all: readonly MovedRow[], size: number): AsyncGenerator<readonly MovedRow[]> {
  for (let from = 0; from < all.length; from += size)
    yield await Promise.resolve(all.slice(from, from + size));
}

async function compare(
  before: readonly MovedRow[],
  after: readonly MovedRow[],
): Promise<readonly [RowDifference | undefined, number]> {
  let same = 0;
  const found = await compareRows(table, inPages(before, 2), inPages(after, 3), (count) => {
    same += count;
  });
  return [found, same];
}

test('rows that are the same are counted, whatever pages and kinds of bytes they come in', async () => {
  const others = rows.map((row) =>
    row.map((value) => (value instanceof Buffer ? new Uint8Array(value) : value)),
  );
  assert.deepEqual(await compare(rows, others), [undefined, rows.length]);
  assert.deepEqual(await compare([], []), [undefined, 0]);
});

test('the first row that was changed is named by its key, with the columns that differ and no value', async () => {
  const changes: readonly (readonly [MovedRow, readonly string[]])[] = [
    [[Buffer.from([0, 254]), 10, 'a'], ['bytes']],
    [[Buffer.from([0]), 10, 'a'], ['bytes']],
    [[null, 10, 'a'], ['bytes']],
    [['', 10, 'a'], ['bytes']],
  ];
  for (const [changed, columns] of changes) {
    const [found, same] = await compare(rows, rows.with(2, changed));
    assert.deepEqual(found, { table: 'thing', key: '["a",10]', what: columns });
    assert.equal(same, 2);
  }
});

test('a row that only one side has is told as missing or added, wherever it is', async () => {
  for (const index of rows.keys()) {
    const fewer = rows.toSpliced(index, 1);
    const [, place, name] = rows[index] ?? [];
    const key = JSON.stringify([name, place]);
    assert.deepEqual((await compare(rows, fewer))[0], { table: 'thing', key, what: 'missing' });
    assert.deepEqual((await compare(fewer, rows))[0], { table: 'thing', key, what: 'added' });
  }
});

test('of a side that is not read to its end the rest is let go', async () => {
  let closed = 0;
  async function* endless(): AsyncGenerator<readonly MovedRow[]> {
    try {
      for (let place = 0; ; place++) yield await Promise.resolve([[null, place, 'a']]);
    } finally {
      closed += 1;
    }
  }
  const found = await compareRows(table, endless(), inPages([], 1), () => {});
  assert.equal(found?.what, 'missing');
  assert.equal(closed, 1);
});
