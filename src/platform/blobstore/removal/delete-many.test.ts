import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { sha256Digest } from '../../../lib/oci/digest.ts';
import { makeTempFolder } from '../../db/testing/test-database.ts';
import { type FileOps, fileOps } from '../../files/file-ops.ts';
import { FsStore } from '../fs-store.ts';
import { canonicalKey } from '../layout.ts';
import { MemoryObjects } from '../memory-objects.ts';
import { ObjectStore } from '../object-store.ts';

const keyOf = (start: string, end = '') =>
  canonicalKey(sha256Digest(start + '0'.repeat(64 - 2 - end.length) + end));

async function openFolder(files: FileOps) {
  const folder = makeTempFolder();
  const store = new FsStore(folder, files, (error) => assert.fail(String(error)));
  await store.prepare();
  return {
    store,
    folder,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test('many files next to each other are deleted with one sync of the folder above them, begun behind the last of them', async () => {
  const done: string[] = [];
  await using under = await openFolder({
    ...fileOps,
    rmdir: async (path) => {
      await fileOps.rmdir(path);
      done.push('rmdir');
    },
    syncFolder: async (path) => {
      done.push(`sync ${path.slice(-2)}`);
      await fileOps.syncFolder(path);
    },
  });
  const keys = Array.from({ length: 50 }, (_, index) => keyOf('7a', index.toString(16)));
  for (const key of keys) await under.store.put(key, Buffer.from('x'));
  done.length = 0;
  const results = await under.store.deleteMany(keys);
  assert.ok(results.every((result) => result.kind === 'deleted' && result.sizeBytes === 1));
  assert.deepEqual(done, [...keys.map(() => 'rmdir'), 'sync 7a']);
});

test('a file that cannot be deleted, or whose folder cannot be synced, is named, and the others go', async () => {
  const broken = { unlink: '', sync: '' };
  const fail = (): never => {
    throw Object.assign(new Error('the disk is ill'), { code: 'EIO', syscall: 'fsync' });
  };
  await using under = await openFolder({
    ...fileOps,
    unlink: async (path) => (path === broken.unlink ? fail() : fileOps.unlink(path)),
    syncFolder: async (path) => (path === broken.sync ? fail() : fileOps.syncFolder(path)),
  });
  const keys = [keyOf('01'), keyOf('02'), keyOf('03')];
  for (const key of keys) await under.store.put(key, Buffer.from('x'));
  broken.unlink = join(under.folder, keys[1] ?? '');
  broken.sync = dirname(dirname(join(under.folder, keys[2] ?? '')));
  const results = await under.store.deleteMany(keys);
  assert.deepEqual(
    results.map(({ kind }) => kind),
    ['deleted', 'failed', 'failed'],
  );
  for (const result of results)
    if (result.kind === 'failed') assert.match(String(result.error), /input\/output error/);
  assert.ok((await under.store.stat(keys[1] ?? '')) !== undefined);
});

test('an object store is called once for a thousand keys, and what its answer names was not deleted', async () => {
  const objects = new MemoryObjects(1);
  const calls: number[] = [];
  const answering = Object.assign(Object.create(objects) as MemoryObjects, {
    deleteMany: async (keys: readonly string[]) => {
      calls.push(keys.length);
      if (keys.length < 1000) throw new Error('503 Slow Down');
      await objects.deleteMany(keys.slice(1));
      return [{ key: keys[0] ?? '', reason: 'AccessDenied' }];
    },
  });
  const keys = Array.from({ length: 2500 }, (_, index) => `key ${index}`);
  const results = await new ObjectStore(answering, 1).deleteMany(keys);
  assert.deepEqual(calls, [1000, 1000, 500]);
  const failed = results.flatMap((result, index) => (result.kind === 'failed' ? [index] : []));
  assert.deepEqual(failed.slice(0, 3), [0, 1000, 2000]);
  assert.equal(failed.length, 502);
  const [first] = results;
  assert.match(String(first?.kind === 'failed' && first.error), /AccessDenied/);
});
