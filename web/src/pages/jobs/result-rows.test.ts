import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restOf, resultRows } from './result-rows.ts';

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

test('a job that ended well may have left some of it, or all', () => {
  assert.equal(restOf(undefined), 'none');
  assert.equal(restOf({ done: 3, refused: 0, gone: 2 }), 'none');
  assert.equal(restOf({ done: 3, refused: 1 }), 'some');
  assert.equal(restOf({ done: 0, refused: 1 }), 'all');
  assert.equal(restOf({ quarantined: 5, left: 1, failed: 0 }), 'some');
});
