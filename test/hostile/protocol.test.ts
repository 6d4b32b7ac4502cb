// Right and wrong requests, all at once, on two instances over one PostgreSQL and one storage. `BERTH_FUZZ_SECONDS` is
// how long, `BERTH_FUZZ_SEED` where to begin: the requests of each client follow from it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { recordedTurns, recordingTurns } from '../harness/recorded-turns.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { slowness } from '../harness/slowness.ts';
import { type BerthServer, password } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import { SharedDatabase } from '../postgres/two-servers.ts';
import { FuzzClient, Tally } from './fuzz-client.ts';
import { FuzzNoise } from './fuzz-noise.ts';

const seconds = Number(process.env['BERTH_FUZZ_SECONDS'] ?? 20);
const seed = Number(process.env['BERTH_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const clientCount = 6;
const noiseCount = 3;
/** What is compiled and cached later than in the first third stays. */
const maxGrowthMiB = 60;
const turnLimitMs = 50;

const turns = temporaryFolder();
const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const servers = [
  await database.start('one', { env: recordingTurns(turns) }),
  await database.start('two', { env: recordingTurns(turns) }),
];
const [one] = servers;
assert.ok(one !== undefined);
await addUsers(one, ['noise']);
await createProject(one, 'noise');
await grantRole(one, { username: 'noise', role: 'developer', place: 'noise' });

function residentMiB(server: BerthServer): number {
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}

/**
 * When garbage was collected: the least of some looks. V8 and the C library give pages back by and by, so it goes on for
 * a while as long as there is more than `most`.
 */
async function settledMiB(most?: readonly number[]): Promise<number[]> {
  const least = servers.map(() => Number.POSITIVE_INFINITY);
  const isSettled = (): boolean => most === undefined || least.every((mib, no) => mib <= (most[no] ?? 0));
  for (let look = 0; look < 10 || (look < 60 && !isSettled()); look += 1) {
    for (const server of servers) server.signal('SIGUSR2');
    await delay(look < 10 ? 200 : 1000);
    for (const [no, server] of servers.entries()) least[no] = Math.min(least[no] ?? 0, residentMiB(server));
  }
  return least;
}

const tally = new Tally();
const clients = Array.from(
  { length: clientCount },
  (_, no) => new FuzzClient({ no, seed, tally, clients: servers.map((server) => server.client()) }),
);
const noises = Array.from({ length: noiseCount }, (_, no) => {
  const ports = servers.map(({ port }) => port);
  return new FuzzNoise({ seed: seed + 1_000_003 * (no + 1), ports, username: 'noise', password });
});

async function fuzz(forSeconds: number): Promise<number> {
  const endsAt = performance.now() + forSeconds * 1000;
  let acts = 0;
  await Promise.all(
    [...clients, ...noises].map(async (each) => {
      while (performance.now() < endsAt) {
        await each.act();
        acts += 1;
      }
    }),
  );
  return acts;
}

test(`${seconds} s of right and wrong requests break nothing`, async (t) => {
  t.diagnostic(`BERTH_FUZZ_SEED=${seed}`);
  // What is compiled and cached while a server becomes busy stays.
  let acts = await fuzz(seconds / 3);
  const base = await settledMiB();
  acts += await fuzz((seconds * 2) / 3);
  for (const client of clients) await client.checkAll();
  const grown = await settledMiB(base.map((mib) => mib + maxGrowthMiB));
  const answers = noises.reduce((sum, noise) => sum + noise.answers, 0);
  const statuses = [...tally.statuses]
    .toSorted(([a], [b]) => a - b)
    .map(([status, count]) => `${count} × ${status}`);
  t.diagnostic(
    `${acts} acts; ${tally.requests} requests: ${statuses.join(', ')}; ${answers} answers to noise`,
  );
  t.diagnostic(
    `RSS: ${base.map(Math.round).join(' and ')} MiB, then ${grown.map(Math.round).join(' and ')} MiB`,
  );
  for (const [no, server] of servers.entries()) {
    assert.equal(server.hasEnded, false);
    assert.ok(
      (grown[no] ?? 0) - (base[no] ?? 0) < maxGrowthMiB,
      `it grew by ${(grown[no] ?? 0) - (base[no] ?? 0)} MiB`,
    );
    const bad = server.log.filter(({ level, status }) => level === 'error' || Number(status) >= 500);
    assert.deepEqual(bad.slice(0, 3), [], `${bad.length} lines`);
    expectStatus(await server.client().get('/readyz'), 200);
  }
  assert.ok(acts > seconds * 5, `only ${acts} acts`);
});

test(`meanwhile no turn of the event loop computed for more than ${turnLimitMs} ms`, (t) => {
  const longest = recordedTurns(turns)[0];
  t.diagnostic(`${longest?.cpuMs} ms`);
  assert.ok(longest !== undefined && longest.cpuMs <= turnLimitMs * slowness(), JSON.stringify(longest));
});

test('afterwards the storage is what the database says', async () => {
  const { code, stdout, stderr } = await berth(['verify', 'storage', '--deep', '--data', one.data], {
    limitMs: 300_000,
  });
  assert.equal(code, 0, stdout + stderr);
});
