import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  type World,
} from '../../content/testing/world.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { verifyStorage } from './verify-storage.ts';

const verify = (world: World) => verifyStorage({ ...world, storeIsOurs: () => Promise.resolve(true) });

async function pushSome(world: World) {
  const blobs = Array.from({ length: 12 }, (_, index) => pattern(1000 + index, index + 1));
  const digests = [];
  for (const blob of blobs) digests.push(await pushBlob(world.deps, blob));
  await putManifest(
    world.deps,
    'v1',
    imageManifest(digests.map((digest, index) => ({ digest, size: 1000 + index }))),
  );
  return { digests, bytes: blobs.reduce((sum, blob) => sum + blob.length, 0) };
}

for (const dialect of dialects) {
  test(`${dialect}: a sound storage has nothing missing, and manifests need no file`, async () => {
    await using world = await openWorld({ dialect });
    const { bytes } = await pushSome(world);
    const report = await verify(world);
    assert.deepEqual(report, {
      blobs: 12,
      bytes,
      missing: 0,
      wrongSize: 0,
      strays: 0,
      strayBytes: 0,
      damaged: [],
    });
  });

  test(`${dialect}: what is gone, what has another size and what nobody knows is found, and nothing is changed`, async () => {
    await using world = await openWorld({ dialect });
    const { digests } = await pushSome(world);
    const [gone, cut, ...sound] = digests.toSorted();
    if (gone === undefined || cut === undefined) throw new Error('no digests');
    await world.store.delete(canonicalKey(gone));
    await world.store.put(canonicalKey(cut), Buffer.from('short'));
    await world.store.put(canonicalKey(digestOf(Buffer.from('stray'))), Buffer.from('stray'));
    const report = await verify(world);
    assert.deepEqual([report.missing, report.wrongSize, report.strays, report.strayBytes], [1, 1, 1, 5]);
    assert.deepEqual(report.damaged, [
      { digest: gone, problem: 'missing' },
      { digest: cut, problem: 'wrong size' },
    ]);
    assert.deepEqual(await verify(world), report);
    for (const digest of sound) assert.ok(await world.store.stat(canonicalKey(digest)));
  });

  test(`${dialect}: strays before the first and behind the last row are counted`, async () => {
    await using world = await openWorld({ dialect });
    await pushSome(world);
    for (const hex of ['0'.repeat(64), 'f'.repeat(64)]) {
      await world.store.put(
        `docker/registry/v2/blobs/sha256/${hex.slice(0, 2)}/${hex}/data`,
        Buffer.from('x'),
      );
    }
    assert.equal((await verify(world)).strays, 2);
  });
}

test('content that a store leaves where it was staged is found there', async () => {
  await using world = await openWorld({ store: 'object store' });
  await pushSome(world);
  const report = await verify(world);
  assert.deepEqual([report.blobs, report.missing, report.strays], [12, 0, 0]);
});
