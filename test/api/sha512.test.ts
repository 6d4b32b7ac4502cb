// Content named by sha512 as well as by sha256, in every way of pushing it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { digestOf, type Manifest, manifestOf, seededBytes, sha512Of, types } from '../harness/image.ts';
import { type Answer, expectError, expectStatus, locationOf } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/sha512';

async function start(query = '', from = repository): Promise<Answer> {
  return client.call('POST', `/v2/${from}/blobs/uploads/${query}`, { body: '' });
}

async function expectBlob(bytes: Buffer, digests: readonly string[], from = repository): Promise<void> {
  for (const digest of digests) {
    for (const method of ['HEAD', 'GET']) {
      const answer = await client.call(method, `/v2/${from}/blobs/${digest}`);
      expectStatus(answer, 200);
      assert.equal(answer.headers['docker-content-digest'], digest);
      assert.equal(answer.headers.etag, `"${digest}"`);
      assert.equal(answer.headers['content-length'], String(bytes.length));
      if (method === 'GET') assert.ok(answer.body.equals(bytes));
    }
  }
}

function expectMade(answer: Answer, digest: string): void {
  expectStatus(answer, 201);
  assert.equal(answer.headers['docker-content-digest'], digest);
  assert.equal(locationOf(answer), `/v2/${repository}/blobs/${digest}`);
}

const ways: Readonly<Record<string, (bytes: Buffer, digest: string) => Promise<Answer>>> = {
  'POST and PUT': async (bytes, digest) => client.finishUpload(locationOf(await start()), digest, bytes),
  'an announced algorithm, PATCH and PUT': async (bytes, digest) => {
    const location = locationOf(await start('?digest-algorithm=sha512'));
    expectStatus(await client.patch(location, bytes), 202);
    return client.finishUpload(location, digest);
  },
  'chunks that nobody announced': async (bytes, digest) => {
    const location = locationOf(await start());
    expectStatus(await client.patch(location, bytes.subarray(0, 1000)), 202);
    return client.finishUpload(location, digest, bytes.subarray(1000));
  },
  'one POST': (bytes, digest) =>
    client.call('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, { body: bytes }),
};

for (const [way, push] of Object.entries(ways)) {
  test(`a blob is pushed by its sha512 and answers to both digests: ${way}`, async () => {
    const bytes = seededBytes(way, 100_000);
    expectMade(await push(bytes, sha512Of(bytes)), sha512Of(bytes));
    await expectBlob(bytes, [sha512Of(bytes), digestOf(bytes)]);
  });

  test(`the sha512 of other content is refused: ${way}`, async () => {
    const bytes = seededBytes(`wrong ${way}`, 100_000);
    const wrong = sha512Of(Buffer.from('other'));
    expectError(await push(bytes, wrong), 400, 'DIGEST_INVALID');
    expectError(await client.get(`/v2/${repository}/blobs/${wrong}`), 404, 'BLOB_UNKNOWN');
  });
}

test('a blob pushed by sha256 is unknown by a sha512 that nobody has verified', async () => {
  const bytes = seededBytes('only sha256', 100);
  await client.pushBlob(repository, bytes);
  expectError(await client.get(`/v2/${repository}/blobs/${sha512Of(bytes)}`), 404, 'BLOB_UNKNOWN');
  expectMade(await client.finishUpload(locationOf(await start()), sha512Of(bytes), bytes), sha512Of(bytes));
  await expectBlob(bytes, [sha512Of(bytes), digestOf(bytes)]);
});

test('an algorithm that is not supported is refused where it is announced', async () => {
  expectError(await start('?digest-algorithm=md5'), 400, 'DIGEST_INVALID');
  expectError(await start(`?digest=blake3:${'a'.repeat(64)}`), 400, 'DIGEST_INVALID');
});

async function pushed(
  seed: string,
  more: object = {},
): Promise<Manifest & { config: Buffer; sha512: string }> {
  const config = seededBytes(seed, 50);
  expectStatus(await client.finishUpload(locationOf(await start()), sha512Of(config), config), 201);
  const descriptor = { mediaType: types.ociConfig, digest: sha512Of(config), size: config.length };
  const manifest = manifestOf(
    { schemaVersion: 2, mediaType: types.ociManifest, config: descriptor, layers: [descriptor], ...more },
    types.ociManifest,
  );
  return { ...manifest, config, sha512: sha512Of(manifest.bytes) };
}

test('a manifest of sha512 references is pushed, tagged, pulled and deleted by its sha512', async () => {
  const image = await pushed('image');
  const path = `/v2/${repository}/manifests`;
  const put = await client.putManifest(repository, `${image.sha512}?tag=one&tag=two`, image);
  expectStatus(put, 201);
  assert.equal(put.headers['docker-content-digest'], image.sha512);
  assert.equal(locationOf(put), `${path}/${image.sha512}`);
  for (const [reference, digest] of [
    ['one', image.sha512],
    ['two', image.sha512],
    [image.sha512, image.sha512],
    [image.digest, image.digest],
  ] as const) {
    const answer = await client.get(`${path}/${reference}`);
    expectStatus(answer, 200);
    assert.equal(answer.headers['docker-content-digest'], digest);
    assert.ok(answer.body.equals(image.bytes));
  }
  const index = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociIndex,
      manifests: [{ mediaType: image.mediaType, digest: image.sha512, size: image.bytes.length }],
    },
    types.ociIndex,
  );
  await client.pushManifest(repository, 'index', index);
  expectError(await client.delete(`${path}/${image.sha512}`), 405, 'UNSUPPORTED');
  expectError(await client.delete(`/v2/${repository}/blobs/${sha512Of(image.config)}`), 405, 'UNSUPPORTED');
  expectStatus(await client.delete(`${path}/${index.digest}`), 202);
  expectStatus(await client.delete(`${path}/${image.sha512}`), 202);
  for (const reference of ['one', 'two', image.sha512, image.digest])
    expectError(await client.get(`${path}/${reference}`), 404, 'MANIFEST_UNKNOWN');
});

test('the sha512 of another manifest is refused', async () => {
  const image = await pushed('other image');
  const wrong = sha512Of(Buffer.from('other'));
  expectError(await client.putManifest(repository, wrong, image), 400, 'DIGEST_INVALID');
});

test('a blob is mounted by its sha512', async () => {
  const bytes = seededBytes('mounted', 500);
  expectStatus(await client.finishUpload(locationOf(await start()), sha512Of(bytes), bytes), 201);
  for (const from of [`&from=${repository}`, '']) {
    const target = `library/sha512-mount${from.length}`;
    const answer = await start(`?mount=${sha512Of(bytes)}${from}`, target);
    expectStatus(answer, 201);
    assert.equal(answer.headers['docker-content-digest'], sha512Of(bytes));
    await expectBlob(bytes, [sha512Of(bytes), digestOf(bytes)], target);
  }
});

test('a subject is found by whichever of its digests it is named', async () => {
  const subject = await pushed('subject');
  await client.pushManifest(repository, 'subject', subject);
  const written = [];
  for (const digest of [subject.sha512, subject.digest]) {
    const about = { mediaType: subject.mediaType, digest, size: subject.bytes.length };
    const referrer = await pushed(`about ${digest}`, { subject: about, artifactType: 'application/x' });
    const answer = await client.putManifest(repository, referrer.digest, referrer);
    expectStatus(answer, 201);
    assert.equal(answer.headers['oci-subject'], digest);
    written.push(referrer.digest);
  }
  expectStatus(await client.putManifest(repository, subject.sha512, subject), 201);
  for (const digest of [subject.sha512, subject.digest]) {
    const list = await client.get(`/v2/${repository}/referrers/${digest}`);
    const { manifests } = JSON.parse(list.body.toString()) as { manifests: { digest: string }[] };
    assert.deepEqual(manifests.map((each) => each.digest).toSorted(), written.toSorted());
  }
});
