import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableLines } from './print-table.ts';

const rows = [
  ['alice', '-'],
  ['李雷', 'x'],
];

test('a program reads fields between tabs', () => {
  assert.deepEqual(tableLines(['NAME', 'B'], rows, false), ['NAME\tB', 'alice\t-', '李雷\tx']);
});

test('a person sees columns, whatever the width of the signs, and no blanks at the end', () => {
  assert.deepEqual(tableLines(['NAME', 'LONG TITLE'], rows, true), [
    'NAME    LONG TITLE',
    'alice   -',
    '李雷    x',
  ]);
});

test('a table without rows has its titles', () => {
  assert.deepEqual(tableLines(['A', 'B'], [], true), ['A   B']);
});
