import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from './progress-line.ts';

const mib = 1024 * 1024;

test('hashing is told by bytes, with rate and time left', () => {
  const half = { blobs: 3, totalBlobs: 9, bytes: 512 * mib, totalBytes: 1024 * mib };
  assert.equal(
    progressLine(half, 4000, 'en'),
    '[##########··········]   50%  512.0 MiB / 1.0 GiB  128.0 MiB/s  0:04 left',
  );
  assert.match(progressLine({ ...half, bytes: mib }, 100_000, 'en'), / 28:25:00 left$/);
  assert.match(progressLine(half, 4000, 'zh'), /剩余 0:04$/);
});

test('without hashing it is told by blobs', () => {
  const some = { blobs: 250, totalBlobs: 1000, bytes: 0, totalBytes: 0 };
  assert.equal(progressLine(some, 1000, 'en'), '[#####···············]   25%  250 / 1000  250/s  0:03 left');
});

test('at the beginning no rate is told, and of nothing everything is done', () => {
  const none = { blobs: 0, totalBlobs: 0, bytes: 0, totalBytes: 0 };
  assert.equal(progressLine(none, 10, 'en'), `[${'#'.repeat(20)}]  100%  0 / 0`);
});

test('what came while it ran does not make it more than all', () => {
  const more = { blobs: 12, totalBlobs: 10, bytes: 0, totalBytes: 0 };
  assert.match(progressLine(more, 2000, 'en'), / 100% {2}12 \/ 10 {2}6\/s {2}0:00 left$/);
});
