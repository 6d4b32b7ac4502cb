import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogFlusher } from './log-flusher.ts';

interface Sync {
  readonly finish: () => void;
  readonly fail: (error: Error) => void;
}

function manualSyncs() {
  const syncs: Sync[] = [];
  const died: string[] = [];
  const flusher = new LogFlusher(
    () =>
      new Promise((resolve, reject) => {
        syncs.push({ finish: resolve, fail: reject });
      }),
    (what) => died.push(what),
  );
  return { flusher, syncs, died };
}

/** Lets everything that is ready to run, run. */
const settle = () => nextTurn();

function watch(promise: Promise<void>): { readonly done: boolean } {
  const state = { done: false };
  void promise.then(() => {
    state.done = true;
  });
  return state;
}

test('nothing is synced while nothing was committed', async () => {
  const { flusher, syncs } = manualSyncs();
  await flusher.flushed();
  assert.equal(syncs.length, 0);
});

test('a waiter is answered by a sync that began after its commit, not by the one that was running', async () => {
  const { flusher, syncs } = manualSyncs();
  flusher.committed();
  const first = watch(flusher.flushed());
  flusher.committed();
  const second = watch(flusher.flushed());
  assert.equal(syncs.length, 1);
  syncs[0]?.finish();
  await settle();
  assert.deepEqual([first.done, second.done, syncs.length], [true, false, 2]);
  syncs[1]?.finish();
  await settle();
  assert.equal(second.done, true);
});

test('all who wait at the same time share one sync', async () => {
  const { flusher, syncs } = manualSyncs();
  flusher.committed();
  const running = watch(flusher.flushed());
  const later = Array.from({ length: 10 }, () => {
    flusher.committed();
    return watch(flusher.flushed());
  });
  syncs[0]?.finish();
  await settle();
  syncs[1]?.finish();
  await settle();
  assert.ok(running.done && later.every((waiter) => waiter.done));
  assert.equal(syncs.length, 2);
});

test('who committed nothing still waits for what others committed and nobody has synced', async () => {
  const { flusher, syncs } = manualSyncs();
  flusher.committed();
  const reader = watch(flusher.flushed());
  await settle();
  assert.equal(reader.done, false);
  syncs[0]?.finish();
  await settle();
  assert.equal(reader.done, true);
});

test('a failed sync ends the process, and nobody is ever answered, also not by a later sync', async () => {
  const { flusher, syncs, died } = manualSyncs();
  flusher.committed();
  const first = watch(flusher.flushed());
  syncs[0]?.fail(new Error('EIO'));
  await settle();
  flusher.committed();
  const second = watch(flusher.flushed());
  await settle();
  assert.deepEqual([died.length, syncs.length, first.done, second.done], [1, 1, false, false]);
});
