// distribution-spec, "Content Management".

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { childOf, digestOf, type Image, imageOf, indexOf } from '../harness/image.ts';
import { expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();

const manifestPath = (repository: string, reference: string): string =>
  `/v2/${repository}/manifests/${reference}`;

async function expectGone(repository: string, ...references: string[]): Promise<void> {
  for (const reference of references) {
    expectError(await client.get(manifestPath(repository, reference)), 404, 'MANIFEST_UNKNOWN');
    expectStatus(await client.head(manifestPath(repository, reference)), 404);
  }
}

async function expectDeleted(repository: string, reference: string): Promise<void> {
  const answer = await client.delete(manifestPath(repository, reference));
  expectStatus(answer, 202);
  assert.equal(answer.body.length, 0);
}

async function blobStatus(repository: string, image: Image): Promise<number[]> {
  const blobs = [image.config, ...image.layers];
  const answers = blobs.map(async (blob) => client.head(`/v2/${repository}/blobs/${digestOf(blob)}`));
  return (await Promise.all(answers)).map((answer) => answer.status);
}

test('deleting a tag leaves the manifest, its other tags and its blobs', async () => {
  const repository = 'library/tag-only';
  const image = imageOf({ seed: 'tag only' });
  await client.pushImage(repository, 'one', image);
  await client.pushManifest(repository, 'two', image.manifest);
  await expectDeleted(repository, 'one');
  await expectGone(repository, 'one');
  assert.deepEqual(await client.tags(repository), ['two']);
  await client.pullImage(repository, 'two', image);
  await expectDeleted(repository, 'two');
  await client.pullImage(repository, image.manifest.digest, image);
});

test('deleting by digest takes every tag along, and hides the blobs', async () => {
  const repository = 'library/by-digest';
  const image = imageOf({ seed: 'by digest', layers: [100, 200] });
  const tags = ['a', 'b', 'c'];
  await client.pushImage(repository, 'a', image);
  for (const tag of tags) await client.pushManifest(repository, tag, image.manifest);
  await expectDeleted(repository, image.manifest.digest);
  await expectGone(repository, image.manifest.digest, ...tags);
  assert.deepEqual(await client.tags(repository), []);
  assert.deepEqual(await blobStatus(repository, image), [404, 404, 404]);
});

test('what was deleted can be pushed again, blobs first', async () => {
  const repository = 'library/again';
  const image = imageOf({ seed: 'again', layers: [1000, 2_000_000] });
  await client.pushImage(repository, 'v1', image);
  for (let round = 0; round < 3; round++) {
    await expectDeleted(repository, image.manifest.digest);
    const early = await client.putManifest(repository, 'v1', image.manifest);
    expectError(early, 400, 'MANIFEST_BLOB_UNKNOWN');
    await expectGone(repository, 'v1', image.manifest.digest);
    await client.pushImage(repository, 'v1', image, 'streamed');
    await client.pullImage(repository, 'v1', image);
    assert.deepEqual(await client.tags(repository), ['v1']);
  }
});

test('layers that another manifest needs stay', async () => {
  const repository = 'library/shared';
  const first = imageOf({ seed: 'shared', layers: [500, 600] });
  const second = imageOf({ seed: 'shared', layers: [500, 600], more: { annotations: { second: 'yes' } } });
  await client.pushImage(repository, 'first', first);
  await client.pushManifest(repository, 'second', second.manifest);
  await expectDeleted(repository, first.manifest.digest);
  await client.pullImage(repository, 'second', second);
  await expectDeleted(repository, second.manifest.digest);
  assert.deepEqual(await blobStatus(repository, second), [404, 404, 404]);
});

test('another repository keeps what it holds', async () => {
  const image = imageOf({ seed: 'two repositories' });
  for (const repository of ['library/left', 'library/right'])
    await client.pushImage(repository, 'same', image);
  await expectDeleted('library/left', image.manifest.digest);
  await client.pullImage('library/right', 'same', image);
  assert.deepEqual(await blobStatus('library/left', image), [404, 404]);
});

test('a manifest that a live index lists is not deleted before the index', async () => {
  const repository = 'library/indexed';
  const image = imageOf({ seed: 'indexed' });
  const index = indexOf([childOf(image.manifest)]);
  const outer = indexOf([childOf(index)]);
  await client.pushImage(repository, 'child', image);
  await client.pushManifest(repository, 'index', index);
  await client.pushManifest(repository, 'outer', outer);
  for (const held of [image.manifest, index]) {
    const answer = await client.delete(manifestPath(repository, held.digest));
    const { message } = expectError(answer, 405, 'UNSUPPORTED');
    assert.match(message, /sha256:[0-9a-f]{64}/, 'the index is named');
  }
  await expectDeleted(repository, 'child');
  await client.pullImage(repository, image.manifest.digest, image);
  await expectDeleted(repository, outer.digest);
  await expectDeleted(repository, index.digest);
  await client.pullImage(repository, image.manifest.digest, image);
  await expectDeleted(repository, image.manifest.digest);
  await expectGone(repository, 'child', 'index', 'outer', image.manifest.digest, index.digest);
});

test('a manifest whose index was deleted and pushed again is held again', async () => {
  const repository = 'library/index-again';
  const image = imageOf({ seed: 'index again' });
  const index = indexOf([childOf(image.manifest)]);
  await client.pushImage(repository, 'child', image);
  await client.pushManifest(repository, 'index', index);
  await expectDeleted(repository, index.digest);
  await client.pushManifest(repository, 'index', index);
  expectError(await client.delete(manifestPath(repository, image.manifest.digest)), 405, 'UNSUPPORTED');
});

test('what is not there cannot be deleted', async () => {
  const repository = 'library/nothing';
  await client.pushManifest(repository, 'there', indexOf([]));
  const absent = digestOf(Buffer.from('absent'));
  for (const path of [
    manifestPath(repository, 'absent'),
    manifestPath(repository, absent),
    manifestPath('library/never', 'absent'),
    manifestPath('library/never', absent),
  ]) {
    expectError(await client.delete(path), 404, 'MANIFEST_UNKNOWN');
  }
  await expectDeleted(repository, 'there');
  expectError(await client.delete(manifestPath(repository, 'there')), 404, 'MANIFEST_UNKNOWN');
  await expectDeleted(repository, indexOf([]).digest);
  expectError(await client.delete(manifestPath(repository, indexOf([]).digest)), 404, 'MANIFEST_UNKNOWN');
});

test('nobody deletes without signing in', async () => {
  const repository = 'library/protected';
  const image = imageOf({ seed: 'protected' });
  await client.pushImage(repository, 'safe', image);
  for (const reference of ['safe', image.manifest.digest]) {
    const answer = await server.client(null).delete(manifestPath(repository, reference));
    expectError(answer, 401, 'UNAUTHORIZED');
  }
  await client.pullImage(repository, 'safe', image);
});

test('a manifest pushed and deleted by many at once is either there whole or gone', async () => {
  const repository = 'library/races';
  const image = imageOf({ seed: 'races' });
  await client.pushImage(repository, 'start', image);
  for (let round = 0; round < 10; round++) {
    const answers = await Promise.all([
      client.delete(manifestPath(repository, image.manifest.digest)),
      client.pushBlob(repository, image.layers[0]!).then(() => undefined),
      client.putManifest(repository, 'racing', image.manifest),
      client.delete(manifestPath(repository, 'racing')),
    ]);
    for (const answer of answers)
      assert.ok(answer === undefined || answer.status < 500, String(answer?.body));
    const now = await client.get(manifestPath(repository, image.manifest.digest));
    if (now.status === 200) await client.pullImage(repository, image.manifest.digest, image);
    else await expectGone(repository, image.manifest.digest, 'racing');
    await client.pushImage(repository, 'start', image);
  }
});
