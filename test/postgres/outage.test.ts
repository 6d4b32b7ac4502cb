// The database goes away in every way that it can while eight clients push and pull: they are told to come back, what
// was pulled just before goes on being pulled by its digest, nothing acknowledged is lost, and all of it goes on by
// itself when the database is back.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf } from '../harness/rest.ts';
import { BerthServer, type LogLine } from '../harness/start-server.ts';
import { removeFolder, temporaryFolder } from '../harness/temporary-folder.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Cable } from './cable.ts';
import { OwnPostgres } from './own-postgres.ts';
import { PersistentClient, type Totals } from './persistent-clients.ts';

const awayMs = 10_000;
const clients = 8;

const postgres = await OwnPostgres.start();
after(() => postgres[Symbol.asyncDispose]());
const cable = await Cable.to({ host: '127.0.0.1', port: postgres.port });
after(() => cable[Symbol.asyncDispose]());
const folder = temporaryFolder();
after(() => removeFolder(folder));
const server = await BerthServer.start({
  folder,
  data: join(folder, 'data'),
  env: { BERTH_DATABASE_URL: postgres.urlBy(cable.port), BERTH_SECRET_KEY: '5a'.repeat(32) },
});
after(() => server[Symbol.asyncDispose]());
const { pid } = server;
const client = server.client();

const image = imageOf({ seed: 'outage', layers: [1000, 300_000] });
await client.pushImage('hello', 'tag', image);
const layer = image.layers[1]!;
const layerPath = `/v2/hello/blobs/${digestOf(layer)}`;
const digestPath = `/v2/hello/manifests/${image.manifest.digest}`;

/** Pulls that go on: whole, a part, its head, of a manifest too; signed in and, from a public project, not. */
async function pullByDigest(from: RegistryClient): Promise<void> {
  const manifest = await from.get(digestPath);
  expectStatus(manifest, 200);
  assert.ok(manifest.body.equals(image.manifest.bytes));
  expectStatus(await from.head(digestPath), 200);
  for (const blob of [image.config, ...image.layers]) await from.pullBlob('hello', blob);
  expectStatus(await from.head(layerPath), 200);
  const part = await from.get(layerPath, { Range: 'bytes=1000-1999' });
  expectStatus(part, 206);
  assert.ok(part.body.equals(layer.subarray(1000, 2000)));
}

/** Everything else. */
async function refusesTheRest(): Promise<void> {
  const stranger = server.client({ username: 'admin', password: 'wrong' });
  const unseen = `/v2/hello/blobs/${digestOf(seededBytes('unseen', 10))}`;
  const answers = await Promise.all([
    client.get('/v2/hello/manifests/tag'),
    client.get('/v2/hello/tags/list'),
    client.get('/v2/_catalog'),
    client.get('/v2/'),
    client.get(unseen),
    client.get('/service/token?service=harbor-registry&scope=repository:hello:pull'),
    client.get('/api/v2.0/projects'),
    client.call('POST', '/v2/hello/blobs/uploads/', { body: '' }),
    client.putManifest('hello', 'other', image.manifest),
    client.delete(digestPath),
    stranger.get(layerPath),
  ]);
  for (const answer of answers) {
    expectStatus(answer, 503);
    assert.ok(answer.headers['retry-after'] !== undefined);
  }
  expectError(answers[0], 503, 'UNAVAILABLE');
}

async function goesOnWithout(): Promise<void> {
  // From the first refusal on; until then requests may wait for an answer.
  await waitUntil('the outage is noticed', () => server.log.slice(from).some(isOutage), 30_000);
  const endAt = performance.now() + awayMs;
  const nobody = server.client(null);
  let rounds = 0;
  for (; performance.now() < endAt; rounds++) {
    await pullByDigest(client);
    await pullByDigest(nobody);
    await refusesTheRest();
    await delay(200);
  }
  assert.ok(rounds > 3);
  expectStatus(await client.get('/livez'), 200);
  expectStatus(await client.get('/readyz'), 200);
  const health = jsonOf<{ status: string; components: { name: string; status: string }[] }>(
    await client.get('/api/v2.0/health'),
  );
  assert.equal(health.status, 'unhealthy');
  assert.equal(health.components.find(({ name }) => name === 'database')?.status, 'unhealthy');
}

let from = 0;
const isOutage = (line: LogLine): boolean => String(line['msg']).startsWith('the database is away');

interface Way {
  readonly name: string;
  readonly goesAway: () => Promise<void>;
  /** Whether it is away for long enough to be looked at meanwhile. */
  readonly isOutage: boolean;
}

const ways: readonly Way[] = [
  {
    name: 'stopped, and started 10 s later',
    isOutage: true,
    async goesAway() {
      await postgres.stop();
      await goesOnWithout();
      await postgres.start();
    },
  },
  {
    name: 'restarted at once',
    isOutage: false,
    async goesAway() {
      await postgres.stop();
      await postgres.start();
    },
  },
  {
    name: 'ending connections in the middle of what they do',
    isOutage: false,
    async goesAway() {
      for (let round = 0; round < 20; round++) {
        await postgres.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'`,
        );
        await delay(100);
      }
    },
  },
  {
    name: 'frozen for 10 s',
    isOutage: true,
    async goesAway() {
      postgres.freeze();
      try {
        await goesOnWithout();
      } finally {
        postgres.thaw();
      }
    },
  },
  {
    name: 'behind a cable that is cut for 10 s',
    isOutage: true,
    async goesAway() {
      await cable.cut();
      await goesOnWithout();
      await cable.mend();
    },
  },
];

for (const way of ways) {
  test(`nothing acknowledged is lost, and everything goes on, with a database ${way.name}`, async (t) => {
    from = server.log.length;
    await pullByDigest(client);
    await pullByDigest(server.client(null));
    const stop = new AbortController();
    const workers = Array.from(
      { length: clients },
      (_, index) =>
        new PersistentClient(server.client(), `library/${way.name.replaceAll(/[^a-z0-9]+/g, '-')}-${index}`),
    );
    const working = Promise.all(workers.map((worker) => worker.work(stop.signal)));
    const acknowledged = (): number => workers.reduce((sum, { totals }) => sum + totals.acknowledged, 0);
    await Promise.race([working, waitUntil('work is under way', () => acknowledged() > 40, 60_000)]);
    await Promise.race([working, way.goesAway()]);
    const before = acknowledged();
    await Promise.race([
      working,
      waitUntil('pushes go on by themselves', () => acknowledged() > before + 40, 60_000),
    ]);
    stop.abort();
    await working;
    const lost = (await Promise.all(workers.map((worker) => worker.lost()))).flat();
    t.diagnostic(
      `${way.name}: ${JSON.stringify(sum(workers.map(({ totals }) => totals)))}, lost ${lost.length}`,
    );
    assert.deepEqual(lost, []);
    assert.equal(server.pid, pid);
    expectStatus(await client.get('/readyz'), 200);
    requireQuietLog(way);
  });
}

/** Once for an outage, not once for a request or a look of a job. */
function requireQuietLog(way: Way): void {
  const loud = server.log.slice(from).filter(({ level }) => level === 'error' || level === 'warn');
  const told = loud.map((line) => String(line['msg']));
  assert.ok(loud.length <= 6, `${loud.length} lines: ${told.slice(0, 20).join('\n')}`);
  if (way.isOutage) {
    assert.equal(loud.filter(isOutage).length, 1);
    assert.ok(loud.some((line) => line['error'] !== undefined));
    assert.ok(server.log.slice(from).some((line) => line['msg'] === 'the database is back'));
  }
}

function sum(all: readonly Totals[]): Totals {
  return all.reduce((one, other) => ({
    acknowledged: one.acknowledged + other.acknowledged,
    refused: one.refused + other.refused,
    begunAnew: one.begunAnew + other.begunAnew,
    pulled: one.pulled + other.pulled,
  }));
}
