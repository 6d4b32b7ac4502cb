import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { HttpProxy } from '../../harness/http-proxy.ts';

/** A body that is larger is stopped when so much of it has passed. */
export const heldBytes = 1024 * 1024;

/**
 * Ends a client with SIGKILL while a large body is on its way, and then runs it again. Both go by an address of their
 * own, on which the first body stops half-way until the client is dead.
 */
export async function killMidway(input: {
  readonly port: number;
  readonly body: 'request' | 'answer';
  /** Signing in, for one. */
  readonly before?: (address: string) => Promise<unknown>;
  readonly start: (address: string) => ChildProcess;
  /** What has to hold when the client is dead. */
  readonly between?: (address: string) => Promise<unknown>;
  readonly again: (address: string) => Promise<unknown>;
}): Promise<void> {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  await using proxy = await HttpProxy.start({
    ports: [input.port],
    through: (body, of) => (of === input.body ? stopped(body, reached.resolve, released.promise) : body),
  });
  const address = `127.0.0.1:${proxy.port}`;
  await input.before?.(address);
  const client = input.start(address);
  let text = '';
  for (const stream of [client.stdout, client.stderr])
    stream?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  const ended = once(client, 'exit');
  const first = await Promise.race([reached.promise.then(() => 'half-way'), ended.then(() => 'ended')]);
  assert.equal(first, 'half-way', text);
  client.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
  assert.equal(signal, 'SIGKILL');
  released.resolve();
  await input.between?.(address);
  await input.again(address);
}

async function* stopped(
  body: AsyncIterable<Buffer>,
  reached: () => void,
  released: Promise<void>,
): AsyncGenerator<Buffer> {
  let passed = 0;
  for await (const piece of body) {
    passed += piece.length;
    yield piece;
    if (passed < heldBytes) continue;
    reached();
    await released;
  }
}
