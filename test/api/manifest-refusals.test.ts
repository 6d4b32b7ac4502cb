// Manifests that are not taken, and that nothing of them stays.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  childOf,
  descriptorOf,
  digestOf,
  imageOf,
  indexOf,
  type Manifest,
  manifestOf,
  seededBytes,
  types,
} from '../harness/image.ts';
import { expectError, expectStatus, piecesOf } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/refused';

const image = imageOf({ seed: 'held' });
await client.pushImage(repository, 'held', image);

function manifestWith(more: object, without: readonly string[] = []): Manifest {
  const json = { ...(JSON.parse(image.manifest.bytes.toString()) as object), ...more };
  const kept = Object.entries(json).filter(([key]) => !without.includes(key));
  return manifestOf(Object.fromEntries(kept), types.ociManifest);
}

async function expectRefused(manifest: Manifest, status: number, code: string): Promise<string> {
  const byTag = expectError(await client.putManifest(repository, 'refused', manifest), status, code);
  expectError(await client.putManifest(repository, manifest.digest, manifest), status, code);
  for (const reference of ['refused', manifest.digest]) {
    expectStatus(await client.head(`/v2/${repository}/manifests/${reference}`), 404);
  }
  assert.deepEqual(await client.tags(repository), ['held']);
  return `${byTag.message} ${byTag.detail ?? ''}`;
}

const absent = descriptorOf(types.ociLayer, seededBytes('absent', 10));
const unheld: Readonly<Record<string, Manifest>> = {
  'a layer': manifestWith({ layers: [absent] }),
  'one layer of two': manifestWith({ layers: [descriptorOf(types.ociLayer, image.layers[0]!), absent] }),
  'the config': manifestWith({ config: absent }),
  'a child of an index': indexOf([childOf(image.manifest), { ...absent, mediaType: types.ociManifest }]),
  'a layer of an algorithm that is not served': manifestWith({
    layers: [{ ...absent, digest: `sha512:${'a'.repeat(128)}` }],
  }),
};

for (const [what, manifest] of Object.entries(unheld)) {
  test(`a manifest that refers to what the repository does not hold is refused: ${what}`, async () => {
    const told = await expectRefused(manifest, 400, 'MANIFEST_BLOB_UNKNOWN');
    assert.match(told, /sha(256|512):/, 'the digest that is missing is named');
  });
}

test('content of another repository does not count', async () => {
  const own = 'library/other-repository';
  expectError(await client.putManifest(own, 'borrowed', image.manifest), 400, 'MANIFEST_BLOB_UNKNOWN');
  expectError(
    await client.putManifest(own, 'borrowed', indexOf([childOf(image.manifest)])),
    400,
    'MANIFEST_BLOB_UNKNOWN',
  );
  expectError(await client.get(`/v2/${own}/manifests/borrowed`), 404, 'MANIFEST_UNKNOWN');
  expectError(await client.get(`/v2/${own}/tags/list`), 404, 'NAME_UNKNOWN');
});

test('a manifest that was not pushed with its digest is refused', async () => {
  const other = digestOf(Buffer.from('other'));
  expectError(await client.putManifest(repository, other, image.manifest), 400, 'DIGEST_INVALID');
  expectStatus(await client.head(`/v2/${repository}/manifests/${other}`), 404);
});

const config = descriptorOf(types.ociConfig, image.config);
const invalid: Readonly<Record<string, Manifest>> = {
  'schemaVersion 3': manifestWith({ schemaVersion: 3 }),
  'schemaVersion as text': manifestWith({ schemaVersion: '2' }),
  'no schemaVersion': manifestWith({}, ['schemaVersion']),
  'no config': manifestWith({}, ['config']),
  'config is a list': manifestWith({ config: [] }),
  'layers are an object': manifestWith({ layers: {} }),
  'a digest that is none': manifestWith({ config: { ...config, digest: 'sha256' } }),
  'a digest with a path': manifestWith({ config: { ...config, digest: 'sha256:../../etc' } }),
  'a negative size': manifestWith({ config: { ...config, size: -1 } }),
  'half a byte': manifestWith({ config: { ...config, size: 1.5 } }),
  'no size': manifestWith({ config: { mediaType: types.ociConfig, digest: config.digest } }),
  'image and index at once': manifestWith({ manifests: [] }),
  'a key in other letter case': manifestWith({ Layers: [] }),
  'an unknown type': { ...image.manifest, mediaType: 'application/vnd.example.manifest' },
  'another type than it says itself': { ...image.manifest, mediaType: types.ociIndex },
  'another vendor than it says itself': { ...image.manifest, mediaType: types.dockerManifest },
};

for (const [what, manifest] of Object.entries(invalid)) {
  test(`an invalid manifest is refused: ${what}`, async () => {
    const answer = await client.putManifest(repository, 'refused', manifest);
    expectError(answer, 400, 'MANIFEST_INVALID');
    assert.deepEqual(await client.tags(repository), ['held']);
  });
}

for (const body of [
  '',
  '{',
  'null',
  '[]',
  '"text"',
  '12',
  '{}',
  '\ufeff{}',
  '\u0000',
  '<html>',
  Buffer.from([0xff, 0xfe]),
]) {
  test(`a body that is no manifest is refused: ${JSON.stringify(body.toString())}`, async () => {
    const bytes = Buffer.from(body);
    const manifest = { mediaType: types.ociManifest, bytes, digest: digestOf(bytes) };
    await expectRefused(manifest, 400, 'MANIFEST_INVALID');
  });
}

test('deeply nested JSON is refused or taken, and never breaks the server', async () => {
  const text = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  const answer = await client.call('PUT', `/v2/${repository}/manifests/deep`, {
    headers: { 'Content-Type': types.ociManifest },
    body: text,
  });
  expectError(answer, 400, 'MANIFEST_INVALID');
  await client.pullImage(repository, 'held', image);
});

for (const type of [types.schema1, types.schema1Signed]) {
  test(`Docker's schema 1 is refused: ${type}`, async () => {
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 1,
        name: 'x',
        tag: 'y',
        architecture: 'amd64',
        fsLayers: [],
        history: [],
      }),
    );
    const told = await expectRefused(
      { mediaType: type, bytes, digest: digestOf(bytes) },
      400,
      'MANIFEST_INVALID',
    );
    assert.match(told, /schema 1/);
  });
}

const limit = 4 * 1024 * 1024;

/** A valid index of exactly this many bytes. */
function manifestOfSize(size: number): Manifest {
  const bare = indexOf([], false, { annotations: { padding: '' } });
  return indexOf([], false, { annotations: { padding: 'x'.repeat(size - bare.bytes.length) } });
}

test('a manifest of 4 MiB is taken, one byte more is refused', async () => {
  const own = 'library/limit';
  const most = manifestOfSize(limit);
  assert.equal(most.bytes.length, limit);
  await client.pushManifest(own, 'most', most);
  const more = manifestOfSize(limit + 1);
  expectError(await client.putManifest(own, 'more', more), 413, 'MANIFEST_INVALID');
  expectError(await client.get(`/v2/${own}/manifests/more`), 404, 'MANIFEST_UNKNOWN');
  assert.deepEqual(await client.tags(own), ['most']);
});

test('a manifest of more than 4 MiB is refused as well when it comes without a length', async () => {
  const own = 'library/limit';
  for (const size of [limit + 1, 3 * limit]) {
    const answer = await client.call('PUT', `/v2/${own}/manifests/streamed`, {
      headers: { 'Content-Type': types.ociIndex },
      body: piecesOf(manifestOfSize(size).bytes, 65_536),
    });
    expectError(answer, 413, 'MANIFEST_INVALID');
    expectError(await client.get(`/v2/${own}/manifests/streamed`), 404, 'MANIFEST_UNKNOWN');
  }
});

test('nobody pushes a manifest without signing in', async () => {
  const stranger = server.client(null);
  for (const reference of ['held', 'new', image.manifest.digest]) {
    const answer = await stranger.putManifest(repository, reference, image.manifest);
    expectError(answer, 401, 'UNAUTHORIZED');
  }
  assert.deepEqual(await client.tags(repository), ['held']);
});

test('tags that are none are refused', async () => {
  for (const tag of ['-dash', '.dot', 'a+b', 'sp%20ace', 'ümlaut', 'a'.repeat(129), '%00', 'a%0Ab']) {
    const answer = await client.putManifest(
      repository,
      encodeURI(decodeURI(tag)).replace('%2500', '%00'),
      image.manifest,
    );
    assert.equal(answer.status, 400, tag);
    expectError(answer, 400, 'TAG_INVALID');
  }
  for (const tag of ['_', 'A.b-c_D', '0', 'a'.repeat(128)]) {
    await client.pushManifest('library/tags', tag, indexOf([]));
  }
  assert.deepEqual(await client.tags('library/tags'), ['0', 'A.b-c_D', '_', 'a'.repeat(128)]);
});
