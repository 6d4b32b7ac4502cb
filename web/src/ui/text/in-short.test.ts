import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inShort } from './in-short.ts';

test('of a long text the middle is left out, and the sign for it is never alone in a line', () => {
  const of = { longest: 12, end: 4 };
  assert.equal(inShort('abcdefghijkl', of), 'abcdefghijkl');
  assert.equal(inShort('abcdefghijklm', of), 'abcdefg\u2060…\u2060jklm');
});
