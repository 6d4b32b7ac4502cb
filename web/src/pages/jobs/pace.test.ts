import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clockTime, firstSeen, paceOf } from './pace.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const told = (second: number, done: number, unit = 'objects') => ({
  kind: 'STORAGE_RECONCILIATION',
  status: 'Running' as const,
  start_time: at(0),
  update_time: at(second),
  progress: { done, total: 100, unit },
});

test('the rate is that of the time since it was looked at; before that, of its whole time', () => {
  const first = firstSeen(undefined, told(10, 20));
  assert.deepEqual(paceOf(told(10, 20), first), { perSecond: 2, secondsLeft: 40 });
  assert.equal(firstSeen(first, told(14, 60)), first);
  assert.deepEqual(paceOf(told(14, 60), first), { perSecond: 10, secondsLeft: 4 });
  const bytes = { done: 1024, total: 4096 };
  const big = { ...told(2, 1), progress: { done: 1, total: 2, unit: 'blobs', bytes } };
  assert.deepEqual(paceOf(big, firstSeen(undefined, big)), { perSecond: 512, secondsLeft: 6 });
});

test('it is counted anew where something else is counted, and where it was begun again', () => {
  const first = firstSeen(undefined, told(10, 20));
  assert.deepEqual(firstSeen(first, told(12, 30, 'blobs')), {
    unit: 'blobs',
    done: 30,
    atMs: Date.parse(at(12)),
  });
  assert.equal(firstSeen(first, told(12, 5))?.done, 5);
});

test('nothing is told of what is not known: too short a time, no total, several steps, an end', () => {
  for (const job of [
    told(0, 20),
    told(10, 0),
    { ...told(10, 20), kind: 'GARBAGE_COLLECTION' },
    { ...told(10, 20), status: 'Success' as const },
    { ...told(10, 20), progress: { done: 20, total: 0, unit: 'objects' } },
  ])
    assert.equal(paceOf(job, firstSeen(undefined, job)), undefined);
  const { progress: _, ...without } = told(10, 20);
  assert.equal(paceOf(without, firstSeen(undefined, without)), undefined);
});

test('a time is told as a clock has it', () => {
  assert.deepEqual([13, 75, 3723].map(clockTime), ['0:13', '1:15', '1:02:03']);
});
