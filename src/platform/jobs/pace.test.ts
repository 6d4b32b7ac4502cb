import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Pace } from './pace.ts';

const never = new AbortController().signal;

/** Requests that end, so many in each millisecond that has passed. */
function requests(perMs: number): () => number {
  const beganAt = performance.now();
  return () => (performance.now() - beganAt) * perMs;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now();
  await work();
  return performance.now() - beganAt;
}

test('while clients are at work, steps come one after the other and take a tenth of the time', async () => {
  const pace = new Pace(requests(1), never);
  await delay(210);
  let [running, most] = [0, 0];
  const step = (): Promise<void> =>
    pace.step(async () => {
      running += 1;
      most = Math.max(most, running);
      await delay(20);
      running -= 1;
    });
  const ms = await timed(() => Promise.all([step(), step(), step()]));
  assert.equal(most, 1);
  assert.ok(ms >= 3 * 200 - 60, `three steps of 20 ms took ${ms} ms`);
});

test('somebody who looks around keeps no work waiting, and steps run side by side', async () => {
  const pace = new Pace(requests(0.01), never);
  await delay(210);
  let [running, most] = [0, 0];
  const step = (): Promise<void> =>
    pace.step(async () => {
      running += 1;
      most = Math.max(most, running);
      await delay(20);
      running -= 1;
    });
  const ms = await timed(() => Promise.all([step(), step(), step()]));
  assert.equal(most, 3);
  assert.ok(ms < 150, `three steps of 20 ms side by side took ${ms} ms`);
});

test('a rest ends when the clients do, and at once with the work', async () => {
  let ended = 0;
  const pace = new Pace(() => ended, never);
  await delay(210);
  ended = 1000;
  const rested = await timed(() => pace.step(() => delay(300)));
  assert.ok(rested < 1000, `nobody asks any more, and it rested ${rested - 300} ms`);
  const ending = new AbortController();
  const ends = new Pace(requests(1), ending.signal);
  await delay(210);
  const stopped = ends.step(() => delay(300));
  setTimeout(() => ending.abort(new Error('cancelled')), 400);
  const ms = await timed(() => assert.rejects(stopped, { name: 'AbortError' }));
  assert.ok(ms < 1000, `it went on for ${ms} ms`);
});

test('a step that fails lets the next one begin', async () => {
  const pace = new Pace(requests(1), never);
  await delay(210);
  const failing = assert.rejects(
    pace.step(() => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await pace.step(() => Promise.resolve(1)), 1);
  await failing;
});
