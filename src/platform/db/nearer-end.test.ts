import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearerEnd } from './nearer-end.ts';

test('a page read from the nearer end is the page', () => {
  for (const count of [0, 1, 2, 9, 10, 11, 25]) {
    const list = Array.from({ length: count }, (_, at) => at);
    for (let offset = 0; offset < 30; offset++) {
      for (const limit of [0, 1, 3, 10, Number.MAX_SAFE_INTEGER]) {
        const slice = nearerEnd({ offset, limit }, count);
        const from = slice.reversed ? list.toReversed() : list;
        const read = from.slice(slice.offset, slice.offset + slice.limit);
        const told = JSON.stringify({ count, offset, limit, slice });
        assert.deepEqual(slice.reversed ? read.toReversed() : read, list.slice(offset, offset + limit), told);
        assert.ok(slice.offset <= count / 2, told);
      }
    }
  }
});
