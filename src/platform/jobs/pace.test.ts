import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Pace, type Served } from './pace.ts';

const never = new AbortController().signal;
const nothing = (): void => {};

/** Answers, and bytes, so many in each millisecond that has passed. */
function serving(answersPerMs: number, bytesPerMs = 0): () => Served {
  const beganAt = performance.now();
  return () => {
    const ms = performance.now() - beganAt;
    return { answers: ms * answersPerMs, bytes: ms * bytesPerMs };
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now();
  await work();
  return performance.now() - beganAt;
}

/** Three steps of 20 ms that are asked for together. */
async function threeSteps(served: () => Served): Promise<{ readonly most: number; readonly ms: number }> {
  const pace = new Pace(served, never, nothing);
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
  return { most, ms };
}

test('while clients are at work, steps come one after the other and take a twentieth of the time', async () => {
  for (const served of [serving(1), serving(0.002, 20_000)]) {
    const { most, ms } = await threeSteps(served);
    assert.equal(most, 1);
    assert.ok(ms >= 3 * 400 - 60, `three steps of 20 ms took ${ms} ms`);
  }
});

test('somebody who looks around keeps no work waiting, and steps run side by side', async () => {
  const { most, ms } = await threeSteps(serving(0.01, 1000));
  assert.equal(most, 3);
  assert.ok(ms < 150, `three steps of 20 ms side by side took ${ms} ms`);
});

test('a rest ends a second after the clients did, and at once with the work; the first one is told', async () => {
  const served = { answers: 0, bytes: 0 };
  let told = 0;
  const pace = new Pace(
    () => ({ ...served }),
    never,
    () => {
      told += 1;
    },
  );
  await delay(210);
  served.answers = 1000;
  const ms = await timed(() => pace.step(() => delay(300)));
  assert.ok(ms >= 900 && ms < 2000, `nobody asks any more, and with its rest a step took ${ms} ms`);
  served.answers = 2000;
  await delay(210);
  await pace.step(() => delay(10));
  assert.equal(told, 1);
  const ending = new AbortController();
  const ends = new Pace(serving(1), ending.signal, nothing);
  await delay(210);
  const stopped = ends.step(() => delay(300));
  setTimeout(() => ending.abort(new Error('cancelled')), 400);
  const until = await timed(() => assert.rejects(stopped, { name: 'AbortError' }));
  assert.ok(until < 1000, `it went on for ${until} ms`);
});

test('a step that fails lets the next one begin', async () => {
  const pace = new Pace(serving(1), never, nothing);
  await delay(210);
  const failing = assert.rejects(
    pace.step(() => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await pace.step(() => Promise.resolve(1)), 1);
  await failing;
});
