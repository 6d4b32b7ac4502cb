import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import type { Space } from '../../platform/blobstore/blob-store.ts';
import { type Disk, FreeRoom } from './free-room.ts';

const mebibyte = 1024 * 1024;

function disk(of: string, freeMiB: number): Disk & { asked: number } {
  const made = {
    of,
    asked: 0,
    space: (): Promise<Space> => {
      made.asked += 1;
      return Promise.resolve({ freeBytes: freeMiB * mebibyte, capacityBytes: 1000 * mebibyte });
    },
  };
  return made;
}

const roomOn = (...disks: readonly Disk[]) => new FreeRoom({ disks, reservedBytes: (all) => all / 10 });

test('content is taken as long as the reserve is free, to the byte', async () => {
  await roomOn(disk('the storage', 100)).requireRoom();
  await assert.rejects(roomOn(disk('the storage', 100 - 1 / mebibyte)).requireRoom(), /is kept|are kept/);
});

test('the refusal says which disk, how much is free, how much is kept and what to do', async () => {
  const room = roomOn(disk('the storage', 500), disk('the database', 12.34));
  await assert.rejects(room.requireRoom(), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'STORAGE_FULL');
    assert.equal(
      error.message,
      'the disk of the database has 12.3 MiB free, and 100 MiB are kept for other things than content',
    );
    assert.match(error.detail ?? '', /free some space .* storage_reserve/);
    return true;
  });
});

test('a store without an end always has room', async () => {
  await roomOn({ of: 'the storage', space: () => Promise.resolve(undefined) }).requireRoom();
});

test('a disk that does not answer is no full one', async () => {
  const eio = Object.assign(new Error('EIO'), { code: 'EIO' });
  const room = roomOn({ of: 'the storage', space: () => Promise.reject(eio) });
  await assert.rejects(room.requireRoom(), { code: 'STORAGE_UNAVAILABLE' });
});

test('a disk is asked once a second, however many ask', async (t) => {
  let now = 5000;
  t.mock.method(performance, 'now', () => now);
  const storage = disk('the storage', 500);
  const room = roomOn(storage);
  for (let count = 0; count < 100; count++) await room.requireRoom();
  await Promise.all(Array.from({ length: 100 }, () => room.shortage()));
  assert.equal(storage.asked, 1);
  now += 1001;
  await room.requireRoom();
  assert.equal(storage.asked, 2);
});
