// What a greedy client costs another one: how long the slowest of a hundred answers takes it with the greedy one and
// without, in turns, so that a busy machine slows both. What is compared is the time in which the server and the client
// that is measured had a processor, or waited for each other or a disk: where other programs of the machine take the
// processors for longer than an answer lasts, the rest says more of them than of the server. It is printed beside it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
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
const floorMs = 1;
/** A round goes on until the greedy client has done what it is to do. */
const roundLimitMs = 240_000;

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
  readonly manifest: Slowest;
  readonly blob: Slowest;
}

/** Of a hundred, in milliseconds. */
interface Slowest {
  readonly own: number;
  readonly whole: number;
}

/** How long the main thread of a process stood ready and had no processor, since its beginning, in milliseconds. */
function withoutProcessor(pid: number): number {
  const nanoseconds = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1').split(' ')[1];
  return Number(nanoseconds) / 1e6;
}

function slowestOfHundred(times: readonly Slowest[]): Slowest {
  const of = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;
  return { own: of(times.map(({ own }) => own)), whole: of(times.map(({ whole }) => whole)) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/**
 * One request behind the other, as somebody does who works.
 * @param reached whether the greedy client has done what it is to do
 */
async function measure(reached: () => boolean): Promise<Figures> {
  const times: Record<keyof Figures, Slowest[]> = { manifest: [], blob: [] };
  const paths = {
    manifest: '/v2/own/app/manifests/v1',
    blob: `/v2/own/app/blobs/${digestOf(layer)}`,
  };
  const start = performance.now();
  while (performance.now() < start + (reached() ? roundMs : roundLimitMs))
    for (const what of ['manifest', 'blob'] as const) {
      const before = withoutProcessor(server.pid) + withoutProcessor(process.pid);
      const began = performance.now();
      expectStatus(await admin.get(paths[what]), 200);
      const whole = performance.now() - began;
      const lost = withoutProcessor(server.pid) + withoutProcessor(process.pid) - before;
      times[what].push({ whole, own: Math.max(0, whole - lost) });
    }
  assert.ok(reached(), `the greedy client did not do enough in ${roundLimitMs} ms`);
  return { manifest: slowestOfHundred(times.manifest), blob: slowestOfHundred(times.blob) };
}

type Statuses = Readonly<Record<string, number>>;

/** From an address of its own. */
async function underAttack(kind: string): Promise<{ result: Figures; statuses: Statuses }> {
  const script = fileURLToPath(new URL('attack.ts', import.meta.url));
  const basic = `Basic ${Buffer.from(`greedy:${password}`).toString('base64')}`;
  const args = [script, kind, String(server.port), '127.0.0.2', basic, 'greedy/app', large];
  const attacker = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const told: string[] = [];
  const lines = createInterface({ input: attacker.stdout });
  lines.on('line', (line) => told.push(line));
  try {
    await once(lines, 'line');
    const result = await measure(() => told.includes('reached'));
    const closed = once(attacker, 'close');
    attacker.stdin.end();
    await closed;
    return { result, statuses: JSON.parse(told.at(-1) ?? '') as Statuses };
  } finally {
    attacker.kill('SIGKILL');
  }
}

const kinds = [
  'slow headers',
  'slow bodies',
  'readers that stop',
  'idle connections',
  'small uploads',
  'manifests',
  'requests',
  'wrong passwords',
  // Last: the account may begin no other ones after them.
  'open uploads',
];

for (const kind of kinds) {
  test(`beside a greedy client another one is served as before: ${kind}`, async () => {
    const without: Figures[] = [];
    const beside: Figures[] = [];
    const answers: Record<string, number> = {};
    await measure(() => true);
    for (let round = 0; round < rounds; round++) {
      without.push((await underAttack('nothing')).result);
      const { result, statuses } = await underAttack(kind);
      beside.push(result);
      for (const [status, count] of Object.entries(statuses))
        answers[status] = (answers[status] ?? 0) + count;
    }
    for (const what of ['manifest', 'blob'] as const) {
      const of = (all: readonly Figures[], which: keyof Slowest): number =>
        median(all.map((each) => each[what][which]));
      const [base, met] = [of(without, 'own'), of(beside, 'own')];
      const whole = `with other programs ${of(without, 'whole').toFixed(2)} → ${of(beside, 'whole').toFixed(2)} ms`;
      console.log(
        `${kind}: p99 of a ${what} ${base.toFixed(2)} → ${met.toFixed(2)} ms (${(met / base).toFixed(1)}×), ${whole}; answers ${JSON.stringify(answers)}`,
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
