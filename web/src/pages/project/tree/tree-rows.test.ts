import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldersOf, rowsOf, type TreeEntry } from './tree-rows.ts';

const folder = (...rows: readonly TreeEntry[]) => ({ rows, total: rows.length });
const entry = (path: string, repositories = 0): TreeEntry => ({
  name: path,
  path,
  repositories,
});
const folders = new Map([
  ['', folder(entry('api'), entry('backend', 3))],
  ['backend', { rows: [entry('backend/tools', 1), entry('backend/worker')], total: 9 }],
  ['backend/tools', folder(entry('backend/tools/a'))],
]);
const seen = (...open: readonly string[]) =>
  rowsOf(folders, new Set(open)).map(({ entry: { path }, level, open: isOpen, left }) => [
    path,
    level,
    isOpen,
    left,
  ]);

test('what is in open folders can be seen, the rest can not', () => {
  assert.deepEqual(seen(), [
    ['api', 1, undefined, 0],
    ['backend', 1, false, 0],
  ]);
  assert.deepEqual(seen('backend', 'backend/tools'), [
    ['api', 1, undefined, 0],
    ['backend', 1, true, 0],
    ['backend/tools', 2, true, 0],
    ['backend/tools/a', 3, undefined, 0],
    ['backend/worker', 2, undefined, 7],
  ]);
  assert.deepEqual(seen('backend/tools'), seen());
});

test('a folder within a closed one is not asked for', () => {
  assert.deepEqual(foldersOf(new Set(['backend', 'backend/tools', 'web/front'])), [
    '',
    'backend',
    'backend/tools',
  ]);
});
