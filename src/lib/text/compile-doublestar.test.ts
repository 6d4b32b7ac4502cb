import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileDoublestar, PatternProblem } from './compile-doublestar.ts';

// Of the tests of doublestar v1, by which Harbor matches.
const cases: readonly (readonly [string, string, boolean])[] = [
  ['*', '', true],
  ['*', '/', false],
  ['a*', 'abc', true],
  ['a*/b', 'a/c/b', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['ab[b-d]', 'abc', true],
  ['ab[^e-g]', 'abc', true],
  ['ab[!c]', 'abc', false],
  ['a\\*b', 'ab', false],
  ['a\\*b', 'a*b', true],
  ['[a-ζ]*', 'α', true],
  ['a**', 'a/b', false],
  ['**', 'a/b/c', true],
  ['a/**', 'a', false],
  ['a/**', 'a/b/c', true],
  ['a/**/c', 'a/c', true],
  ['a/**/c', 'a/b/b/c', true],
  ['**/c', 'c', true],
  ['**/c', 'a/bc', false],
  ['{v*,latest}', 'v1', true],
  ['{v*,latest}', 'latest', true],
  ['{v*,latest}', 'nightly', false],
  ['ab{c,d{e,f}}x', 'abdfx', true],
];

test('matches as doublestar does', () => {
  for (const [pattern, text, expected] of cases)
    assert.equal(compileDoublestar(pattern)(text), expected, `${pattern} ~ ${text}`);
});

test('a pattern that ends too early cannot be read', () => {
  for (const pattern of ['[a', '{a,b', 'a\\', '[a-', '[]'])
    assert.throws(() => compileDoublestar(pattern), PatternProblem, pattern);
});

test('stars without end cost the text times the pattern', () => {
  assert.equal(compileDoublestar(`${'*a'.repeat(100)}b`)('a'.repeat(128)), false);
});

/** By trying everything, for patterns of `*`, `?` and letters. */
function byTrying(pattern: string, text: string): boolean {
  const first = pattern[0];
  const rest = pattern.slice(1);
  if (first === undefined) return text === '';
  if (first === '*')
    return byTrying(rest, text) || (text !== '' && text[0] !== '/' && byTrying(pattern, text.slice(1)));
  if (text === '') return false;
  return (first === '?' ? text[0] !== '/' : first === text[0]) && byTrying(rest, text.slice(1));
}

test('every short pattern says of every short text what trying everything says', () => {
  const words = (letters: string, length: number): string[] =>
    length === 0
      ? ['']
      : words(letters, length - 1).flatMap((word) => Array.from(letters).map((each) => word + each));
  const patterns = [1, 2, 3, 4]
    .flatMap((length) => words('ab*?/', length))
    .filter((each) => !each.includes('**'));
  const texts = [0, 1, 2, 3, 4].flatMap((length) => words('ab/', length));
  for (const pattern of patterns) {
    const matches = compileDoublestar(pattern);
    for (const text of texts) assert.equal(matches(text), byTrying(pattern, text), `${pattern} ~ ${text}`);
  }
});
