// The server is killed in the middle of pushes and deletions, again and again, while what nobody needs any more is swept
// away at once. Whatever it acknowledged is there afterwards, or gone; the next start needs no hand, and uploads that
// were cut go on or fail cleanly.

import assert from 'node:assert/strict';
import { rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { berth } from '../harness/berth-command.ts';
import { digestOf, SeededChance, seededBytes } from '../harness/image.ts';
import { listing } from '../harness/listing.ts';
import { answerTo, expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer, type LogLine } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Ledger } from './ledger.ts';
import { withSweeps } from './with-sweeps.ts';
import { resume, type Work, workers } from './workers.ts';

const rounds = Number(process.env['BERTH_CRASH_ROUNDS'] ?? '5');
const seed = process.env['BERTH_CRASH_SEED'] ?? 'crash';
/** Then a new folder: everything is compared after each round, and nothing is ever deleted from the store. */
const roundsOnOneFolder = 10;

interface Totals {
  acknowledged: number;
  deletions: number;
  swept: number;
  tookOver: number;
  lost: number;
  resumed: number;
  unknown: number;
  slowestStartMs: number;
}

/** Works until the server is killed; whatever fails before that is a failure of the test. */
async function workUntilKilled(
  server: BerthServer,
  work: Omit<Work, 'client'>,
  killAfterMs: number,
): Promise<void> {
  let killed = false;
  const running = workers.map(async (worker, index) => {
    try {
      await worker({ ...work, client: server.client(), seed: `${work.seed}-${index}` });
    } catch (error) {
      if (!killed || !isBrokenConnection(error)) throw error;
    }
  });
  const before = work.ledger.deletions;
  const kill = async (): Promise<void> => {
    // However slow the machine is: what is deleted is swept behind it.
    await waitUntil('deletions', () => work.ledger.deletions >= before + 3, 30_000);
    await delay(killAfterMs);
    killed = true;
    await server.kill();
  };
  await Promise.all([...running, kill()]);
}

function isBrokenConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(String(error.code))
  );
}

async function oneRound(server: BerthServer, ledger: Ledger, round: number, totals: Totals): Promise<void> {
  const chance = new SeededChance(`${seed}/${round}`);
  const work = { ledger, seed: `${seed}-${round}`, chance };
  await workUntilKilled(server, work, 50 + chance.below(1000));
  const swept = server.log.filter(isSwept);
  totals.swept += swept.length;
  totals.tookOver += swept.filter((line) => line['tookOver'] === true).length;
  await server.restart();
  totals.slowestStartMs = Math.max(totals.slowestStartMs, server.startMs);
  const client = server.client();
  for (const upload of ledger.takeOpenUploads()) {
    const outcome = await resume({ ...work, client }, upload);
    assert.notEqual(outcome, 'held', 'the lease of a dead server was not freed by the start');
    if (outcome === 'resumed') totals.resumed += 1;
    else totals.unknown += 1;
  }
  const lost = await ledger.lost(client);
  totals.lost += lost.length;
  assert.deepEqual(lost.slice(0, 10), [], `round ${round}`);
  // A blob that is swept while it is looked at may count as missing.
  await server.logged((line) => line['module'] === 'sweeps' && line['msg'] === 'idle');
  const { code, stdout, stderr } = await berth(['verify', 'storage', '--json', '--data', server.data]);
  assert.equal(code, 0, `round ${round}: ${stdout}${stderr}`);
}

function isSwept(line: LogLine): boolean {
  return line['module'] === 'sweeps' && line['msg'] === 'swept';
}

/** Makes all uploads old, as if nobody had gone on with them for a day, and lets the next start end them. */
async function expireUploads(server: BerthServer): Promise<void> {
  await server.stop();
  const db = new DatabaseSync(join(server.data, 'berth.db'));
  db.exec('update upload set expires_at = 1');
  db.close();
  await server.restart();
}

test(`${rounds} times killed in the middle of pushes, deletions and sweeps, nothing acknowledged is lost`, async (t) => {
  const totals: Totals = {
    acknowledged: 0,
    deletions: 0,
    swept: 0,
    tookOver: 0,
    lost: 0,
    resumed: 0,
    unknown: 0,
    slowestStartMs: 0,
  };
  for (let round = 0; round < rounds; ) {
    await using server = await BerthServer.start(withSweeps);
    const ledger = new Ledger();
    for (const end = Math.min(rounds, round + roundsOnOneFolder); round < end; round++) {
      await oneRound(server, ledger, round, totals);
      const failed = server.log.filter((line) => line['level'] === 'error' || line['level'] === 'warn');
      assert.deepEqual(failed, [], `round ${round}`);
    }
    totals.acknowledged += ledger.acknowledged;
    totals.deletions += ledger.deletions;
  }
  t.diagnostic(
    `rounds ${rounds}, acknowledged ${totals.acknowledged}, of them deletions ${totals.deletions}, ` +
      `blobs swept ${totals.swept} (${totals.tookOver} begun before a kill), lost ${totals.lost}, ` +
      `uploads resumed ${totals.resumed}, unknown ${totals.unknown}, ` +
      `slowest start ${Math.round(totals.slowestStartMs)} ms`,
  );
  assert.ok(totals.acknowledged > rounds * 5, 'too little was pushed to prove anything');
  assert.ok(totals.deletions > rounds, 'too little was deleted to prove anything');
  assert.ok(totals.swept > rounds, 'too little was swept to prove anything');
  assert.ok(totals.resumed > 0, 'no upload was cut in the middle');
});

test('what a killed upload had staged goes when the upload expires', async () => {
  await using server = await BerthServer.start();
  const client = server.client();
  const bytes = seededBytes('staged', 3_000_000);
  const chunked = await client.startUpload('hello');
  expectStatus(await client.patch(chunked, bytes.subarray(0, 1_000_000)), 202);
  const put = `${await client.startUpload('hello')}?digest=${digestOf(bytes)}`;
  const targets = [
    ['PATCH', await client.startUpload('hello')],
    ['PATCH', chunked],
    ['PUT', put],
  ] as const;
  const broken = targets.map(([method, path]) => {
    const started = client.begin(method, path);
    started.write(bytes.subarray(0, 2_500_000));
    return answerTo(started).catch(() => undefined);
  });
  const staging = join(server.storage, 'berth', 'staging');
  await waitUntil('all three are staged', () => listing(staging).length === targets.length);
  await server.kill();
  await Promise.all(broken);
  await server.restart();
  await expireUploads(server);
  await waitUntil('nothing is staged any more', () => listing(staging).length === 0);
});

// As after a power cut, and after a kill between the renaming of the content and its commit.
test('an upload whose staged content is shorter than was told says so, and never takes more for what it is not', async () => {
  await using server = await BerthServer.start();
  const client = server.client();
  const bytes = seededBytes('shorter', 2_000_000);
  for (const left of [0, 700_000]) {
    const location = await client.startUpload('hello');
    expectStatus(await client.patch(location, bytes.subarray(0, 1_500_000)), 202);
    await server.kill();
    const staging = join(server.storage, 'berth', 'staging');
    for (const name of listing(staging)) {
      if (left === 0) rmSync(join(staging, name));
      else truncateSync(join(staging, name), left);
    }
    await server.restart();
    const status = await client.get(location);
    if (status.status !== 404) {
      assert.equal(status.headers.range, `0-${Math.max(0, left - 1)}`);
      // Whoever does not ask first believes that more is there.
      const blind = await client.patch(location, bytes.subarray(1_500_000));
      expectError(blind, 416, 'RANGE_INVALID');
      const rest = { 'Content-Range': `${left}-${bytes.length - 1}` };
      expectStatus(await client.patch(location, bytes.subarray(left), rest), 202);
      expectStatus(await client.finishUpload(location, digestOf(bytes)), 201);
      await client.pullBlob('hello', bytes);
    }
  }
});
