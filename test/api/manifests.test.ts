// distribution-spec, "Pushing Manifests" and "Pulling manifests".

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
import { type Answer, expectStatus, locationOf } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/manifests';

const image = imageOf({ seed: 'oci', layers: [1024, 0] });
const docker = imageOf({ seed: 'docker', layers: [2048], docker: true });
for (const each of [image, docker]) await client.pushImage(repository, each.manifest.digest, each);

const kinds: Readonly<Record<string, Manifest>> = {
  'OCI image': image.manifest,
  'Docker image': docker.manifest,
  'OCI index': indexOf([
    childOf(image.manifest, { platform: { architecture: 'amd64', os: 'linux' } }),
    childOf(docker.manifest, { platform: { architecture: 'arm64', os: 'linux' } }),
  ]),
  'Docker list': indexOf([childOf(docker.manifest)], true),
  'empty OCI index': indexOf([]),
};

function expectServed(answer: Answer, manifest: Manifest): void {
  expectStatus(answer, 200);
  assert.equal(answer.headers['content-type'], manifest.mediaType);
  assert.equal(answer.headers['content-length'], String(manifest.bytes.length));
  assert.equal(answer.headers['docker-content-digest'], manifest.digest);
  assert.equal(answer.headers.etag, `"${manifest.digest}"`);
  assert.equal(answer.headers['content-encoding'], undefined);
}

async function expectPulled(reference: string, manifest: Manifest, from = repository): Promise<void> {
  const path = `/v2/${from}/manifests/${reference}`;
  const get = await client.get(path);
  const head = await client.head(path);
  for (const answer of [get, head]) expectServed(answer, manifest);
  assert.ok(get.body.equals(manifest.bytes));
  assert.equal(head.body.length, 0);
}

for (const [kind, manifest] of Object.entries(kinds)) {
  test(`a manifest is pushed and pulled by tag and by digest, byte for byte: ${kind}`, async () => {
    const tag = kind.replaceAll(' ', '-');
    for (const reference of [manifest.digest, tag]) {
      const answer = await client.putManifest(repository, reference, manifest);
      expectStatus(answer, 201);
      assert.equal(answer.headers['docker-content-digest'], manifest.digest);
      assert.equal(answer.headers['content-length'], '0');
      assert.equal(locationOf(answer), `/v2/${repository}/manifests/${manifest.digest}`);
    }
    await expectPulled(tag, manifest);
    await expectPulled(manifest.digest, manifest);
    const anonymous = await server.client(null).get(`/v2/${repository}/manifests/${tag}`);
    expectServed(anonymous, manifest);
  });
}

test('a manifest pushed by digest alone has no tag', async () => {
  const own = 'library/untagged';
  const manifest = indexOf([]);
  await client.pushManifest(own, manifest.digest, manifest);
  assert.deepEqual(await client.tags(own), []);
  await expectPulled(manifest.digest, manifest, own);
});

test('the bytes are kept as they were sent, whatever their layout', async () => {
  const compact = JSON.parse(image.manifest.bytes.toString()) as object;
  const texts = [
    `\n\t ${JSON.stringify(compact, null, 3)} \r\n\n`,
    JSON.stringify({
      ...compact,
      note: 'ü — 中文 🚢 \u0000 </script>',
      'x-unknown': { deep: [1, 2.5e300, null] },
    }),
    JSON.stringify(compact).replaceAll('/', '\\/'),
  ];
  for (const text of texts) {
    const bytes = Buffer.from(text);
    const manifest = { mediaType: types.ociManifest, bytes, digest: digestOf(bytes) };
    await client.pushManifest(repository, 'layout', manifest);
    await expectPulled('layout', manifest);
    await expectPulled(manifest.digest, manifest);
  }
});

test('a tag moves to what was pushed last, and the manifest before stays by digest', async () => {
  await client.pushManifest(repository, 'moving', image.manifest);
  await client.pushManifest(repository, 'moving', docker.manifest);
  await expectPulled('moving', docker.manifest);
  await expectPulled(image.manifest.digest, image.manifest);
  await client.pushManifest(repository, 'moving', image.manifest);
  await expectPulled('moving', image.manifest);
});

test('a manifest may be pushed again, under several tags', async () => {
  for (const tag of ['one', 'two', 'one', 'two']) {
    await client.pushManifest(repository, tag, image.manifest);
    await expectPulled(tag, image.manifest);
  }
});

test('a tag moved by many at once ends at one of theirs', async () => {
  const manifests = Array.from({ length: 8 }, (_, index) =>
    indexOf([], false, { annotations: { index: `${index}` } }),
  );
  const answers = await Promise.all(
    manifests.map((manifest) => client.putManifest(repository, 'contended', manifest)),
  );
  for (const answer of answers) expectStatus(answer, 201);
  const end = await client.get(`/v2/${repository}/manifests/contended`);
  const winner = manifests.find((manifest) => manifest.digest === end.headers['docker-content-digest']);
  assert.ok(winner !== undefined);
  assert.ok(end.body.equals(winner.bytes));
  for (const manifest of manifests) await expectPulled(manifest.digest, manifest);
});

test('parameters of the content type are left out', async () => {
  const answer = await client.call('PUT', `/v2/${repository}/manifests/parameters`, {
    headers: { 'Content-Type': `${types.ociManifest}; charset=utf-8` },
    body: image.manifest.bytes,
  });
  expectStatus(answer, 201);
  await expectPulled('parameters', image.manifest);
});

test('a manifest without a content type is taken for what it says itself', async () => {
  const bare = manifestOf({ schemaVersion: 2, manifests: [] }, types.ociIndex);
  for (const manifest of [image.manifest, docker.manifest, bare]) {
    for (const headers of [{}, { 'Content-Type': 'application/json' }]) {
      const path = `/v2/${repository}/manifests/bare`;
      expectStatus(await client.call('PUT', path, { headers, body: manifest.bytes }), 201);
      await expectPulled('bare', manifest);
    }
  }
});

test('a manifest may come in HTTP chunks without a length', async () => {
  const pieces = [image.manifest.bytes.subarray(0, 5), image.manifest.bytes.subarray(5)];
  const answer = await client.call('PUT', `/v2/${repository}/manifests/pieces`, {
    headers: { 'Content-Type': types.ociManifest },
    body: pieces,
  });
  expectStatus(answer, 201);
  await expectPulled('pieces', image.manifest);
});

test('an index that names one child twice is taken, again and again', async () => {
  const own = 'library/twice';
  await client.pushImage(own, image.manifest.digest, image);
  const index = indexOf([
    childOf(image.manifest, {
      platform: { architecture: 'arm', os: 'linux', variant: 'v6' },
      annotations: { k: '1' },
    }),
    childOf(image.manifest, {
      platform: { architecture: 'arm', os: 'linux', variant: 'v7' },
      annotations: { k: '2' },
    }),
  ]);
  await client.pushManifest(own, 'multi', index);
  await client.pushManifest(own, 'multi', index);
  await expectPulled('multi', index, own);
  expectStatus(await client.delete(`/v2/${own}/manifests/${index.digest}`), 202);
  expectStatus(await client.get(`/v2/${own}/manifests/multi`), 404);
  await expectPulled(image.manifest.digest, image.manifest, own);
  expectStatus(await client.delete(`/v2/${own}/manifests/${image.manifest.digest}`), 202);
});

test('an image that names one layer twice, and its config as a layer, is taken', async () => {
  const layer = image.layers[0]!;
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, image.config),
      layers: [layer, layer, image.config].map((bytes) => descriptorOf(types.ociLayer, bytes)),
    },
    types.ociManifest,
  );
  await client.pushManifest(repository, 'layer-twice', manifest);
  await expectPulled('layer-twice', manifest);
});

test('a config without a byte, of a type nobody knows, is taken', async () => {
  const own = 'library/zero-config';
  const layer = seededBytes('beside nothing', 1024);
  const nothing = Buffer.alloc(0);
  await client.pushBlob(own, layer);
  await client.pushBlob(own, nothing);
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf('application/vnd.example.config.v1+json', nothing),
      layers: [descriptorOf('application/vnd.example.layer.v1', layer)],
    },
    types.ociManifest,
  );
  await client.pushManifest(own, 'zero', manifest);
  await expectPulled('zero', manifest, own);
  await client.pullBlob(own, nothing);
});

test('layers that stay with their vendor need not be there', async () => {
  const absent = seededBytes('foreign', 10);
  const foreign = [
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ].map((type) => ({ ...descriptorOf(type, absent), urls: ['https://example.com/layer'] }));
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, image.config),
      layers: foreign,
    },
    types.ociManifest,
  );
  await client.pushManifest(repository, 'foreign', manifest);
  await expectPulled('foreign', manifest);
});

test('an artifact with a subject that is not there yet is taken', async () => {
  const manifest = imageOf({
    seed: 'oci',
    layers: [1024, 0],
    more: {
      artifactType: 'application/vnd.example.sbom',
      subject: { mediaType: types.ociManifest, digest: digestOf(Buffer.from('not there')), size: 9 },
    },
  }).manifest;
  await client.pushManifest(repository, 'subject', manifest);
  await expectPulled('subject', manifest);
});

test('a manifest of almost 4 MiB is taken', async () => {
  const annotations = Object.fromEntries(
    Array.from({ length: 390 }, (_, index) => [`key-${index}`, 'x'.repeat(10_000)]),
  );
  const manifest = indexOf([], false, { annotations });
  assert.ok(manifest.bytes.length > 3_900_000 && manifest.bytes.length < 4 * 1024 * 1024);
  await client.pushManifest(repository, 'long', manifest);
  await expectPulled('long', manifest);
});

const accepted = [undefined, '*/*', types.dockerManifest, types.schema1Signed, 'text/html'];
for (const accept of accepted) {
  test(`what was pushed is served whatever the client accepts: ${accept}`, async () => {
    const headers = accept === undefined ? {} : { Accept: accept };
    expectServed(
      await client.get(`/v2/${repository}/manifests/${image.manifest.digest}`, headers),
      image.manifest,
    );
  });
}

const encodings = [undefined, 'gzip', 'gzip, br, zstd', 'identity', '*'];
for (const encoding of encodings) {
  test(`nothing is compressed on the way: Accept-Encoding ${encoding}`, async () => {
    const own = 'library/encoding';
    const text = Buffer.from('the same line again and again\n'.repeat(5000));
    const long = indexOf([], false, { annotations: { text: 'compressible '.repeat(250) } });
    await client.pushBlob(own, text);
    await client.pushManifest(own, 'long', long);
    const headers: Record<string, string> = encoding === undefined ? {} : { 'Accept-Encoding': encoding };
    for (const path of [`manifests/long`, `manifests/${long.digest}`, `blobs/${digestOf(text)}`]) {
      const bytes = path.startsWith('blobs') ? text : long.bytes;
      const head = await client.head(`/v2/${own}/${path}`, headers);
      const get = await client.get(`/v2/${own}/${path}`, headers);
      for (const answer of [head, get]) {
        expectStatus(answer, 200);
        assert.equal(answer.headers['content-encoding'], undefined);
        assert.equal(answer.headers['content-length'], String(bytes.length));
        assert.equal(answer.headers['docker-content-digest'], digestOf(bytes));
        assert.equal(answer.headers.etag, `"${digestOf(bytes)}"`);
      }
      assert.equal(head.headers['content-type'], get.headers['content-type']);
      assert.ok(get.body.equals(bytes));
    }
  });
}
