// Three instances on one PostgreSQL and one storage, behind a balancer. Some of them are killed in the middle of
// pushes, mounts and deletions, again and again, now and then all at once or PostgreSQL itself, while what nobody needs
// any more is swept away at once by all of them. Whatever was acknowledged is there through the others, and after the
// dead have come back; uploads that were cut go on at another instance.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { berth } from '../../harness/berth-command.ts';
import { SeededChance } from '../../harness/image.ts';
import type { LogLine } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { Ledger } from '../ledger.ts';
import { mountBlobs, workers } from '../workers.ts';
import { type Casualties, Cluster } from './cluster.ts';
import { Interrupted, RoundOver } from './disturbed-client.ts';
import { Resumptions } from './resumptions.ts';

const rounds = Number(process.env['BERTH_CRASH_ROUNDS'] ?? '10');
const seed = process.env['BERTH_CRASH_SEED'] ?? 'crash';
/** Then a new cluster: everything is compared after each round, and nothing is ever deleted from the store. */
const roundsOnOneCluster = 10;
const leastBeforeKill = 10;
/** Repositories whose blobs come and go: who was cut there begins anew. */
const repeated = new Set(['library/blobs-a', 'library/blobs-b', 'library/images']);

type Kind = 'one' | 'two' | 'all' | 'postgres' | 'postgres and one';

/** By turns. */
const kinds: readonly Kind[] = [
  'one',
  'two',
  'postgres',
  'one',
  'all',
  'two',
  'one',
  'postgres and one',
  'two',
  'one',
];

function casualtiesOf(kind: Kind, chance: SeededChance): Casualties {
  const first = chance.below(3);
  const second = (first + 1 + chance.below(2)) % 3;
  switch (kind) {
    case 'one':
      return { instances: [first], postgres: false };
    case 'two':
      return { instances: [first, second], postgres: false };
    case 'all':
      return { instances: [0, 1, 2], postgres: false };
    case 'postgres':
      return { instances: [], postgres: true };
    case 'postgres and one':
      return { instances: [first], postgres: true };
  }
}

class Totals {
  acknowledged = 0;
  deletions = 0;
  lost = 0;
  interrupted = 0;
  swept = 0;
  sweptForOthers = 0;
  resumed = 0;
  takenOver = 0;
  unknown = 0;
  begunAnew = 0;
  slowestTakeOverMs = 0;
  slowestReturnMs = 0;

  add(ledger: Ledger, resumptions: Resumptions, swept: readonly LogLine[]): void {
    this.acknowledged += ledger.acknowledged;
    this.deletions += ledger.deletions;
    this.swept += swept.length;
    this.sweptForOthers += swept.filter((line) => line['tookOver'] === true).length;
    this.resumed += resumptions.resumed;
    this.takenOver += resumptions.takenOver;
    this.unknown += resumptions.unknown;
    this.slowestTakeOverMs = Math.max(this.slowestTakeOverMs, resumptions.slowestTakeOverMs);
  }

  tell(t: TestContext): void {
    t.diagnostic(
      `rounds ${rounds}, acknowledged ${this.acknowledged}, of them deletions ${this.deletions}, lost ${this.lost}, ` +
        `requests interrupted ${this.interrupted}, blobs swept ${this.swept} (${this.sweptForOthers} begun by another), ` +
        `uploads resumed ${this.resumed} (${this.takenOver} from a dead instance's lease, the slowest in ` +
        `${Math.round(this.slowestTakeOverMs)} ms), unknown ${this.unknown}, begun anew ${this.begunAnew}, ` +
        `slowest return ${Math.round(this.slowestReturnMs)} ms`,
    );
  }
}

interface Round {
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly resumptions: Resumptions;
  readonly totals: Totals;
  readonly kind: Kind;
  readonly seed: string;
}

/** Returns what brings the dead back. */
async function workAndKill(round: Round): Promise<() => Promise<void>> {
  const { cluster, ledger, totals } = round;
  const chance = new SeededChance(round.seed);
  const ending = new AbortController();
  const before = ledger.acknowledged;
  const client = cluster.disturbedClient(ending.signal);
  const running = [...workers, mountBlobs].map(async (worker, index) => {
    try {
      await worker({ ledger, client, chance, seed: `${round.seed}-${index}` });
    } catch (error) {
      if (error instanceof Interrupted) totals.interrupted += 1;
      else if (!(error instanceof RoundOver)) throw error;
    }
  });
  const killing = async (): Promise<() => Promise<void>> => {
    await waitUntil('the work is under way', () => ledger.acknowledged >= before + leastBeforeKill, 60_000);
    await delay(chance.below(1000));
    const bringBack = await cluster.kill(casualtiesOf(round.kind, chance));
    await delay(300 + chance.below(500));
    ending.abort();
    return bringBack;
  };
  const [bringBack] = await Promise.all([killing(), ...running]);
  client.close();
  return bringBack;
}

async function oneRound(round: Round): Promise<string[]> {
  const { cluster, ledger, resumptions, totals, kind } = round;
  const bringBack = await workAndKill(round);
  for (const upload of ledger.takeOpenUploads()) {
    if (repeated.has(upload.repository)) totals.begunAnew += 1;
    else resumptions.begin(upload);
  }
  const balanced = cluster.client();
  const lost: string[] = [];
  // Through those that are left, at once.
  if (kind === 'one' || kind === 'two') lost.push(...(await ledger.lost(balanced, ledger.takeTouched())));
  const begin = performance.now();
  await bringBack();
  totals.slowestReturnMs = Math.max(totals.slowestReturnMs, performance.now() - begin);
  const { instances } = cluster;
  const one = instances[ledger.acknowledged % instances.length];
  lost.push(...(await ledger.lost(one?.client() ?? balanced)));
  balanced.close();
  totals.lost += lost.length;
  return lost;
}

/** A start takes small objects that are about to be put in place for left ones: who was about to tries again. */
const takenByStart = /ENOENT: .*, rename '[^']*\/berth\/staging\/[^/']+\.new'/;

/** What neither a killed PostgreSQL nor a start explains. */
function isUnexpected(line: LogLine): boolean {
  if (line['level'] !== 'error' && line['level'] !== 'warn') return false;
  const { message = '' } = (line['error'] ?? {}) as { readonly message?: string };
  if (line['module'] === 'jobs' && takenByStart.test(message)) return false;
  return line['module'] !== 'database' && !message.startsWith('the database does not answer');
}

function isSwept(line: LogLine): boolean {
  return line['module'] === 'sweeps' && line['msg'] === 'swept';
}

async function verify(cluster: Cluster): Promise<void> {
  const [one] = cluster.instances;
  const { code, stdout, stderr } = await berth(
    ['verify', 'storage', '--deep', '--json', '--data', one?.data ?? ''],
    { limitMs: 120_000 },
  );
  assert.equal(code, 0, `${stdout}${stderr}`);
}

/** Rounds on one cluster, one after the other, and a look at everything behind the last. */
async function roundsOn(cluster: Cluster, totals: Totals, numbers: readonly number[]): Promise<void> {
  const ledger = new Ledger();
  const resumptions = new Resumptions(ledger, () => cluster.disturbedClient());
  for (const number of numbers) {
    const kind = kinds[number % kinds.length] ?? 'one';
    const lost = await oneRound({ cluster, ledger, resumptions, totals, kind, seed: `${seed}/${number}` });
    assert.deepEqual(lost.slice(0, 10), [], `round ${number}, ${kind} killed`);
    resumptions.check();
  }
  await resumptions.settled();
  for (const instance of cluster.instances) {
    assert.deepEqual(await ledger.lost(instance.client()), []);
    await instance.logged((line) => line['module'] === 'sweeps' && line['msg'] === 'idle');
  }
  await verify(cluster);
  assert.deepEqual(cluster.log.filter(isUnexpected).slice(0, 5), []);
  totals.add(ledger, resumptions, cluster.log.filter(isSwept));
}

test(`${rounds} times instances or PostgreSQL killed in the middle of the work of three, nothing acknowledged is lost`, async (t) => {
  const totals = new Totals();
  for (let first = 0; first < rounds; first += roundsOnOneCluster) {
    await using cluster = await Cluster.start();
    const count = Math.min(roundsOnOneCluster, rounds - first);
    const numbers = Array.from({ length: count }, (_, index) => first + index);
    try {
      await roundsOn(cluster, totals, numbers);
    } catch (error) {
      t.diagnostic(cluster.state);
      throw error;
    }
  }
  totals.tell(t);
  assert.ok(totals.acknowledged > rounds * 5, 'too little was pushed to prove anything');
  assert.ok(totals.deletions > rounds, 'too little was deleted to prove anything');
  assert.ok(totals.swept > rounds, 'too little was swept to prove anything');
  // A matter of the moment of the kill, so that a few rounds may go without.
  if (rounds >= 50) assert.ok(totals.takenOver > 0, 'no upload was taken over from a dead instance');
});

test('a COMMIT that PostgreSQL answers before it is durable is noticed', async (t) => {
  await using cluster = await Cluster.start(['synchronous_commit=off', 'wal_buffers=64MB']);
  cluster.postgres.holdLog();
  const ledger = new Ledger();
  const resumptions = new Resumptions(ledger, () => cluster.disturbedClient());
  const lost = await oneRound({
    cluster,
    ledger,
    resumptions,
    totals: new Totals(),
    kind: 'postgres',
    seed: `${seed}/planted`,
  });
  t.diagnostic(
    `of ${ledger.acknowledged} acknowledged ${lost.length} addresses are wrong, such as ${lost[0]}`,
  );
  assert.ok(lost.length > 0, 'nothing was lost');
  await resumptions.settled();
});
