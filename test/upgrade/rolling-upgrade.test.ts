// The servers of a registry are replaced one after the other, by newer code and back, while clients push and pull.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Balancer } from '../harness/balancer.ts';
import { berth } from '../harness/berth-command.ts';
import { changedSource } from '../harness/changed-source.ts';
import { imageOf } from '../harness/image.ts';
import { expectError, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal } from '../harness/rest.ts';
import { type BerthServer, NotStarted, type ServerOptions } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { SharedDatabase } from '../postgres/two-servers.ts';
import { plantedMigration } from './planted-migration.ts';
import { previousCode } from './previous-code.ts';
import { Traffic } from './traffic.ts';

const drain = { BERTH_DRAIN_DELAY: '1' };
const old = previousCode();
const before: ServerOptions = { launcher: old.launcher, env: drain };
const after: ServerOptions = { env: drain };

/** Stops a server as a service manager does, and starts another code in its place: same address, same data folder. */
async function replace(
  database: SharedDatabase,
  server: BerthServer,
  options: ServerOptions,
): Promise<BerthServer> {
  const name = server.data.slice(database.folder.length + 1);
  const { code, stderr } = await server.stop();
  assert.equal(code, 0, stderr.slice(-1000));
  const args = ['--listen', `127.0.0.1:${server.port}`];
  return database.start(name, { ...options, args });
}

let exchanged = 0;

async function exchange(left: BerthServer, right: BerthServer): Promise<void> {
  for (const [from, to] of [
    [left, right],
    [right, left],
  ] as const) {
    exchanged += 1;
    const image = imageOf({ seed: `exchanged ${exchanged}`, layers: [5000] });
    await from.client().pushImage('exchanged', `t${exchanged}`, image);
    await to.client().pullImage('exchanged', `t${exchanged}`, image);
    await to.client().pushManifest('exchanged', 'moving', image.manifest);
    const seen = await from.client().get('/v2/exchanged/manifests/moving');
    assert.equal(seen.headers['docker-content-digest'], image.manifest.digest);
  }
}

async function schemaOf(database: SharedDatabase): Promise<number> {
  const [row] = await database.query<{ version: number }>(
    'select version::int as version from schema_version',
  );
  return row?.version ?? 0;
}

test(`from ${old.commit} to this code and back, one server at a time, no request fails and nothing is lost`, async (t) => {
  await using database = await SharedDatabase.create();
  let [a, b] = await Promise.all([database.start('a', before), database.start('b', before)]);
  const from = await schemaOf(database);
  using balancer = new Balancer([a.port, b.port]);
  const traffic = new Traffic(balancer);
  const phase = async (what: string): Promise<void> => {
    await traffic.goOn();
    assert.deepEqual(traffic.failures, [], what);
  };
  try {
    await phase('both old');
    a = await replace(database, a, after);
    await exchange(a, b);
    await phase('one new, one old');
    b = await replace(database, b, after);
    await exchange(a, b);
    await phase('both new');
    a = await replace(database, a, before);
    await exchange(a, b);
    await phase('one went back');
    b = await replace(database, b, before);
    await phase('both went back');
    a = await replace(database, a, after);
    b = await replace(database, b, after);
    await phase('both new again');
  } finally {
    await traffic.stop();
  }
  assert.deepEqual(traffic.failures, []);
  for (const server of [a, b]) {
    const client = server.client();
    for (const { repository, tag, image } of traffic.pushed) await client.pullImage(repository, tag, image);
  }
  const verified = await berth(['verify', 'storage', '--data', a.data, '--storage', database.storage], {
    env: { BERTH_DATABASE_URL: database.url },
  });
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  t.diagnostic(
    `schema ${from} to ${await schemaOf(database)}: ${traffic.requests} requests, 0 failed, ` +
      `${traffic.pushed.length} images, 0 lost, ${balancer.refused} refused connections went elsewhere`,
  );
});

test('a step that takes away what older code needs is noticed by the same check', async () => {
  await using database = await SharedDatabase.create();
  const [a, b] = await Promise.all([database.start('a', before), database.start('b', before)]);
  using balancer = new Balancer([a.port, b.port]);
  const traffic = new Traffic(balancer);
  try {
    await traffic.goOn();
    assert.deepEqual(traffic.failures, []);
    const rename = plantedMigration({ statements: ['alter table tag rename column digest to digest_text'] });
    await replace(database, a, { env: { ...drain, ...changedSource([rename]) } });
    await traffic.goOn();
    assert.notDeepEqual(traffic.failures, []);
  } finally {
    await traffic.stop();
  }
});

test('a server that runs when the schema leaves it behind stops serving, says why, and does not start again', async () => {
  await using database = await SharedDatabase.create();
  const server = await database.start('a');
  const client = server.client();
  const image = imageOf({ seed: 'left behind' });
  await client.pushImage('hello', '1', image);
  const step = plantedMigration({ statements: [], breaking: true });
  const newer = await database.start('b', { env: { ...changedSource([step]) } });
  await waitUntil('it is not ready', async () => (await client.get('/readyz')).status === 503, 30_000);
  const why = /a newer version has changed the database/;
  const answers = [
    await client.get('/v2/hello/manifests/1'),
    await client.get(`/v2/hello/blobs/${image.manifest.digest}`),
    await client.putManifest('hello', '2', image.manifest),
    await client.call('POST', '/v2/hello/blobs/uploads/', { body: '' }),
  ];
  for (const answer of answers) {
    assert.match(expectError(answer, 503, 'UNAVAILABLE').message, why);
    assert.ok(Number(answer.headers['retry-after']) > 0);
  }
  expectStatus(await client.get('/service/token?service=harbor-registry'), 503);
  assert.match(expectRefusal(await client.get('/api/v2.0/projects'), 503, 'UNAVAILABLE'), why);
  expectStatus(await client.get('/livez'), 200);
  assert.match(String((await client.get('/readyz')).body), why);
  await server.logged(
    ({ level, msg, needed }) => level === 'error' && why.test(String(msg)) && Number(needed) > 0,
  );
  await newer.client().pullImage('hello', '1', image);
  await newer.client().pushManifest('hello', '2', image.manifest);
  assert.equal((await server.stop()).code, 0, server.stderr.slice(-1000));
  await assert.rejects(server.restart(), (error) => {
    assert.ok(error instanceof NotStarted);
    assert.equal(error.outcome.code, 7);
    assert.match(error.outcome.stderr, /written by a newer Berth/);
    return true;
  });
});
