import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileOps } from '../files/file-ops.ts';
import { FolderSync } from './folder-sync.ts';

function manual() {
  const calls: { path: string; finish: () => void; fail: (error: Error) => void }[] = [];
  const syncFolder = (path: string): Promise<void> =>
    new Promise((finish, fail) => {
      calls.push({ path, finish, fail });
    });
  return { calls, folders: new FolderSync({ ...fileOps, syncFolder }) };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) await nextTurn();
};

test('who comes while a sync runs waits for the next, and all who wait share it', async () => {
  const { calls, folders } = manual();
  const first = folders.sync('a', 0);
  const later = [folders.sync('a', 0), folders.sync('a', 0)];
  await settle();
  assert.equal(calls.length, 1);
  calls[0]?.finish();
  await first;
  await settle();
  assert.equal(calls.length, 2);
  calls[1]?.finish();
  await Promise.all(later);
});

test('folders do not wait for each other', async () => {
  const { calls, folders } = manual();
  void folders.sync('a', 0);
  const other = folders.sync('b', 0);
  await settle();
  calls[1]?.finish();
  await other;
});

test('after a failed sync those who changed names before it are refused, whenever they come, and those behind it are not', async () => {
  const { calls, folders } = manual();
  const first = folders.sync('a', folders.failures('a'));
  const waiting = folders.sync('a', folders.failures('a'));
  const changedBefore = folders.failures('a');
  await settle();
  calls[0]?.fail(new Error('EIO'));
  await assert.rejects(first, /EIO/);
  await settle();
  calls[1]?.finish();
  await assert.rejects(waiting, /EIO/, 'its own sync succeeded, and means nothing');
  const late = folders.sync('a', changedBefore);
  await settle();
  calls[2]?.finish();
  await assert.rejects(late, /EIO/);
  const behind = folders.sync('a', folders.failures('a'));
  await settle();
  calls[3]?.finish();
  await behind;
});

test('a failure of one folder says nothing about another', async () => {
  const { calls, folders } = manual();
  const failing = folders.sync('a', 0);
  const other = folders.sync('b', 0);
  await settle();
  calls[0]?.fail(new Error('EIO'));
  calls[1]?.finish();
  await assert.rejects(failing, /EIO/);
  await other;
  assert.deepEqual([folders.failures('a'), folders.failures('b')], [1, 0]);
});
