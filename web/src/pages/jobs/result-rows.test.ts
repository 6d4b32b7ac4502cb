import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultRows } from './result-rows.ts';

test('what a job found out has a name for people, its unit, and is marked where something stayed', () => {
  const rows = resultRows('BATCH', { done: 12, refused: 3, gone: 0, bytes: 4096 });
  assert.deepEqual(
    rows.map(({ name, as, isTrouble }) => [name, as, isTrouble]),
    [
      ['done', 'count', false],
      ['refused', 'count', true],
      ['gone', 'count', false],
      ['BATCH.bytes', 'bytes', false],
    ],
  );
  const told = {
    freed_space: 1,
    in_trash: 2,
    trash_until: '2026-12-01T00:00:00Z',
    failed: 0,
    summary: 'freed 1 B',
  };
  assert.deepEqual(
    resultRows('GARBAGE_COLLECTION', told).map(({ key, as, isTrouble }) => [key, as, isTrouble]),
    [
      ['freed_space', 'bytes', false],
      ['in_trash', 'bytes', false],
      ['trash_until', 'time', false],
      ['failed', 'count', false],
    ],
  );
  assert.deepEqual(
    resultRows('NEW', { speed: 'high' }).map(({ key, name, as }) => [key, name, as]),
    [['speed', undefined, 'text']],
  );
});
