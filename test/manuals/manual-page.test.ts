import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternOf, stepsOf } from './manual-page.ts';

const page = (...lines: string[]): string => lines.join('\n');

test('commands are taken with what the page says they show, and a text that begins with ^C presses it', () => {
  const steps = stepsOf(
    page(
      '```sh',
      'a',
      'b',
      '```',
      'It shows:',
      '```text',
      'c',
      '```',
      '```sh',
      'd',
      '```',
      '```text',
      '^C',
      'e',
      '```',
    ),
  );
  assert.deepEqual(
    steps.map(({ commands, shows }) => [commands, shows]),
    [
      [['a', 'b'], ['c']],
      [['d'], undefined],
      [['^C'], ['e']],
    ],
  );
});

test('a text that follows no commands, and a block without an end, are refused', () => {
  assert.throws(() => stepsOf(page('```text', 'a', '```')), /line 1: this text follows no commands/);
  assert.throws(
    () => stepsOf(page('```sh', 'a', '```', '```text', 'b', '```', '```text', 'c', '```')),
    /line 7/,
  );
  assert.throws(() => stepsOf(page('', '```sh', 'a')), /line 2 does not end/);
});

test('a screen is compared line by line; only what the page leaves open may differ', () => {
  const pattern = patternOf(['one', 'id … of 3', '…', 'last']);
  assert.match('one\nid 7 of 3\nlast\n', pattern);
  assert.match('\none\nid 7 of 3\nmore\nand more\nlast\n\n', pattern);
  for (const other of [
    'one\nid 7 of 4\nlast\n',
    'one\nbetween\nid 7 of 3\nlast\n',
    'id 7 of 3\nlast\n',
    'one\nid 7 of 3\nlast\nbehind it\n',
    'one\nid 7 of 3\nat last\n',
    '',
  ])
    assert.doesNotMatch(other, pattern);
  assert.doesNotMatch('a+b\n', patternOf(['a.b']));
});
