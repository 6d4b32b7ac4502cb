// Two servers on one PostgreSQL and one storage are one registry.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { berth } from '../harness/berth-command.ts';
import { digestOf, imageOf, indexOf, seededBytes } from '../harness/image.ts';
import {
  answerTo,
  expectError,
  expectStatus,
  locationOf,
  piecesOf,
  type RegistryClient,
} from '../harness/registry-client.ts';
import { type BerthServer, NotStarted } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Cable } from './cable.ts';
import { SharedDatabase, secretKey } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const one = await database.start('one');
const two = await database.start('two');
const left = one.client();
const right = two.client();

test('the first start of both at the same time makes one administrator and one store', async () => {
  await using fresh = await SharedDatabase.create();
  const generated = { env: { BERTH_ADMIN_PASSWORD: undefined } };
  const servers = await Promise.all(['a', 'b', 'c'].map((name) => fresh.start(name, generated)));
  const files = servers.flatMap(({ ready }) => ready.sign_in.password_file ?? []);
  assert.equal(files.length, 1, 'one of them has made the password, and only that one tells it');
  const password = readFileSync(files[0]!, 'utf8').trimEnd();
  const image = imageOf({ seed: 'first start' });
  for (const [index, server] of servers.entries()) {
    const client = server.client({ username: 'admin', password });
    await client.pushImage('hello', `${index}`, image);
  }
  for (const server of servers) {
    await server.client(null).pullImage('hello', '0', image);
    assert.deepEqual(await server.client(null).tags('hello'), ['0', '1', '2']);
  }
});

test('each instance has a data folder of its own', async () => {
  await using fresh = await SharedDatabase.create();
  const first = await fresh.start('a');
  await assert.rejects(fresh.start('b', { args: ['--data', first.data] }), (error) => {
    assert.ok(error instanceof NotStarted);
    assert.equal(error.outcome.code, 7, error.message);
    return true;
  });
  expectStatus(await first.client().get('/v2/'), 200);
});

test('what one is given the other serves', async () => {
  for (const [from, to, seed] of [
    [left, right, 'left to right'],
    [right, left, 'right to left'],
  ] as const) {
    const image = imageOf({ seed, layers: [1000, 3_000_000, 0] });
    const tag = seed.replaceAll(' ', '-');
    await from.pushImage('hello', tag, image, 'streamed');
    await to.pullImage('hello', tag, image);
  }
});

test('chunks of one upload that alternate between both make up one blob', async () => {
  for (const size of [10, 100_000, 5_000_000]) {
    const bytes = seededBytes(`alternate ${size}`, size);
    let location = await left.startUpload('hello');
    let offset = 0;
    for (const [index, piece] of [...piecesOf(bytes, Math.ceil(size / 7))].entries()) {
      const client = index % 2 === 0 ? right : left;
      const range = { 'Content-Range': `${offset}-${offset + piece.length - 1}` };
      const answer = await client.patch(location, piece, range);
      expectStatus(answer, 202);
      offset += piece.length;
      assert.equal(answer.headers.range, `0-${offset - 1}`);
      location = locationOf(answer);
      const status = await (index % 2 === 0 ? left : right).get(location);
      assert.equal(status.headers.range, `0-${offset - 1}`);
    }
    expectStatus(await right.finishUpload(location, digestOf(bytes)), 201);
    // Asked again, of the other one.
    expectStatus(await left.finishUpload(location, digestOf(bytes)), 201);
    await left.pullBlob('hello', bytes);
    await right.pullBlob('hello', bytes);
  }
});

test('the last chunk may come to the other one, in the closing PUT', async () => {
  const bytes = seededBytes('closing elsewhere', 2_000_000);
  const location = await left.startUpload('hello');
  expectStatus(await left.patch(location, bytes.subarray(0, 1_500_000)), 202);
  expectStatus(await right.finishUpload(location, digestOf(bytes), bytes.subarray(1_500_000)), 201);
  await left.pullBlob('hello', bytes);
});

test('content that was mixed up between both is refused', async () => {
  const bytes = seededBytes('mixed up', 1_000_000);
  const location = await left.startUpload('hello');
  expectStatus(await left.patch(location, bytes.subarray(500_000)), 202);
  expectStatus(await right.patch(location, bytes.subarray(0, 500_000)), 202);
  expectError(await left.finishUpload(location, digestOf(bytes)), 400, 'DIGEST_INVALID');
  expectError(await right.get(location), 404, 'BLOB_UPLOAD_UNKNOWN');
});

test('an upload that was cut at one goes on at the other', async () => {
  const bytes = seededBytes('cut', 4_000_000);
  const location = await left.startUpload('hello');
  const started = left.begin('PATCH', location);
  const broken = answerTo(started).catch(() => undefined);
  started.write(bytes.subarray(0, 2_000_000));
  await delay(200);
  started.destroy();
  await broken;
  const offset = await waitUntil('an offset', async () => {
    const last = Number(String((await right.get(location)).headers.range).split('-')[1]);
    return last > 0 ? last + 1 : undefined;
  });
  const range = { 'Content-Range': `${offset}-${bytes.length - 1}` };
  expectStatus(await right.patch(location, bytes.subarray(offset), range), 202);
  expectStatus(await left.finishUpload(location, digestOf(bytes)), 201);
  await right.pullBlob('hello', bytes);
});

test('a second writer at the other one is refused while the first goes on', async () => {
  const bytes = seededBytes('two writers', 2000);
  const location = await left.startUpload('hello');
  const first = left.begin('PATCH', location);
  const firstAnswer = answerTo(first);
  first.write(bytes.subarray(0, 1000));
  await delay(200);
  expectError(await right.patch(location, 'x'), 416, 'RANGE_INVALID');
  expectError(await right.delete(location), 416, 'RANGE_INVALID');
  first.end(bytes.subarray(1000));
  expectStatus(await firstAnswer, 202);
  expectStatus(await right.finishUpload(location, digestOf(bytes)), 201);
});

test('a tag that one has moved is moved for the other at once', async () => {
  for (let round = 0; round < 50; round++) {
    const [from, to] = round % 2 === 0 ? [left, right] : [right, left];
    const manifest = indexOf([], false, { annotations: { round: `${round}` } });
    await from.pushManifest('moving', 'latest', manifest);
    const seen = await to.get('/v2/moving/manifests/latest');
    assert.equal(seen.headers['docker-content-digest'], manifest.digest);
    assert.ok(seen.body.equals(manifest.bytes));
  }
});

test('what one has deleted is gone at the other at once', async () => {
  const image = imageOf({ seed: 'deleted' });
  for (let round = 0; round < 5; round++) {
    await left.pushImage('deleted', 'tag', image);
    await right.pullImage('deleted', 'tag', image);
    expectStatus(await left.delete(`/v2/deleted/manifests/${image.manifest.digest}`), 202);
    for (const path of [
      'manifests/tag',
      `manifests/${image.manifest.digest}`,
      `blobs/${digestOf(image.config)}`,
      `blobs/${digestOf(image.layers[0]!)}`,
    ])
      expectStatus(await right.get(`/v2/deleted/${path}`), 404);
  }
});

test('the same content pushed to both at once, and taken away, ends whole or gone and never fails', async () => {
  const image = imageOf({ seed: 'raced', layers: [500_000] });
  for (let round = 0; round < 8; round++) {
    const answers = await Promise.all([
      left.pushBlob('raced', image.layers[0]!).then(() => undefined),
      right.pushBlob('raced', image.layers[0]!, 'streamed').then(() => undefined),
      left.putManifest('raced', 'tag', image.manifest),
      right.putManifest('raced', 'tag', image.manifest),
      left.delete(`/v2/raced/manifests/${image.manifest.digest}`),
      right.delete('/v2/raced/manifests/tag'),
    ]);
    for (const answer of answers)
      assert.ok(answer === undefined || answer.status < 500, String(answer?.body));
    await left.pushImage('raced', 'tag', image);
    await right.pullImage('raced', 'tag', image);
  }
});

test('many tags of one repository moved at both at once end without a failure', async () => {
  const manifests = Array.from({ length: 40 }, (_, index) =>
    indexOf([], false, { annotations: { n: `${index}` } }),
  );
  const answers = await Promise.all(
    manifests.flatMap((manifest, index) =>
      [left, right].map((client) => client.putManifest('crowded', `tag-${index % 5}`, manifest)),
    ),
  );
  for (const answer of answers) expectStatus(answer, 201);
  assert.deepEqual(await left.tags('crowded'), await right.tags('crowded'));
});

test('tags are in the order of their bytes, whatever the database would sort by', async () => {
  const manifest = indexOf([]);
  for (const tag of ['b', 'A', '_', 'a', 'B', '1', 'a-1', 'a.1', 'aa'])
    await left.pushManifest('sorted', tag, manifest);
  assert.deepEqual(await right.tags('sorted'), ['1', 'A', 'B', '_', 'a', 'a-1', 'a.1', 'aa', 'b']);
  assert.deepEqual(await right.tags('sorted', '?n=2&last=A'), ['B', '_']);
});

test('characters that the database cannot hold are refused or unknown, never a failure', async () => {
  const paths = [
    '/v2/hello/tags/list?last=%00',
    '/v2/hello/tags/list?last=%ff',
    '/v2/hello/blobs/uploads/%00',
    '/v2/hello/blobs/uploads/%F0%9F%9A%A2',
    '/v2/hello/manifests/%00',
    '/v2/%00/tags/list',
  ];
  const statuses = await Promise.all(
    paths.map(async (path) => [path, (await left.get(path)).status] as const),
  );
  assert.deepEqual(
    statuses.filter(([, status]) => status >= 500),
    [],
  );
  const odd = one.client({ username: 'ad\0min', password: 'x' });
  expectError(await odd.get('/v2/'), 401, 'UNAUTHORIZED');
});

test('a token of one counts at the other, also when the key was changed in between', async () => {
  const tokenFrom = async (server: BerthServer): Promise<string> => {
    const answer = await server.client().get('/service/token?service=harbor-registry');
    expectStatus(answer, 200);
    return (JSON.parse(answer.body.toString()) as { token: string }).token;
  };
  const counts = async (token: string): Promise<void> => {
    for (const server of [one, two])
      expectStatus(await server.client(null).get('/v2/', { Authorization: `Bearer ${token}` }), 200);
  };
  const before = [await tokenFrom(one), await tokenFrom(two)];
  for (const token of before) await counts(token);
  const env = { BERTH_DATABASE_URL: database.url, BERTH_SECRET_KEY: secretKey };
  const { code, stderr } = await berth(['keys', 'rotate', '--data', one.data], { env });
  assert.equal(code, 0, stderr);
  for (const token of [await tokenFrom(one), await tokenFrom(two), ...before]) await counts(token);
});

test('an instance with another master key does not start', async () => {
  const env = { BERTH_SECRET_KEY: 'cd'.repeat(32) };
  await assert.rejects(database.start('stranger', { env }), (error) => {
    assert.ok(error instanceof NotStarted);
    assert.equal(error.outcome.code, 7);
    assert.match(error.outcome.stderr, /another master key than that of BERTH_SECRET_KEY/);
    return true;
  });
});

test('failed sign-ins through one are slowed at the other', async () => {
  const guess = (server: BerthServer, secret: string) =>
    server.client({ username: 'guessed', password: secret }).get('/v2/');
  for (let no = 0; no < 5; no++) expectStatus(await guess(no % 2 === 0 ? one : two, `guess-${no}`), 401);
  const answers = await Promise.all([one, two].map((server) => guess(server, 'guess')));
  for (const answer of answers) expectError(answer, 429, 'TOOMANYREQUESTS');
});

test('a password that was reset through one is refused by the other at once', async () => {
  await using fresh = await SharedDatabase.create();
  const a = await fresh.start('a');
  const b = await fresh.start('b');
  expectStatus(await b.client().get('/v2/'), 200);
  const input = 'Changed-Elsewhere-1';
  const { code, stderr } = await berth(['admin', 'reset-password', '--data', a.data, '--password-stdin'], {
    input,
    env: { BERTH_DATABASE_URL: fresh.url },
  });
  assert.equal(code, 0, stderr);
  expectStatus(await b.client().get('/v2/'), 401);
  expectStatus(await b.client({ username: 'admin', password: input }).get('/v2/'), 200);
});

test('one that is killed and comes back leaves the other serving, and nothing is lost', async () => {
  const image = imageOf({ seed: 'killed', layers: [1_000_000] });
  await left.pushImage('killed', 'before', image);
  const location = await left.startUpload('killed');
  expectStatus(await left.patch(location, image.layers[0]!.subarray(0, 400_000)), 202);
  await one.kill();
  await right.pullImage('killed', 'before', image);
  await right.pushManifest('killed', 'meanwhile', image.manifest);
  expectStatus(await right.patch(location, image.layers[0]!.subarray(400_000)), 202);
  expectStatus(await right.finishUpload(location, digestOf(image.layers[0]!)), 201);
  await one.restart();
  await left.pullImage('killed', 'meanwhile', image);
  expectStatus(await right.get('/readyz'), 200);
  for (const server of [one, two]) {
    const args = ['verify', 'storage', '--json', '--data', server.data, '--storage', database.storage];
    const { code, stdout } = await berth(args, { env: { BERTH_DATABASE_URL: database.url } });
    assert.equal(code, 0, stdout);
    assert.equal((JSON.parse(stdout) as { missing: number }).missing, 0);
  }
});

/** And the registry has noticed it. */
async function mended(cable: Cable, client: RegistryClient): Promise<void> {
  await cable.mend();
  await waitUntil(
    'the database is back',
    async () => (await client.get('/v2/hello/tags/list')).status !== 503,
    30_000,
  );
}

test('while the database does not answer the registry says so, and goes on when it is back', async () => {
  await using fresh = await SharedDatabase.create();
  const { hostname, port } = new URL(fresh.url);
  await using cable = await Cable.to({ host: hostname, port: Number(port) });
  const server = await fresh.start('a', { env: { BERTH_DATABASE_URL: fresh.urlBy(cable.port) } });
  const client = server.client();
  const image = imageOf({ seed: 'outage' });
  await client.pushImage('hello', '1', image);
  const location = await client.startUpload('hello');
  const bytes = seededBytes('outage', 1_000_000);
  await cable.cut();
  for (const ask of [
    () => client.get('/v2/hello/tags/list'),
    () => client.get('/v2/hello/manifests/1'),
    () => client.putManifest('hello', '2', image.manifest),
    () => client.call('POST', '/v2/hello/blobs/uploads/', { body: '' }),
    () => client.patch(location, bytes),
    () => client.delete('/v2/hello/manifests/1'),
  ]) {
    const answer = await ask();
    expectError(answer, 503, 'UNAVAILABLE');
    assert.ok(answer.headers['retry-after'] !== undefined);
  }
  expectStatus(await client.get('/livez'), 200);
  await mended(cable, client);
  await client.pullImage('hello', '1', image);
  await client.pushManifest('hello', '2', image.manifest);
  expectStatus(await client.finishUpload(location, digestOf(bytes), bytes), 201);
});

test('an answer that the database cut off in the middle of a push is 503, and the push succeeds later', async () => {
  await using fresh = await SharedDatabase.create();
  const { hostname, port } = new URL(fresh.url);
  await using cable = await Cable.to({ host: hostname, port: Number(port) });
  const server = await fresh.start('a', { env: { BERTH_DATABASE_URL: fresh.urlBy(cable.port) } });
  const client = server.client();
  const image = imageOf({ seed: 'cut off', layers: [300_000] });
  for (let round = 0; round < 6; round++) {
    const pushing = Array.from({ length: 8 }, async (_, index) => {
      const manifest = indexOf([], false, { annotations: { round: `${round}`, index: `${index}` } });
      return client.putManifest('hello', `t${index}`, manifest);
    });
    await delay(round * 3);
    await cable.cut();
    for (const answer of await Promise.all(pushing))
      if (answer.status !== 201) expectError(answer, 503, 'UNAVAILABLE');
    await mended(cable, client);
    await client.pushImage('hello', 'whole', image);
    await client.pullImage('hello', 'whole', image);
  }
});
