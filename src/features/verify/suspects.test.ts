import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Suspects } from './suspects.ts';

test('whoever stops does not wait until all that looked wrong was looked at again', async () => {
  const stop = new AbortController();
  const looked: number[] = [];
  const suspects = new Suspects<number>(1, stop.signal, (suspect) => {
    looked.push(suspect);
    // All are due by now.
    if (suspect === 2) stop.abort(new Error('stopped'));
    return Promise.resolve();
  });
  const all = [1, 2, 3, 4];
  await assert.rejects(async () => {
    for (const suspect of all) await suspects.add(suspect);
    await suspects.end();
  }, /stopped/);
  assert.deepEqual(looked, [1, 2]);
});
