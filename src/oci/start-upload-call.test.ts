import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunkMinimum } from './start-upload-call.ts';

test('clients are told of the smallest chunk where the store has one', () => {
  const capabilities = { append: false, atomicRename: false };
  assert.deepEqual(chunkMinimum({ ...capabilities, minimumPartBytes: 5_242_880 }), [
    'OCI-Chunk-Min-Length',
    '5242880',
  ]);
  assert.deepEqual(chunkMinimum({ ...capabilities, minimumPartBytes: 0 }), []);
});
