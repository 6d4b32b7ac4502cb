import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

test('what is hashed is what lies there now, and what is served afterwards, too', async (t) => {
  const folder = makeTempFolder();
  t.after(() => rmSync(folder, { recursive: true }));
  await using hashPool = startTestPool();
  await using store = new FsStore(folder, fileOps, (error) => {
    throw error;
  });
  const key = 'a/b/object';
  await store.put(key, Buffer.from('damaged'));
  // A pull leaves it open.
  (await store.open(key))?.close();
  const whole = Buffer.from('as it was pushed');
  writeFileSync(join(folder, 'restored'), whole);
  renameSync(join(folder, 'restored'), join(folder, key));
  assert.equal(await hashObject({ store, hashPool }, key), createHash('sha256').update(whole).digest('hex'));
  await store.makeDurable(key);
  const opened = await store.open(key);
  assert.equal(opened?.sizeBytes, whole.length);
  opened?.close();
});
