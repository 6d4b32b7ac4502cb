import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { openWorld, storeKinds } from '../testing/world.ts';
import { snapshotName, snapshotTime } from './snapshot-name.ts';
import {
  listSnapshots,
  openSnapshot,
  putSnapshot,
  removeIncomplete,
  removeSnapshot,
} from './snapshot-store.ts';

async function* pieces(...all: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of all) yield await Promise.resolve(piece);
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of source) all.push(piece);
  return Buffer.concat(all);
}

async function keysOf(store: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('berth/snapshots')) keys.push(key);
  return keys;
}

const [older, newer] = ['db-20261126T000000Z', 'db-20261127T000000Z'];

test('a snapshot is named for its second, so that names sort by age', () => {
  const now = Date.UTC(2026, 10, 27, 2, 3, 4, 567);
  assert.equal(snapshotName(now), 'db-20261127T020304Z');
  assert.equal(snapshotTime('db-20261127T020304Z'), now - 567);
  for (const other of ['before-202611250300-core', 'db-20261127', 'db-20261127T020304Z.jsonl.gz', ''])
    assert.equal(snapshotTime(other), undefined);
});

for (const kind of storeKinds) {
  test(`${kind}: a snapshot larger than a piece reads as it was put, and is listed with its size`, async () => {
    await using world = await openWorld({ store: kind });
    const mebibyte = 1024 * 1024;
    const large = Array.from({ length: 33 }, (_, index) => pattern(mebibyte, index + 1));
    await putSnapshot(world.store, newer, pieces(...large));
    await putSnapshot(world.store, older, pieces(Buffer.from('small')));
    const found = await listSnapshots(world.store);
    assert.deepEqual(
      found.map(({ name, sizeBytes, keys }) => [name, sizeBytes, keys.length]),
      [
        [older, 5, 1],
        [newer, 33 * mebibyte, 3],
      ],
    );
    const [first, second] = found;
    assert.ok(first !== undefined && second !== undefined);
    assert.equal((await bytesOf(openSnapshot(world.store, first))).toString(), 'small');
    assert.ok((await bytesOf(openSnapshot(world.store, second))).equals(Buffer.concat(large)));
    await removeSnapshot(world.store, second);
    assert.deepEqual(await keysOf(world.store), ['berth/snapshots/db-20261126T000000Z.0000.last']);
  });

  test(`${kind}: one that was not put to its end is none, and goes without touching others`, async () => {
    await using world = await openWorld({ store: kind });
    const { store } = world;
    await putSnapshot(store, newer, pieces(Buffer.from('whole')));
    for (const left of [`${older}.0000.part`, `${older}.0001.last.5f.new`, 'db-20261125T000000Z.0001.last'])
      await store.put(`berth/snapshots/${left}`, Buffer.from('half'));
    await store.put('berth/snapshots/notes.txt', Buffer.from('not ours'));
    assert.deepEqual(
      (await listSnapshots(store)).map(({ name }) => name),
      [newer],
    );
    await removeIncomplete(store);
    assert.deepEqual(await keysOf(store), [
      `berth/snapshots/${newer}.0000.last`,
      'berth/snapshots/notes.txt',
    ]);
  });

  test(`${kind}: a snapshot whose putting fails in the middle is none`, async () => {
    await using world = await openWorld({ store: kind });
    async function* failing(): AsyncGenerator<Uint8Array> {
      for (let no = 0; no < 17; no++) yield await Promise.resolve(pattern(1024 * 1024));
      throw new Error('the dump failed');
    }
    await assert.rejects(putSnapshot(world.store, newer, failing()), /the dump failed/);
    assert.deepEqual(await listSnapshots(world.store), []);
    assert.equal((await keysOf(world.store)).length, 1);
  });
}
