import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Threads } from '../threads/threads.ts';
import { LayerReader } from './layer-reader.ts';

/** A thread that has its answer once all of the layer was sent. */
const code = `
  import { parentPort } from 'node:worker_threads';
  parentPort.once('message', () => parentPort.postMessage({ kind: 'indexed', index: new Uint8Array() }));
`;
const threads = new Threads(new URL(`data:text/javascript,${encodeURIComponent(code)}`));

/** Layers that are sent when the test says so. */
class Layers {
  readonly #reader = new LayerReader(threads);
  /** Callers whose layers are being sent, in the order of their beginning. */
  readonly sending: string[] = [];
  readonly #gates: (() => void)[] = [];
  most = 0;

  read(caller: string): Promise<unknown> {
    return this.#reader.index(caller, async () => {
      this.sending.push(caller);
      this.most = Math.max(this.most, this.sending.length);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#gates.push(resolve);
      await promise;
    });
  }

  async finish(at: number, reading: Promise<unknown>): Promise<void> {
    this.sending.splice(at, 1);
    this.#gates.splice(at, 1)[0]?.();
    await reading;
    await nextTurn();
  }
}

test('each caller reads one layer at a time and has four wait, and others are read beside it', async () => {
  const layers = new Layers();
  const first = layers.read('a');
  const second = layers.read('a');
  const others = [layers.read('a'), layers.read('a'), layers.read('a')];
  await assert.rejects(layers.read('a'), { code: 'TOO_MANY_REQUESTS' });
  const b = layers.read('b');
  const c = layers.read('c');
  await nextTurn();
  assert.deepEqual(layers.sending, ['a', 'b']);
  await layers.finish(0, first);
  // They waited longer.
  assert.deepEqual(layers.sending, ['b', 'a']);
  await layers.finish(0, b);
  assert.deepEqual(layers.sending, ['a', 'c']);
  await layers.finish(1, c);
  await layers.finish(0, second);
  for (const other of others) await layers.finish(0, other);
  assert.deepEqual([layers.sending, layers.most], [[], 2]);
});
