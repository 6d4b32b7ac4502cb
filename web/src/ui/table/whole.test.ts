import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSeen, nothingSeen, type Seen } from './whole.ts';

type Step = readonly [list: string, filtered: boolean, total: number | undefined];

/** How many the list has in all, after each step. */
function wholes(...steps: readonly Step[]): readonly (number | undefined)[] {
  let seen: Seen = nothingSeen;
  return steps.map(([list, filtered, total]) => {
    seen = nextSeen(seen, { list, filtered, total });
    return seen.whole;
  });
}

test('what was there before a filter is how many there are; each change of it counts', () => {
  assert.deepEqual(
    wholes(['a', false, undefined], ['a', false, 12], ['a', true, 12], ['a', true, 1], ['a', true, 0]),
    [undefined, 12, 12, 12, 12],
  );
  assert.deepEqual(wholes(['a', false, 12], ['a', false, 13], ['a', true, 1]), [12, 13, 13]);
});

test('a total that stays until the next one is there is not taken for that of all', () => {
  assert.deepEqual(
    wholes(['a', true, undefined], ['a', true, 1], ['a', false, 1], ['a', false, 12], ['a', true, 12]),
    [undefined, undefined, undefined, 12, 12],
  );
  assert.deepEqual(wholes(['a', true, 1], ['a', false, 12]), [undefined, 12]);
});

test('another list has its own', () => {
  assert.deepEqual(wholes(['a', false, 12], ['b', false, 12], ['b', false, 30], ['b', true, 2]), [
    12,
    undefined,
    30,
    30,
  ]);
});
