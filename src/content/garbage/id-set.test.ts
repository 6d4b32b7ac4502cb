import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdSet } from './id-set.ts';

test('a set of ids has what was added and nothing else, also beyond 32 bits', () => {
  const added = [1, 7, 8, 2047, 2048, 4096, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER - 9];
  const set = new IdSet();
  for (const id of added) set.add(id);
  for (const id of added)
    for (const near of [id - 1, id, id + 1]) assert.equal(set.has(near), added.includes(near), `${near}`);
});
