// What a greedy client costs another one: how long the slowest of a hundred answers takes it with the greedy one and
// without, in turns, so that a busy machine slows both.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const rounds = 5;
const roundMs = Number(process.env['BERTH_GREEDY_MS'] ?? 2500);
const factor = 3;
/** Below this a ratio says more of the machine than of the server. */
const floorMs = 3;

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await makeProject(admin, 'own');
await makeProject(admin, 'greedy');
await addUsers(server, ['greedy']);
await grantRole(server, { username: 'greedy', role: 'maintainer', place: 'greedy' });
const image = imageOf({ seed: 'measured', layers: [20_000] });
await admin.pushImage('own/app', 'v1', image);
const large = await admin.pushBlob('greedy/app', seededBytes('large', 32 * 1024 * 1024), 'streamed');
const [layer = Buffer.alloc(0)] = image.layers;

interface Figures {
  readonly manifest: number;
  readonly blob: number;
}

function slowestOfHundred(times: number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** One request behind the other, as somebody does who works. */
async function measure(): Promise<Figures> {
  const times: Record<keyof Figures, number[]> = { manifest: [], blob: [] };
  const paths = {
    manifest: '/v2/own/app/manifests/v1',
    blob: `/v2/own/app/blobs/${digestOf(layer)}`,
  };
  for (const until = performance.now() + roundMs; performance.now() < until; )
    for (const what of ['manifest', 'blob'] as const) {
      const began = performance.now();
      expectStatus(await admin.get(paths[what]), 200);
      times[what].push(performance.now() - began);
    }
  return { manifest: slowestOfHundred(times.manifest), blob: slowestOfHundred(times.blob) };
}

/** From an address of its own. */
async function underAttack<T>(kind: string, run: () => Promise<T>): Promise<{ result: T; statuses: object }> {
  const script = fileURLToPath(new URL('attack.ts', import.meta.url));
  const basic = `Basic ${Buffer.from(`greedy:${password}`).toString('base64')}`;
  const args = [script, kind, String(server.port), '127.0.0.2', basic, 'greedy/app', large];
  const attacker = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: attacker.stdout })[Symbol.asyncIterator]();
  try {
    await lines.next();
    const result = await run();
    attacker.stdin.end();
    const told = await lines.next();
    await once(attacker, 'close');
    return { result, statuses: JSON.parse(String(told.value)) as object };
  } finally {
    attacker.kill('SIGKILL');
  }
}

const kinds = [
  'slow headers',
  'slow bodies',
  'readers that stop',
  'idle connections',
  'open uploads',
  'small uploads',
  'manifests',
  'requests',
  'wrong passwords',
];

for (const kind of kinds) {
  test(`beside a greedy client another one is served as before: ${kind}`, async () => {
    const without: Figures[] = [];
    const beside: Figures[] = [];
    let answers: object = {};
    await measure();
    for (let round = 0; round < rounds; round++) {
      without.push((await underAttack('nothing', measure)).result);
      const { result, statuses } = await underAttack(kind, measure);
      beside.push(result);
      answers = statuses;
    }
    for (const what of ['manifest', 'blob'] as const) {
      const [before, now] = [without, beside].map((all) => median(all.map((each) => each[what])));
      const [base = 0, met = 0] = [before, now];
      console.log(
        `${kind}: p99 of a ${what} ${base.toFixed(2)} → ${met.toFixed(2)} ms (${(met / base).toFixed(1)}×); answers ${JSON.stringify(answers)}`,
      );
      assert.ok(met <= factor * Math.max(base, floorMs), `${what}: ${base} → ${met} ms`);
    }
  });
}

test('nothing of it was our failure', () => {
  assert.deepEqual(
    server.log.filter((line) => line['level'] === 'error'),
    [],
  );
});
