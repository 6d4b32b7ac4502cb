import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf } from './cost-of.ts';

const gib = 2 ** 30;
const nothing = { pushedBytes: 0, pulledBytes: 0, storedKibHours: 0 };
const prices = { stored: '0.03', pushed: '1', pulled: '0.000001' };

test('a GiB kept for all of a month costs its price, however long the month is', () => {
  for (const [month, days] of [
    [202602, 28],
    [202402, 29],
    [202611, 30],
    [202612, 31],
  ] as const)
    assert.equal(costOf({ ...nothing, storedKibHours: 2 ** 20 * 24 * days }, month, prices), '0.030000');
});

test('traffic costs by the GiB, rounded to a millionth, and large amounts are exact', () => {
  const of = (moved: Partial<typeof nothing>) => costOf({ ...nothing, ...moved }, 202611, prices);
  assert.equal(of({ pushedBytes: gib + gib / 2 }), '1.500000');
  assert.equal(of({ pulledBytes: gib / 2 }), '0.000001');
  assert.equal(of({ pulledBytes: gib / 2 - 1 }), '0.000000');
  assert.equal(of({ pushedBytes: 2 ** 50, pulledBytes: gib }), '1048576.000001');
  assert.equal(of({}), '0.000000');
});
