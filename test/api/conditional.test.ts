// RFC 9110 §13 on manifests and blobs, and distribution-spec's pushes of several tags at once.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { digestOf, imageOf, indexOf, type Manifest, seededBytes } from '../harness/image.ts';
import { type Answer, expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/conditional';
const image = imageOf({ seed: 'conditional' });
await client.pushImage(repository, 'v1', image);
const { digest } = image.manifest;
const blob = image.layers[0] ?? Buffer.alloc(0);
const other = digestOf(Buffer.from('other'));

const numbered = (at: number): Manifest => indexOf([], false, { annotations: { at: `${at}` } });

function put(tag: string, manifest: Manifest, headers: Record<string, string> = {}): Promise<Answer> {
  return client.call('PUT', `/v2/${repository}/manifests/${tag}`, {
    headers: { 'Content-Type': manifest.mediaType, ...headers },
    body: manifest.bytes,
  });
}

const paths: Readonly<Record<string, string>> = {
  [`/v2/${repository}/manifests/v1`]: digest,
  [`/v2/${repository}/manifests/${digest}`]: digest,
  [`/v2/${repository}/blobs/${digestOf(blob)}`]: digestOf(blob),
};

for (const [path, tag] of Object.entries(paths)) {
  const byTag = path.endsWith('v1');

  test(`what the client has is not sent again: ${path.slice(0, 45)}`, async () => {
    for (const known of [`"${tag}"`, tag, `W/"${tag}"`, `"a", "${tag}"`, '*']) {
      for (const method of ['GET', 'HEAD']) {
        const answer = await client.call(method, path, { headers: { 'If-None-Match': known } });
        expectStatus(answer, 304);
        assert.equal(answer.body.length, 0);
        assert.equal(answer.headers.etag, `"${tag}"`);
        assert.equal(answer.headers['docker-content-digest'], tag);
        assert.equal(answer.headers['content-length'], undefined);
      }
    }
    for (const known of [`"${other}"`, '', '""', digest.slice(0, 20)])
      expectStatus(await client.get(path, { 'If-None-Match': known }), 200);
  });

  test(`only what a digest stands for may be kept: ${path.slice(0, 45)}`, async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await client.call(method, path);
      assert.equal(answer.headers['cache-control'], byTag ? undefined : 'max-age=31536000');
    }
  });
}

test('a tag is made only if there is none', async () => {
  expectStatus(await put('new', numbered(1), { 'If-None-Match': '*' }), 201);
  expectError(await put('new', numbered(2), { 'If-None-Match': '*' }), 412, 'PRECONDITION_FAILED');
  expectError(
    await put('new', numbered(2), { 'If-None-Match': `"${numbered(1).digest}"` }),
    412,
    'PRECONDITION_FAILED',
  );
  assert.equal(
    (await client.get(`/v2/${repository}/manifests/new`)).headers['docker-content-digest'],
    numbered(1).digest,
  );
  expectError(await client.get(`/v2/${repository}/manifests/${numbered(2).digest}`), 404, 'MANIFEST_UNKNOWN');
});

test('a tag is moved only from what the client has seen', async () => {
  expectError(await put('moved', numbered(1), { 'If-Match': '*' }), 412, 'PRECONDITION_FAILED');
  expectStatus(await put('moved', numbered(1)), 201);
  for (const seen of [other, `"${other}"`, `W/"${numbered(1).digest}"`])
    expectError(await put('moved', numbered(2), { 'If-Match': seen }), 412, 'PRECONDITION_FAILED');
  expectStatus(await put('moved', numbered(2), { 'If-Match': `"${numbered(1).digest}"` }), 201);
  expectStatus(await put('moved', numbered(3), { 'If-Match': '*' }), 201);
});

test('of many that make one tag at once, one does', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => put('race', numbered(at), { 'If-None-Match': '*' })),
  );
  const made = answers.filter((answer) => answer.status === 201);
  assert.equal(made.length, 1);
  for (const answer of answers) assert.ok(answer.status === 201 || answer.status === 412);
});

test('a push by digest makes all the tags it names', async () => {
  const tags = Array.from({ length: 50 }, (_, at) => `many-${at}`);
  const query = tags.map((tag) => `tag=${tag}`).join('&');
  const answer = await put(`${digest}?${query}&tag=many-0`, image.manifest);
  expectStatus(answer, 201);
  assert.deepEqual(String(answer.headers['oci-tag']).split(', '), tags);
  for (const tag of tags) {
    const head = await client.head(`/v2/${repository}/manifests/${tag}`);
    assert.equal(head.headers['docker-content-digest'], digest);
  }
});

test('too many tags, or one that is none, make nothing at all', async () => {
  const manifest = numbered(100);
  const tags = Array.from({ length: 51 }, (_, at) => `tag=over-${at}`).join('&');
  expectError(await put(`${manifest.digest}?${tags}`, manifest), 414, 'TAG_INVALID');
  expectError(await put(`${manifest.digest}?tag=fine&tag=-broken`, manifest), 400, 'TAG_INVALID');
  expectError(await put('v2?tag=further', manifest), 400, 'TAG_INVALID');
  const left = await client.tags(repository);
  assert.ok(
    left.every((tag) => !tag.startsWith('over') && tag !== 'fine' && tag !== 'v2'),
    left.join(),
  );
  expectError(await client.get(`/v2/${repository}/manifests/${manifest.digest}`), 404, 'MANIFEST_UNKNOWN');
});

test('the rest of a blob is sent only if it is still the same', async () => {
  const bytes = seededBytes('if-range', 1000);
  const path = `/v2/${repository}/blobs/${await client.pushBlob(repository, bytes)}`;
  const range = { Range: 'bytes=10-19' };
  expectStatus(await client.get(path, { ...range, 'If-Range': `"${digestOf(bytes)}"` }), 206);
  for (const stale of [`"${other}"`, `W/"${digestOf(bytes)}"`, 'Wed, 21 Oct 2015 07:28:00 GMT']) {
    const answer = await client.get(path, { ...range, 'If-Range': stale });
    expectStatus(answer, 200);
    assert.ok(answer.body.equals(bytes));
  }
});
