// What looks like a digest but is none is never taken for a tag, and changes nothing.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf, seededBytes } from '../harness/image.ts';
import { type Answer, expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/digests';
const image = imageOf({ seed: 'digests' });
await client.pushImage(repository, 'kept', image);
await client.pushManifest(repository, 'abc', image.manifest);
const hex = image.manifest.digest.slice('sha256:'.length);

/** Reference in the path → codes that are right. */
const broken: Readonly<Record<string, readonly string[]>> = {
  'sha256:abc': ['DIGEST_INVALID'],
  'sha256:': ['DIGEST_INVALID'],
  [`sha256:${hex.toUpperCase()}`]: ['DIGEST_INVALID'],
  [`sha256:${hex.slice(1)}`]: ['DIGEST_INVALID'],
  [`sha256:${hex}0`]: ['DIGEST_INVALID'],
  [`SHA256:${hex}`]: ['DIGEST_INVALID'],
  [`sha512:${hex}`]: ['DIGEST_INVALID'],
  [`md5:${hex}`]: ['DIGEST_INVALID'],
  [`sha256:${hex.replace('0', 'g')}`.replace(hex, `g${hex.slice(1)}`)]: ['DIGEST_INVALID'],
  ':abc': ['DIGEST_INVALID'],
  'abc:': ['DIGEST_INVALID'],
  'sha256%3Aabc': ['DIGEST_INVALID'],
  'sha256%253Aabc': ['TAG_INVALID'],
  [`sha256:${hex}/x`]: ['NAME_INVALID', 'DIGEST_INVALID', 'TAG_INVALID'],
  [`sha256:${hex}%2Fx`]: ['NAME_INVALID', 'DIGEST_INVALID', 'TAG_INVALID'],
  [`sha256:${hex}%00`]: ['DIGEST_INVALID'],
  '%zz': ['NAME_INVALID', 'TAG_INVALID'],
};

function expectRefused(answer: Answer, codes: readonly string[]): void {
  assert.equal(answer.status, 400);
  if (answer.body.length === 0) return;
  const { errors } = JSON.parse(answer.body.toString()) as { errors: [{ code: string }] };
  assert.ok(codes.includes(errors[0].code), errors[0].code);
}

for (const [reference, codes] of Object.entries(broken)) {
  test(`a broken digest is refused everywhere and changes nothing: ${reference.slice(0, 40)}`, async () => {
    const path = `/v2/${repository}/manifests/${reference}`;
    expectRefused(await client.head(path), codes);
    expectRefused(await client.get(path), codes);
    expectRefused(await client.putManifest(repository, reference, image.manifest), codes);
    expectRefused(await client.delete(path), codes);
    const blob = `/v2/${repository}/blobs/${reference}`;
    const blobCodes = [...codes, 'DIGEST_INVALID'];
    expectRefused(await client.get(blob), blobCodes);
    expectRefused(await client.head(blob), blobCodes);
    assert.deepEqual(await client.tags(repository), ['abc', 'kept']);
    await client.pullImage(repository, 'kept', image);
  });

  test(`an upload is not finished by a broken digest, and goes on: ${reference.slice(0, 40)}`, async () => {
    const location = await client.startUpload(repository);
    const bytes = seededBytes(`upload ${reference}`, 50);
    expectStatus(await client.patch(location, bytes), 202);
    const query = reference.includes('%') ? reference : encodeURIComponent(reference);
    expectError(await client.finishUpload(location, query), 400, 'DIGEST_INVALID');
    const status = await client.get(location);
    expectStatus(status, 204);
    assert.equal(status.headers.range, '0-49');
    expectStatus(await client.delete(location), 204);
  });

  test(`a mount of a broken digest is refused or becomes an upload: ${reference.slice(0, 40)}`, async () => {
    const query = reference.includes('%') ? reference : encodeURIComponent(reference);
    const path = `/v2/library/mounted/blobs/uploads/?mount=${query}&from=${repository}`;
    const answer = await client.call('POST', path, { body: '' });
    assert.ok(answer.status === 202 || answer.status === 400, String(answer.status));
    expectStatus(await client.get('/v2/library/mounted/tags/list'), 404);
  });
}

test('a digest in percent-encoding is the digest', async () => {
  const encoded = image.manifest.digest.replace(':', '%3A');
  expectStatus(await client.get(`/v2/${repository}/manifests/${encoded}`), 200);
  const blob = await client.get(`/v2/${repository}/blobs/${encoded}`);
  expectError(blob, 404, 'BLOB_UNKNOWN');
  const bytes = seededBytes('encoded', 20);
  const digest = await client.pushBlob(repository, bytes);
  const location = await client.startUpload('library/encoded');
  const put = await client.call('PUT', `${location}?digest=${encodeURIComponent(digest)}`, { body: bytes });
  expectStatus(put, 201);
  await client.pullBlob('library/encoded', bytes);
});
