import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesBehind } from './follow-job-log.ts';

for (const [what, shown, lines, behind] of [
  ['nothing was shown', [], ['a', 'b'], ['a', 'b']],
  ['more came', ['a', 'b'], ['a', 'b', 'c'], ['c']],
  ['nothing came', ['a', 'b'], ['a', 'b'], []],
  ['the middle was left out', ['a', 'b', 'c', 'd'], ['a', 'd', 'e', 'f'], ['e', 'f']],
  ['what was shown was left out', ['a', 'b'], ['a', 'x', 'y', 'z'], ['a', 'x', 'y', 'z']],
] as const)
  test(`of a log that is followed the lines that are new: ${what}`, () => {
    assert.deepEqual(linesBehind(shown, lines), behind);
  });
