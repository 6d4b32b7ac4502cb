import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partBytes } from './part-bytes.ts';

const mebibyte = 1024 ** 2;
const minimum = 5 * mebibyte;

test('100 GiB fit into 10,000 parts of at least the minimum, and no part needs more than 100 MiB of memory', () => {
  let parts = 0;
  for (let sent = 0; sent < 100 * 1024 * mebibyte; parts += 1) {
    const size = partBytes(parts, minimum);
    assert.ok(size >= minimum && size <= 100 * mebibyte, `part ${parts}: ${size}`);
    sent += size;
  }
  assert.ok(parts < 10_000, String(parts));
});

test('10,000 parts hold half a tebibyte', () => {
  const sizes = Array.from({ length: 10_000 }, (_, no) => partBytes(no, minimum));
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) > 0.5 * 1000 ** 4);
  assert.equal(sizes.at(-1), 100 * mebibyte);
});
