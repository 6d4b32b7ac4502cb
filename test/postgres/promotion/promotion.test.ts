// The primary of two PostgreSQL servers is killed while clients push and delete through two instances of Berth, the
// standby is promoted, and a new standby is made, again and again. Nobody tells Berth of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Ledger, manifestPath } from '../../crash/ledger.ts';
import { type Work, workers } from '../../crash/workers.ts';
import { berth } from '../../harness/berth-command.ts';
import { digestOf, imageOf, indexOf, SeededChance } from '../../harness/image.ts';
import { BerthServer } from '../../harness/start-server.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { PostgresServer } from '../postgres-server.ts';
import { secretKey } from '../two-servers.ts';
import { tokenFor, WatchedClient } from './watched-client.ts';

const rounds = Number(process.env['BERTH_PROMOTION_ROUNDS'] ?? '2');
const seed = process.env['BERTH_PROMOTION_SEED'] ?? 'promotion';
const clients = 8;
const limitMs = 120_000;
/** In each round, on a machine of any speed. */
const pushedBeforeKill = 25;

/** What is there all the time, and must never be said not to be. */
const image = imageOf({ seed: 'there all the time', layers: [20_000] });

/** Those of the workers, too. */
const repositories = 'small streamed large chunks moving deleted images blobs-a there probe'.split(' ');

interface Registry {
  readonly servers: readonly BerthServer[];
  readonly token: string;
  readonly ledger: Ledger;
}

interface Pair {
  primary: PostgresServer;
  standby: PostgresServer;
}

/** A worker that goes on until it is refused; it may only be refused for lack of a database. */
async function work(
  client: WatchedClient,
  worker: (work: Work) => Promise<void>,
  what: Omit<Work, 'client'>,
): Promise<void> {
  try {
    await worker({ ...what, client });
  } catch (error) {
    const last = client.refusals.at(-1);
    if (last === undefined) throw error;
    assert.equal(last.status, 503, `${JSON.stringify(last)}: ${String(error)}`);
  }
  assertRefusals(client);
}

function assertRefusals({ refusals }: WatchedClient): void {
  for (const refusal of refusals) {
    assert.equal(refusal.status, 503, JSON.stringify(refusal));
    assert.match(refusal.retryAfter ?? '', /^\d+$/, JSON.stringify(refusal));
  }
}

/** Asks for what is there all the time, until told to stop: it is served, or not now. */
async function watch(server: BerthServer, token: string, stopped: () => boolean): Promise<number> {
  const client = new WatchedClient(server, token);
  const paths = [
    manifestPath('library/there', 'tag'),
    manifestPath('library/there', image.manifest.digest),
    `/v2/library/there/blobs/${digestOf(image.config)}`,
    '/v2/library/there/tags/list',
    '/v2/',
  ];
  let asked = 0;
  while (!stopped()) {
    for (const path of paths) {
      const answer = await client.get(path);
      if (answer.status !== 503) assert.equal(answer.status, 200, `${path}: ${answer.body.toString()}`);
      asked += 1;
    }
    await delay(20);
  }
  assertRefusals(client);
  client.close();
  return asked;
}

/** How long nothing could be pushed. */
async function untilPushed(server: BerthServer, token: string, round: string): Promise<void> {
  const client = new WatchedClient(server, token);
  const manifest = indexOf([], false, { annotations: { round } });
  await waitUntil(
    'something can be pushed again',
    async () => (await client.putManifest('library/probe', 'latest', manifest)).status === 201,
    limitMs,
  );
  assertRefusals(client);
  client.close();
}

async function oneRound(pair: Pair, registry: Registry, round: number): Promise<number> {
  const { servers, token, ledger } = registry;
  const chance = new SeededChance(`${seed}/${round}`);
  const working = workers.slice(0, clients).map((worker, index) => {
    const client = new WatchedClient(servers[index % servers.length] as BerthServer, token);
    const what = { ledger, seed: `${seed}-${round}-${index}`, chance };
    return work(client, worker, what).finally(() => client.close());
  });
  let ended = false;
  const watching = servers.map((server) => watch(server, token, () => ended));
  const enough = ledger.acknowledged + pushedBeforeKill;
  await waitUntil('enough is pushed', () => ledger.acknowledged >= enough, limitMs);
  await delay(chance.below(1500));
  const killedAt = performance.now();
  await pair.primary.stop();
  await delay(chance.below(1000));
  await pair.standby.promote();
  await Promise.all(servers.map((server, index) => untilPushed(server, token, `${seed} ${round} ${index}`)));
  const refusedMs = performance.now() - killedAt;
  await Promise.all(working);
  ended = true;
  await Promise.all(watching);
  const lost = await ledger.lost(new WatchedClient(servers[round % servers.length] as BerthServer, token));
  assert.deepEqual(lost.slice(0, 10), [], `round ${round}: ${lost.length} lost`);
  return refusedMs;
}

async function pairAgain(pair: Pair): Promise<void> {
  const { primary, standby } = pair;
  await primary.copy(standby);
  pair.primary = standby;
  pair.standby = primary;
  await pair.primary.requireStandby();
}

test(`${rounds} times the primary is killed and its standby promoted: nothing acknowledged is lost`, async (t) => {
  await using one = await PostgresServer.begin();
  await using two = await PostgresServer.follow(one);
  const pair: Pair = { primary: one, standby: two };
  await one.requireStandby();
  const folder = temporaryFolder();
  const env = {
    BERTH_DATABASE_URL: `postgres://postgres@127.0.0.1:${one.port},127.0.0.1:${two.port}/postgres`,
    BERTH_SECRET_KEY: secretKey,
    BERTH_TOKEN_LIFE: '3600',
  };
  const start = (name: string) =>
    BerthServer.start({ folder, data: `${folder}/${name}`, storage: `${folder}/storage`, env, limitMs });
  await using left = await start('left');
  await using right = await start('right');
  const servers = [left, right];
  await left.client().pushImage('library/there', 'tag', image);
  const token = await tokenFor(
    left,
    repositories.map((name) => `library/${name}`),
  );
  const ledger = new Ledger();
  const refused: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const seconds = (await oneRound(pair, { servers, token, ledger }, round)) / 1000;
    refused.push(seconds);
    t.diagnostic(
      `round ${round}: acknowledged so far ${ledger.acknowledged}, refused for ${seconds.toFixed(1)} s`,
    );
    await pairAgain(pair);
  }
  const { code, stdout, stderr } = await berth(['verify', 'storage', '--json', '--data', left.data], {
    limitMs,
  });
  assert.equal(code, 0, `${stdout}${stderr}`);
  const sorted = refused.toSorted((a, b) => a - b);
  t.diagnostic(
    `rounds ${rounds}, acknowledged ${ledger.acknowledged}, of them deletions ${ledger.deletions}, lost 0, ` +
      `seconds of refusal: least ${sorted[0]?.toFixed(1)}, median ${sorted[Math.floor(rounds / 2)]?.toFixed(1)}, ` +
      `most ${sorted.at(-1)?.toFixed(1)}`,
  );
  assert.ok(ledger.acknowledged >= rounds * pushedBeforeKill, 'too little was pushed to prove anything');
  assert.ok(ledger.deletions > rounds, 'too little was deleted to prove anything');
});
