import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { makeTempFolder } from '../db/testing/test-database.ts';
import { fileOps } from '../files/file-ops.ts';
import { startTestPool } from '../threads/testing/threads.ts';
import { FsStore } from './fs-store.ts';
import { hashObject } from './hash-object.ts';

function fails(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(`${code}: injected`), { code }));
}

test('content that cannot be read has no hash; a server that may open no more files has not looked', async (t) => {
  const folder = makeTempFolder();
  t.after(() => rmSync(folder, { recursive: true }));
  await using hashPool = startTestPool();
  let code = '';
  const open: typeof fileOps.open = (path, flags, mode) =>
    code !== '' && path.endsWith('/object') ? fails(code) : fileOps.open(path, flags, mode);
  await using store = new FsStore(folder, { ...fileOps, open }, (error) => {
    throw error;
  });
  await store.put('object', Buffer.from('content'));
  code = 'EIO';
  assert.equal(await hashObject({ store, hashPool }, 'object'), undefined);
  code = 'EMFILE';
  await assert.rejects(hashObject({ store, hashPool }, 'object'), { code: 'STORAGE_UNAVAILABLE' });
});
