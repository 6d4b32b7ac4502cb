// `berth verify storage`: what is missing, what has another size, what nobody knows.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { berth, type Outcome } from '../harness/berth-command.ts';
import { digestOf, type Image, imageOf } from '../harness/image.ts';
import { assertSameListing, listing } from '../harness/listing.ts';
import { expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

interface Report {
  readonly blobs: number;
  readonly bytes: number;
  readonly hashedBlobs: number;
  readonly missing: number;
  readonly wrongSize: number;
  readonly corrupt: number;
  readonly copiesDue: number;
  readonly copiesGone: number;
  readonly strays: number;
  readonly strayBytes: number;
  readonly dangling: number;
  readonly repaired: number;
  readonly damaged: readonly { readonly digest: string; readonly problem: string }[];
}

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const image = imageOf({ seed: 'verified', layers: [1000, 2000, 300_000, 0] });
await client.pushImage('hello', '1', image);
const blobs = [image.config, ...image.layers];
const size = blobs.reduce((sum, blob) => sum + blob.length, 0);

const verify = (...args: string[]): Promise<Outcome> =>
  berth(['verify', 'storage', '--data', server.data, ...args]);

async function reported(code: number, ...args: string[]): Promise<Report> {
  const { code: found, stdout, stderr } = await verify('--json', ...args);
  assert.equal(found, code, `${stdout}${stderr}`);
  return JSON.parse(stdout) as Report;
}

function fileOf(blob: Buffer): string {
  const hex = digestOf(blob).slice('sha256:'.length);
  return join(server.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

async function repeatStopped(check: () => Promise<void>): Promise<void> {
  await check();
  assert.equal((await server.stop()).code, 0);
  await check();
  await server.restart();
}

const sound = {
  blobs: blobs.length,
  bytes: size,
  missing: 0,
  wrongSize: 0,
  corrupt: 0,
  copiesGone: 0,
  strays: 0,
  strayBytes: 0,
  dangling: 0,
  repaired: 0,
  damaged: [],
};

/** Nothing is wrong, but for what `more` says. */
function assertSound(report: Report, more: Partial<Report> = {}): void {
  const expected = { ...sound, ...more };
  assert.deepEqual(
    Object.fromEntries(Object.keys(expected).map((key) => [key, report[key as keyof Report]])),
    expected,
  );
}

await waitUntil(
  'the manifest is copied into the storage',
  async () => (await reported(0)).copiesDue === 0,
  60_000,
);

test('a sound store is reported sound, with the server running and stopped, and nothing is changed', async () => {
  await repeatStopped(async () => {
    const before = listing(server.folder);
    assertSound(await reported(0));
    assert.equal((await reported(0, '--deep')).hashedBlobs, blobs.length + 1);
    const { code, stdout } = await verify();
    assert.equal(code, 0);
    assert.match(stdout, /blobs +5 .*\nmissing +0\nwrong size +0\ncorrupt +0\nmanifests +1 .*\nstrays +0/);
    assertSameListing(listing(server.folder), before);
  });
});

test('the report is in Chinese for who reads Chinese', async () => {
  const { code, stdout } = await berth(['verify', 'storage', '--data', server.data, '--lang', 'zh']);
  assert.equal(code, 0);
  assert.match(stdout, /缺失 +0/);
});

test('a manifest is not taken for a blob without a file', async () => {
  await client.pushManifest(
    'hello',
    '2',
    imageOf({ seed: 'verified', layers: [1000], more: { annotations: {} } }).manifest,
  );
  assertSound(await reported(0));
});

const stray = join('docker/registry/v2/blobs/sha256/ff', 'f'.repeat(64), 'data');

test('files that nobody knows are counted, and are no failure', async () => {
  mkdirSync(dirname(join(server.storage, stray)), { recursive: true });
  writeFileSync(join(server.storage, stray), 'a stray');
  await repeatStopped(async () => {
    assertSound(await reported(0), { strays: 1, strayBytes: 7 });
  });
  assert.ok(existsSync(join(server.storage, stray)));
  rmSync(dirname(join(server.storage, stray)), { recursive: true });
});

test('a blob whose file is gone and one whose file is shorter are named, with exit code 8', async () => {
  rmSync(fileOf(image.layers[1]!));
  truncateSync(fileOf(image.layers[2]!), 1234);
  await repeatStopped(async () => {
    const report = await reported(8);
    assert.equal(report.blobs, blobs.length);
    assert.equal(report.missing, 1);
    assert.equal(report.wrongSize, 1);
    assert.deepEqual(
      new Map(report.damaged.map(({ digest, problem }) => [digest, problem])),
      new Map([
        [digestOf(image.layers[1]!), 'missing'],
        [digestOf(image.layers[2]!), 'wrong size'],
      ]),
    );
    const { code, stdout, stderr } = await verify();
    assert.equal(code, 8);
    assert.match(stdout, /missing +1\nwrong size +1/);
    assert.match(stderr, /Push the images/);
  });
});

test('damaged blobs are never served with wrong bytes, and pushing them again heals them', async () => {
  for (const blob of [image.layers[1]!, image.layers[2]!]) {
    expectError(await client.get(`/v2/hello/blobs/${digestOf(blob)}`), 404, 'BLOB_UNKNOWN');
    expectStatus(await client.head(`/v2/hello/blobs/${digestOf(blob)}`), 404);
  }
  const report = await reported(8);
  assert.equal(report.missing + report.wrongSize, 2);
  await healed(image);
});

async function healed(whole: Image): Promise<void> {
  await client.pushImage('hello', '1', whole);
  await client.pullImage('hello', '1', whole);
  assertSound(await reported(0));
}

test('a damaged blob that nobody has asked for is healed by a push as well', async () => {
  truncateSync(fileOf(image.layers[0]!), 0);
  rmSync(fileOf(image.config));
  assert.equal((await reported(8)).damaged.length, 2);
  await healed(image);
});

test('the store of a running server that lost its marker is not judged', async () => {
  // Renamed away: everything looks missing, but it is the mount that is.
  renameSync(server.storage, `${server.storage}-away`);
  mkdirSync(server.storage);
  const { code, stdout } = await verify('--json');
  const head = await client.head(`/v2/hello/blobs/${digestOf(image.layers[2]!)}`);
  rmSync(server.storage, { recursive: true });
  renameSync(`${server.storage}-away`, server.storage);
  assert.notEqual(code, 0);
  assert.notEqual(code, 8, stdout);
  assert.ok(head.status === 503 || head.status === 200, String(head.status));
  const blob = await client.get(`/v2/hello/blobs/${digestOf(image.layers[2]!)}`);
  assert.ok(blob.status === 200 || blob.status === 503, `after it is back: ${blob.status}`);
});
