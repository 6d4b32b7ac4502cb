import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextSeen, nothingSeen, type Seen } from './whole.ts';

type Step = readonly [list: string, filter: string, total: number | undefined, changes?: number];

/** How many the list has in all, after each step. */
function wholes(...steps: readonly Step[]): readonly (number | undefined)[] {
  let seen: Seen = nothingSeen;
  return steps.map(([list, filter, total, changes = 0]) => {
    seen = nextSeen(seen, { list, filter, total, changes });
    return seen.whole;
  });
}

test('what was there before a filter is how many there are; each change of it counts', () => {
  assert.deepEqual(
    wholes(
      ['a', '', undefined],
      ['a', '', 12],
      ['a', 'x', 12],
      ['a', 'x', 1],
      ['a', 'xy', 1],
      ['a', 'xy', 0],
    ),
    [undefined, 12, 12, 12, 12, 12],
  );
  assert.deepEqual(wholes(['a', '', 12], ['a', '', 13], ['a', 'x', 1]), [12, 13, 13]);
});

test('a total that stays until the next one is there is not taken for that of all', () => {
  assert.deepEqual(
    wholes(['a', 'x', undefined], ['a', 'x', 1], ['a', '', 1], ['a', '', 12], ['a', 'x', 12]),
    [undefined, undefined, undefined, 12, 12],
  );
  assert.deepEqual(wholes(['a', 'x', 1], ['a', '', 12]), [undefined, 12]);
});

test('another list has its own', () => {
  assert.deepEqual(wholes(['a', '', 12], ['b', '', 12], ['b', '', 30], ['b', 'x', 2]), [
    12,
    undefined,
    30,
    30,
  ]);
});

test('what came or went while a filter was set is no longer in the number of all', () => {
  // After its own first number another one is of a change.
  assert.deepEqual(wholes(['a', '', 406], ['a', 'x', 300], ['a', 'x', 0]), [406, 406, undefined]);
  // Its first number may be that of before; a change has been told of then.
  const same: readonly Step[] = [
    ['a', '', 406],
    ['a', 'x', 300],
    ['a', 'xy', 300, 7],
  ];
  assert.deepEqual(wholes(...same, ['a', 'xy', 0, 7]).at(-1), 406);
  assert.deepEqual(wholes(...same, ['a', 'xy', 0, 8]).at(-1), undefined);
  assert.deepEqual(wholes(...same, ['a', 'xy', 0, 8], ['a', '', 106, 8], ['a', 'x', 0, 8]).at(-1), 106);
});
