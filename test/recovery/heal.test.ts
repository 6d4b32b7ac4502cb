// Damage in the storage: never served, told, and healed by whatever pushes the same content again.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { berth, launcher, root } from '../harness/berth-command.ts';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { noPseudoTerminal, PseudoTerminal } from '../harness/pseudo-terminal.ts';
import { expectError, expectStatus, locationOf, type PushWay } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();

function fileOf(digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return join(server.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

const head = (repository: string, digest: string) => client.head(`/v2/${repository}/blobs/${digest}`);

async function verify(...args: string[]): Promise<{ code: number | null; report: Record<string, unknown> }> {
  const { code, stdout } = await berth(['verify', 'storage', '--json', '--data', server.data, ...args]);
  return { code, report: JSON.parse(stdout) as Record<string, unknown> };
}

/** A blob of `app` whose file is gone, and which somebody has asked for. */
async function lostBlob(seed: string): Promise<{ bytes: Buffer; digest: string }> {
  const bytes = seededBytes(seed, 5000);
  const digest = await client.pushBlob('app', bytes);
  rmSync(fileOf(digest));
  expectError(await client.get(`/v2/app/blobs/${digest}`), 404, 'BLOB_UNKNOWN');
  return { bytes, digest };
}

async function assertWhole(repository: string, bytes: Buffer): Promise<void> {
  const digest = digestOf(bytes);
  expectStatus(await head(repository, digest), 200);
  await client.pullBlob(repository, bytes);
  assert.deepEqual(readFileSync(fileOf(digest)), bytes);
}

test('a blob whose file is gone, or has another size, is unknown to GET, and to HEAD from then on', async () => {
  const gone = await client.pushBlob('app', seededBytes('gone', 3000));
  const cut = await client.pushBlob('app', seededBytes('cut', 3000));
  rmSync(fileOf(gone));
  truncateSync(fileOf(cut), 1500);
  for (const digest of [gone, cut]) {
    expectError(await client.get(`/v2/app/blobs/${digest}`), 404, 'BLOB_UNKNOWN');
    expectStatus(await head('app', digest), 404);
  }
});

test('a push heals a blob whose file has another size, also when nobody has asked for it yet', async () => {
  const bytes = seededBytes('cut and not asked for', 3000);
  truncateSync(fileOf(await client.pushBlob('app', bytes)), 1500);
  await client.pushBlob('other', bytes);
  for (const repository of ['app', 'other']) await assertWhole(repository, bytes);
});

test('a blob whose file the operator puts back is found by the next repair, and served', async () => {
  const bytes = seededBytes('put back', 100_000);
  const digest = await client.pushBlob('app', bytes);
  truncateSync(fileOf(digest), 1500);
  expectError(await client.get(`/v2/app/blobs/${digest}`), 404, 'BLOB_UNKNOWN');
  // As `rsync` and `tar` do: a new file takes the name.
  writeFileSync(`${fileOf(digest)}.new`, bytes);
  renameSync(`${fileOf(digest)}.new`, fileOf(digest));
  await verify('--repair');
  await assertWhole('app', bytes);
});

for (const way of ['monolithic', 'streamed', 'chunked'] satisfies PushWay[]) {
  test(`a lost blob is healed by a ${way} upload, for every repository that has it`, async () => {
    const { bytes, digest } = await lostBlob(`lost ${way}`);
    await client.pushBlob('other', bytes, way);
    for (const repository of ['app', 'other']) await assertWhole(repository, bytes);
    assert.equal(digest, digestOf(bytes));
  });
}

test('a lost blob is healed by an upload in one request', async () => {
  const { bytes, digest } = await lostBlob('lost at once');
  const answer = await client.call('POST', `/v2/app/blobs/uploads/?digest=${digest}`, {
    headers: { 'Content-Type': 'application/octet-stream' },
    body: bytes,
  });
  expectStatus(answer, 201);
  await assertWhole('app', bytes);
});

test('a lost blob is not mounted: the client is asked for it, and its upload heals', async () => {
  const { bytes, digest } = await lostBlob('lost and mounted');
  const mount = await client.call('POST', `/v2/other/blobs/uploads/?mount=${digest}&from=app`, { body: '' });
  expectStatus(mount, 202);
  expectStatus(await client.finishUpload(locationOf(mount), digest, bytes), 201);
  for (const repository of ['app', 'other']) await assertWhole(repository, bytes);
});

test('damage that a verification found is healed by what a client does that pushes the image again', async () => {
  const image = imageOf({ seed: 'pushed again', layers: [4000, 70_000] });
  await client.pushImage('again', '1', image);
  const [small, large] = image.layers.map(digestOf);
  rmSync(fileOf(digestOf(image.config)));
  truncateSync(fileOf(small!), 0);
  truncateSync(fileOf(large!), 35_000);
  const { code, report } = await verify('--repair');
  assert.deepEqual(
    [code, report['missing'], report['wrongSize']],
    [8, 1 + 1, 2 + 1],
    'with those of the first test',
  );
  // Only what HEAD does not find is sent, as docker, podman and the others do.
  for (const blob of [image.config, ...image.layers]) {
    if ((await head('again', digestOf(blob))).status === 404) await client.pushBlob('again', blob, 'chunked');
  }
  await client.pushManifest('again', '1', image.manifest);
  await client.pullImage('again', '1', image);
});

test('a manifest with a lost layer is refused until the layer is there again', async () => {
  const image = imageOf({ seed: 'needs a layer', layers: [900] });
  for (const blob of [image.config, ...image.layers]) await client.pushBlob('needs', blob);
  const [layer] = image.layers;
  rmSync(fileOf(digestOf(layer!)));
  expectStatus(await client.get(`/v2/needs/blobs/${digestOf(layer!)}`), 404);
  expectError(await client.putManifest('needs', '1', image.manifest), 400, 'MANIFEST_BLOB_UNKNOWN');
  await client.pushBlob('needs', layer!);
  expectStatus(await client.putManifest('needs', '1', image.manifest), 201);
});

test('health counts what is damaged until it is healed', async () => {
  const content = async () => {
    const { body } = await client.get('/api/v2.0/health');
    const health = JSON.parse(body.toString()) as {
      status: string;
      components: { name: string; error?: string }[];
    };
    return { status: health.status, error: health.components.find(({ name }) => name === 'content')?.error };
  };
  const { bytes } = await lostBlob('lost and counted');
  const told = await waitUntil('health tells', async () => {
    const found = await content();
    return found.error === undefined ? undefined : found;
  });
  assert.equal(told.status, 'unhealthy');
  assert.match(told.error ?? '', /^\d+ blobs are damaged or gone/);
  await client.pushBlob('app', bytes);
  // What an earlier test left lost.
  for (const name of ['gone', 'cut']) await client.pushBlob('app', seededBytes(name, 3000));
  await waitUntil('health is well', async () => (await content()).status === 'healthy');
});

// H21 of the given cases.
test('a verification finds what was cut, emptied, changed in one byte, and a manifest without its copy', async () => {
  const image = imageOf({ seed: 'four damages', layers: [1000, 2000, 3000] });
  await client.pushImage('four', '1', image);
  const [emptied, halved, changed] = image.layers.map(digestOf);
  await waitUntil('the manifest is copied', () => existsSync(fileOf(image.manifest.digest)), 60_000);
  truncateSync(fileOf(emptied!), 0);
  truncateSync(fileOf(halved!), 1000);
  const bytes = readFileSync(fileOf(changed!));
  bytes.writeUInt8(bytes.readUInt8(500) ^ 1, 500);
  writeFileSync(fileOf(changed!), bytes);
  rmSync(fileOf(image.manifest.digest));
  const { code, report } = await verify('--deep');
  assert.equal(code, 8);
  assert.deepEqual(
    new Map(
      (report['damaged'] as { digest: string; problem: string }[]).map((each) => [each.digest, each.problem]),
    ),
    new Map([
      [emptied, 'wrong size'],
      [halved, 'wrong size'],
      [changed, 'corrupt'],
      [image.manifest.digest, 'no copy'],
    ]),
  );
  // The manifest is served from the database, and the damage hinders no list.
  expectStatus(await client.get('/v2/four/manifests/1'), 200);
  assert.deepEqual(await client.tags('four'), ['1']);

  const repaired = await verify('--deep', '--repair');
  assert.deepEqual([repaired.code, repaired.report['repaired']], [8, 4]);
  assert.ok(existsSync(fileOf(image.manifest.digest)), 'the copy was made again');
  assert.ok(existsSync(fileOf(changed!)), 'no file is removed');
  for (const digest of [emptied!, halved!, changed!]) expectStatus(await head('four', digest), 404);
  await client.pushImage('four', '1', image);
  await client.pullImage('four', '1', image);
  assert.deepEqual((await verify('--deep')).report['damaged'], []);
});

const left = noPseudoTerminal();

test('on a terminal a verification shows how far it is', { skip: left ?? false }, async () => {
  const terminal = new PseudoTerminal(`${launcher} verify storage --deep --data ${server.data}`, {
    cwd: root,
  });
  assert.match(await terminal.shows(/missing +\d/), /\[#{20}\] +100% .* \/ .*B/);
  await terminal.ended;
});

test('a sample reads a part, and what is no share is refused', async () => {
  const all = (await verify('--deep')).report['hashedBlobs'] as number;
  const part = (await verify('--sample', '30%')).report['hashedBlobs'] as number;
  assert.ok(all > 10 && part < all, `${part} of ${all}`);
  for (const share of ['0', '101%', 'some', '-5%']) {
    const { code, stderr } = await berth(['verify', 'storage', '--data', server.data, `--sample=${share}`]);
    assert.equal(code, 2, share);
    assert.match(stderr, /--sample takes a share/);
  }
});

test('a verification beside pushes sees nothing wrong in them', async () => {
  const stop = new AbortController();
  const pushing = (async () => {
    let pushed = 0;
    for (; !stop.signal.aborted; pushed++) {
      await client.pushImage('busy', '1', imageOf({ seed: `busy ${pushed}`, layers: [100, 200_000] }));
    }
    return pushed;
  })();
  const { code, report } = await verify('--deep');
  stop.abort();
  assert.ok((await pushing) > 0);
  assert.deepEqual([code, report['damaged'], report['strays']], [0, [], 0]);
});
