import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { berth } from '../../harness/berth-command.ts';
import type { RegistryClient } from '../../harness/registry-client.ts';
import type { BerthServer } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { type Collections, collectWithoutPause } from './collections.ts';
import { Balance, broken, pushAndDelete } from './pushers.ts';

/** The long form is what is asked for; the short one fits into every run of all tests. */
export const long = process.env['BERTH_GC_RACE'] === 'full';
const longMs = 300_000;
export const withWindow = { ms: long ? longMs : 30_000, least: long ? 1000 : 100, window: '2s' } as const;
/** Here hardly a push ends before its blobs are gone: on a slow machine perhaps none of the short form. */
export const withoutWindow = { ms: long ? 60_000 : 10_000, least: long ? 1 : 0, window: '0s' } as const;
const clients = 8;

export interface RaceInput {
  readonly servers: readonly BerthServer[];
  readonly ms: number;
  /** So many images have to be acknowledged. */
  readonly least: number;
  readonly window: string;
  /** Between kills of the first server; undefined: it lives. */
  readonly killEveryMs?: number;
  readonly seed: string;
}

/** Eight clients against collections without pause. Whatever was acknowledged and not deleted is whole at the end. */
export async function race(t: TestContext, input: RaceInput): Promise<void> {
  const { servers, ms, least, window, killEveryMs, seed } = input;
  const balance = new Balance();
  const totals: Collections = { runs: 0, blobs: 0, bytes: 0, failed: [] };
  const ending = new AbortController();
  const state = { down: false, kills: 0 };
  const mayFail = (): boolean => state.down;
  const made = new Map<string, RegistryClient>();
  const clientOf = (index: number) => (): RegistryClient => {
    const server = servers[index % servers.length] ?? assert.fail('there is no server');
    const name = `${index}/${server.port}`;
    const known = made.get(name) ?? server.client();
    made.set(name, known);
    return known;
  };
  const working = Array.from({ length: clients }, (_, index) =>
    pushAndDelete({
      client: clientOf(index),
      balance,
      signal: ending.signal,
      seed: `${seed}-${index}`,
      mayFail,
    }),
  );
  // One waits in the queue while the other runs.
  const collecting = [0, 1].map((index) =>
    collectWithoutPause(clientOf(servers.length - index), totals, { signal: ending.signal, mayFail }),
  );
  const killing = killEveryMs === undefined ? undefined : kill(servers, killEveryMs, ending.signal, state);
  await delay(ms);
  ending.abort();
  await Promise.all([...working, ...collecting, killing]);
  for (const client of made.values()) client.close();
  t.diagnostic(
    `window ${window}: ${balance.acknowledged} acknowledged, ${balance.deleted} deleted, ${balance.mounted} mounted, ` +
      `${balance.repeated} repeated; ${totals.runs} collections, ${totals.blobs} blobs, ${totals.bytes} bytes; ${state.kills} kills`,
  );
  assert.deepEqual(balance.failures.slice(0, 5), []);
  assert.deepEqual(totals.failed.slice(0, 5), []);
  assert.ok(balance.acknowledged >= least, `only ${balance.acknowledged} images were acknowledged`);
  // A killed instance's run goes on elsewhere only after its lease: in a short form perhaps behind its end.
  if (killEveryMs === undefined || ms === longMs) assert.ok(totals.blobs > 0, 'nothing was collected');
  const [one] = servers;
  assert.deepEqual((await broken((one ?? assert.fail()).client(), balance)).slice(0, 5), []);
  const { code, stdout, stderr } = await berth(['verify', 'storage', '--json', '--data', one?.data ?? ''], {
    limitMs: 120_000,
  });
  assert.equal(code, 0, `${stdout}${stderr}`);
}

async function kill(
  servers: readonly BerthServer[],
  everyMs: number,
  signal: AbortSignal,
  state: { down: boolean; kills: number },
): Promise<void> {
  const [server] = servers;
  while (server !== undefined) {
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    state.down = true;
    await server.kill();
    await server.restart();
    state.kills += 1;
    await waitUntil('it serves again', async () => (await server.client().get('/v2/')).status < 500);
    // What was begun before the kill fails until now.
    await delay(300);
    state.down = false;
  }
}
