import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countParts } from './count-parts.ts';

const counts: readonly (readonly [text: string, count: number])[] = [
  ['', 0],
  ['1', 0],
  ['{}', 1],
  ['[[],{"a":[{}]}]', 5],
  [String.raw`{"[{":"[{\"[{"}`, 1],
  [String.raw`["\\",[]]`, 2],
  [String.raw`["\\\"[",[]]`, 2],
  ['"[[[', 0],
  ['"\\', 0],
];

for (const [text, count] of counts) {
  test(`so many objects and lists begin, outside of texts: ${text}`, () => {
    assert.equal(countParts(new TextEncoder().encode(text)).containers, count);
  });
}

test('so many fields stand in it, outside of texts', () => {
  const text = String.raw`{"a:b":{"c":1},"d":["\":",{"e":null}]}`;
  assert.equal(countParts(new TextEncoder().encode(text)).fields, 4);
});
