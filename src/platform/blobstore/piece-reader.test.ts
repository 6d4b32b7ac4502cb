import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FileOps, fileOps } from '../files/file-ops.ts';
import type { PieceSink } from './blob-store.ts';
import { PieceReader } from './piece-reader.ts';

const mebibyte = 1024 * 1024;

test('memory that is still being read into is given to nobody else, whoever went away meanwhile', async () => {
  const gate = Promise.withResolvers<undefined>();
  const files: FileOps = {
    ...fileOps,
    read: async (_fd, _buffer, length, at) => {
      if (at > 0) await gate.promise;
      return length;
    },
  };
  const reader = new PieceReader(files);
  let ended = false;
  const toNobody: PieceSink = () => Promise.reject(new Error('the client is gone'));
  const gone = reader
    .send(0, 0, 3 * mebibyte, toNobody)
    .catch((error: unknown) => error)
    .finally(() => {
      ended = true;
    });
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  assert.equal(ended, false, 'a read is under way');
  gate.resolve(undefined);
  assert.match(String(await gone), /the client is gone/);
});
