import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testBlobStore } from './blob-store.contract.ts';
import { MemoryObjects } from './memory-objects.ts';
import { ObjectStore } from './object-store.ts';

const minimumPartBytes = 64 * 1024;

function openStore() {
  const objects = new MemoryObjects(minimumPartBytes);
  const store = new ObjectStore(objects, minimumPartBytes);
  return Promise.resolve({
    store,
    objects,
    capabilities: { append: false, atomicRename: false, minimumPartBytes } as const,
    leftovers: () => Promise.resolve(objects.keys),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  });
}

testBlobStore('object store', openStore);

test('the restricted store refuses what a real one refuses', async () => {
  const objects = new MemoryObjects(10);
  const id = await objects.createMultipart('k');
  await objects.uploadPart('k', id, 0, Buffer.alloc(9));
  await objects.uploadPart('k', id, 1, Buffer.alloc(1));
  await assert.rejects(objects.completeMultipart('k', id, [0, 1]), /below the minimum/);
  await assert.rejects(objects.completeMultipart('k', id, [0, 7]), /not uploaded/);
  await assert.rejects(objects.uploadPart('k', 'm99', 0, Buffer.alloc(9)), /no such/);
});

test('a move that is broken off leaves the object where it was, and nothing else', async () => {
  const { store, objects } = await openStore();
  await store.put('from', Buffer.alloc(20 * 1024 * 1024));
  const stop = new AbortController();
  const uploadPart = objects.uploadPart.bind(objects);
  objects.uploadPart = async (...of) => {
    await uploadPart(...of);
    stop.abort(new Error('cut'));
  };
  await assert.rejects(store.move('from', 'to', stop.signal), /cut/);
  assert.deepEqual(objects.keys, ['from']);
});
