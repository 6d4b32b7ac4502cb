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
  const first = folders.sync('a');
  const later = [folders.sync('a'), folders.sync('a')];
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
  void folders.sync('a');
  const other = folders.sync('b');
  await settle();
  calls[1]?.finish();
  await other;
});

test('a sync that failed once is never trusted again', async () => {
  const { calls, folders } = manual();
  const first = folders.sync('a');
  const waiting = folders.sync('a');
  await settle();
  calls[0]?.fail(new Error('EIO'));
  await assert.rejects(first, /EIO/);
  await assert.rejects(waiting, /EIO/);
  await assert.rejects(folders.sync('a'), /EIO/);
  assert.equal(calls.length, 1, 'no later sync is asked, which would succeed');
});

test('a failed sync is told of until the end of the process', async () => {
  const { calls, folders } = manual();
  const sync = folders.sync('a');
  await settle();
  assert.equal(folders.failed, false);
  calls[0]?.fail(new Error('lost'));
  await assert.rejects(sync);
  assert.equal(folders.failed, true);
  await assert.rejects(folders.sync('a'));
  assert.equal(folders.failed, true);
});
