import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes } from './lanes.ts';

test('so many works are under way at a time, and the end waits for all of them', async () => {
  const lanes = new Lanes(2);
  const doors = [0, 1, 2].map(() => Promise.withResolvers<void>());
  const begun: number[] = [];
  const adding = (async () => {
    for (const [index, { promise }] of doors.entries())
      await lanes.add(() => {
        begun.push(index);
        return promise;
      });
    await lanes.end();
  })();
  await new Promise(setImmediate);
  assert.deepEqual(begun, [0, 1]);
  doors[1]?.resolve();
  await new Promise(setImmediate);
  assert.deepEqual(begun, [0, 1, 2]);
  doors[0]?.resolve();
  doors[2]?.resolve();
  await adding;
});

test('after a failure nothing is begun, and the end says what it was', async () => {
  const lanes = new Lanes(2);
  await lanes.add(() => Promise.reject(new Error('the first')));
  await new Promise(setImmediate);
  await assert.rejects(
    lanes.add(() => assert.fail('it was begun')),
    /the first/,
  );
  await assert.rejects(lanes.end(), /the first/);
});
