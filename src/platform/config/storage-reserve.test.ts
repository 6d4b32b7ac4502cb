import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStorageReserve, reservedBytes } from './storage-reserve.ts';

const gibibyte = 1024 ** 3;

test('a reserve is a size, a part of the disk, nothing, or left to the server', () => {
  assert.deepEqual(parseStorageReserve('512MiB'), { bytes: 512 * 1024 ** 2 });
  assert.deepEqual(parseStorageReserve('1.5 GiB'), { bytes: 1.5 * gibibyte });
  assert.deepEqual(parseStorageReserve('4096'), { bytes: 4096 });
  assert.deepEqual(parseStorageReserve('0'), { bytes: 0 });
  assert.deepEqual(parseStorageReserve('5%'), { percent: 5 });
  assert.deepEqual(parseStorageReserve('0.5 %'), { percent: 0.5 });
  assert.equal(parseStorageReserve(''), undefined);
});

test('what is neither a size nor a part is no reserve', () => {
  for (const text of ['GiB', '-1', '1GB', '1e9', '100%', '5%%', '1 GiB of it', ' ', '١GiB'])
    assert.equal(parseStorageReserve(text), 'invalid', text);
});

test('by itself the server keeps the larger of 2 % and 1 GiB, and never more than a tenth of the disk', () => {
  for (const [capacity, kept] of [
    [1, 0.1],
    [5, 0.5],
    [20, 1],
    [50, 1],
    [500, 10],
  ] as const)
    assert.equal(reservedBytes(undefined, capacity * gibibyte), kept * gibibyte, `${capacity} GiB`);
});

test('a reserve that was set is kept as it is', () => {
  assert.equal(reservedBytes({ bytes: 7 * gibibyte }, 10 * gibibyte), 7 * gibibyte);
  assert.equal(reservedBytes({ percent: 25 }, 8 * gibibyte), 2 * gibibyte);
  assert.equal(reservedBytes({ bytes: 0 }, 10 * gibibyte), 0);
});
