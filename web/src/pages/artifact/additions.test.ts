import assert from 'node:assert/strict';
import { test } from 'node:test';
import { additionsOf, flatFiles } from './additions.ts';

test('an artifact has the parts that its row links to', () => {
  const chart = { 'values.yaml': {}, 'readme.md': {}, dependencies: {} };
  assert.deepEqual(additionsOf(chart), ['readme', 'values', 'dependencies']);
  assert.deepEqual(additionsOf({ build_history: {} }), []);
  assert.deepEqual(additionsOf(undefined), []);
});

test('a tree of files is shown by whole paths', () => {
  const tree = [
    {
      name: 'weights',
      type: 'directory',
      size: 7,
      children: [
        { name: 'a.bin', type: 'file', size: 3 },
        { name: 'b.bin', type: 'file', size: 4 },
      ],
    },
    { name: 'README.md', type: 'file', size: 1 },
    'nothing',
  ];
  assert.deepEqual(flatFiles(tree), [
    { path: 'weights/a.bin', size: 3 },
    { path: 'weights/b.bin', size: 4 },
    { path: 'README.md', size: 1 },
  ]);
  assert.deepEqual(flatFiles('no tree'), []);
});
