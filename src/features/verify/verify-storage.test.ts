import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyManifests } from '../../content/artifacts/copy-manifests.ts';
import { findLinkedBlob, findStoredBlob } from '../../content/blobs/blob-reads.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  repositoryName,
  storeKinds,
  type World,
} from '../../content/testing/world.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import { pattern } from '../../platform/blobstore/blob-store.contract.ts';
import type { ListedObject } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { Tx } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import type { VerifyReport } from './verify-report.ts';
import { type VerifyInput, type VerifyProgress, verifyStorage } from './verify-storage.ts';

const quiet: VerifyInput = {
  hashShare: 0,
  repair: false,
  gently: false,
  onProgress() {},
  signal: new AbortController().signal,
};

const verify = (world: World, input: Partial<VerifyInput> = {}) =>
  verifyStorage({ ...world, storeIsOurs: () => Promise.resolve(true), recheckMs: 0 }, { ...quiet, ...input });

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

const nothing: VerifyReport = {
  blobs: 0,
  bytes: 0,
  hashedBlobs: 0,
  hashedBytes: 0,
  missing: 0,
  wrongSize: 0,
  corrupt: 0,
  manifests: 0,
  copiesDue: 0,
  copiesGone: 0,
  strays: 0,
  strayBytes: 0,
  dangling: 0,
  repaired: 0,
  damaged: [],
};

const isServed = async (world: World, digest: CanonicalDigest): Promise<boolean> =>
  (await findLinkedBlob(world.db.reader, repositoryName, digest)) !== undefined;

for (const dialect of dialects) {
  test(`${dialect}: a sound storage has nothing missing, and a manifest waits for its copy`, async () => {
    await using world = await openWorld({ dialect });
    const { bytes } = await pushSome(world);
    assert.deepEqual(await verify(world), { ...nothing, blobs: 12, bytes, manifests: 1, copiesDue: 1 });
    await copyManifests(world.deps);
    assert.deepEqual(await verify(world), { ...nothing, blobs: 12, bytes, manifests: 1 });
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
    for (const digest of digests) assert.ok(await isServed(world, digest));
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

  test(`${dialect}: content that changed in place is found by reading it, and a repair lets it be pushed again`, async () => {
    await using world = await openWorld({ dialect });
    const { digests, bytes } = await pushSome(world);
    const [rotten = digestOf(Buffer.of())] = digests;
    await world.store.put(canonicalKey(rotten), pattern(1000, 99));
    assert.equal((await verify(world)).corrupt, 0, 'its size is right');
    const deep = await verify(world, { hashShare: 1 });
    assert.deepEqual([deep.corrupt, deep.hashedBlobs, deep.hashedBytes], [1, 12 + 1, bytes + 1000]);
    assert.deepEqual(deep.damaged, [{ digest: rotten, problem: 'corrupt' }]);
    assert.ok(await isServed(world, rotten), 'nothing was changed');
    const repaired = await verify(world, { hashShare: 1, repair: true });
    assert.deepEqual([repaired.corrupt, repaired.repaired], [1, 1]);
    assert.ok(!(await isServed(world, rotten)));
    assert.ok(await world.store.stat(canonicalKey(rotten)), 'no object is removed');
    assert.equal((await verify(world, { repair: true })).corrupt, 1, 'known as damaged, it is read again');
    await pushBlob(world.deps, pattern(1000, 1));
    assert.deepEqual((await verify(world, { hashShare: 1 })).damaged, []);
    assert.ok(await isServed(world, rotten));
  });

  test(`${dialect}: a file that was put back is served again by a repair, if its content is right`, async () => {
    await using world = await openWorld({ dialect });
    const { digests } = await pushSome(world);
    const [first = digestOf(Buffer.of()), second = digestOf(Buffer.of())] = digests;
    for (const digest of [first, second]) await world.store.delete(canonicalKey(digest));
    assert.equal((await verify(world, { repair: true })).repaired, 2);
    await world.store.put(canonicalKey(first), pattern(1000, 1));
    await world.store.put(canonicalKey(second), pattern(1001, 77));
    assert.equal((await verify(world)).missing, 2, 'without a repair they stay missing');
    const report = await verify(world, { repair: true });
    assert.deepEqual([report.repaired, report.damaged], [1, [{ digest: second, problem: 'corrupt' }]]);
    assert.deepEqual([await isServed(world, first), await isServed(world, second)], [true, false]);
  });

  test(`${dialect}: a manifest's copy that is gone or damaged is made again, and the manifest is never missing`, async () => {
    await using world = await openWorld({ dialect });
    const { digests } = await pushSome(world);
    const config = { digest: digests[0] ?? '', size: 1000 };
    const bytes = imageManifest([config], { annotations: { no: '1' } });
    const other = imageManifest([config], { annotations: { no: '2' } });
    await putManifest(world.deps, 'v2', bytes);
    await putManifest(world.deps, 'v3', other);
    await copyManifests(world.deps);
    await world.store.delete(canonicalKey(digestOf(bytes)));
    await world.store.put(canonicalKey(digestOf(other)), Buffer.from('short'));
    const report = await verify(world);
    assert.deepEqual([report.copiesGone, report.missing, report.wrongSize], [2, 0, 0]);
    await verify(world, { repair: true });
    assert.deepEqual(await verify(world, { hashShare: 1 }), {
      ...report,
      hashedBlobs: report.blobs + 3,
      hashedBytes: (await verify(world, { hashShare: 1 })).hashedBytes,
      copiesGone: 0,
      damaged: [],
    });
    assert.deepEqual(await world.store.get(canonicalKey(digestOf(bytes))), bytes);
  });

  test(`${dialect}: what a dead publisher left is called missing where something waits for it`, async () => {
    await using world = await openWorld({ dialect });
    const [needed, idle] = [digestOf(Buffer.from('needed')), digestOf(Buffer.from('idle'))];
    await world.db.transaction(async (tx) => {
      for (const digest of [needed, idle]) {
        await insertPending(tx, digest);
      }
    });
    await putManifest(world.deps, 'v1', imageManifest([{ digest: needed, size: 6 }]), { sparse: true });
    assert.equal((await verify(world)).dangling, 2);
    const report = await verify(world, { repair: true });
    assert.deepEqual([report.dangling, report.repaired], [2, 1]);
    assert.equal((await findStoredBlob(world.db.reader, needed))?.state, 'missing');
    assert.equal((await findStoredBlob(world.db.reader, idle))?.state, 'pending');
  });

  test(`${dialect}: what is only wrong for a moment is not reported`, async () => {
    await using world = await openWorld({ dialect });
    const { digests } = await pushSome(world);
    const [late = digestOf(Buffer.of())] = digests;
    await world.store.delete(canonicalKey(late));
    const stray = digestOf(Buffer.from('pushed meanwhile'));
    await world.store.put(canonicalKey(stray), Buffer.from('pushed meanwhile'));
    let mended = false;
    // Wrong when it was listed, and mended before it is looked at again.
    const { store } = world;
    const list = (prefix: string) => mendBehind(store.list(prefix));
    async function* mendBehind(listed: AsyncIterable<ListedObject>): AsyncGenerator<ListedObject> {
      yield* listed;
      if (mended) return;
      mended = true;
      await store.put(canonicalKey(late), pattern(1000, 1));
      await pushBlob(world.deps, Buffer.from('pushed meanwhile'));
    }
    const listing = new Proxy(store, {
      get(target, name) {
        if (name === 'list') return list;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const report = await verifyStorage(
      { ...world, store: listing, storeIsOurs: () => Promise.resolve(true), recheckMs: 1000 },
      quiet,
    );
    assert.deepEqual([report.missing, report.strays, report.damaged], [0, 0, []]);
  });

  test(`${dialect}: a storage that goes away while it is verified is judged by nobody`, async () => {
    await using world = await openWorld({ dialect });
    const { digests } = await pushSome(world);
    const [gone = digestOf(Buffer.of())] = digests;
    await world.store.delete(canonicalKey(gone));
    let looks = 0;
    const storeIsOurs = () => Promise.resolve((looks += 1) === 1);
    await assert.rejects(
      verifyStorage({ ...world, storeIsOurs, recheckMs: 0 }, { ...quiet, repair: true }),
      /storage is not the one/,
    );
    assert.ok(await isServed(world, gone));
  });
}

for (const store of storeKinds) {
  test(`${store}: content is found wherever the store keeps it`, async () => {
    await using world = await openWorld({ store });
    await pushSome(world);
    await copyManifests(world.deps);
    const report = await verify(world, { hashShare: 1 });
    assert.deepEqual([report.blobs, report.missing, report.strays, report.corrupt], [12, 0, 0, 0]);
    assert.equal(report.hashedBlobs, 13);
  });
}

test('a share of the blobs is hashed, another one each time', async () => {
  await using world = await openWorld();
  for (let no = 0; no < 80; no++) await pushBlob(world.deps, pattern(100, no + 1));
  const counts = [];
  for (let round = 0; round < 12; round++)
    counts.push((await verify(world, { hashShare: 0.25 })).hashedBlobs);
  assert.ok(
    counts.every((count) => count > 4 && count < 44),
    counts.join(' '),
  );
  assert.ok(new Set(counts).size > 1, counts.join(' '));
});

test('a stop while copies of manifests are made again is no end of a verification', async () => {
  await using world = await openWorld({ dialect: 'sqlite' });
  await pushSome(world);
  const stop = new AbortController();
  const store = new Proxy(world.store, {
    get: (target, name) => {
      if (name === 'put') stop.abort(new Error('stopped'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  await assert.rejects(verify({ ...world, store }, { repair: true, signal: stop.signal }), /stopped/);
});

test('it tells how far it is, and a stop ends it', async () => {
  await using world = await openWorld();
  const { bytes } = await pushSome(world);
  const told: VerifyProgress[] = [];
  await verify(world, { hashShare: 1, onProgress: (progress) => told.push(progress) });
  assert.deepEqual(told.at(-1)?.blobs, 13);
  assert.ok((told.at(-1)?.bytes ?? 0) >= bytes);
  await assert.rejects(verify(world, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

async function insertPending(tx: Tx, digest: CanonicalDigest): Promise<void> {
  const row = {
    digest,
    size: 6,
    state: 'pending',
    storage_key: null,
    generation: 0,
    worker: null,
    state_at: 0,
  };
  await tx.builder
    .insertInto('blob')
    .values({ ...row, state: 'pending' })
    .execute();
}

for (const dialect of dialects) {
  test(`${dialect}: a blob that was pushed again right behind the last look at it is not called missing`, async () => {
    await using world = await openWorld({ dialect });
    const bytes = pattern(5000, 3);
    const digest = await pushBlob(world.deps, bytes);
    await world.store.delete(canonicalKey(digest));
    const store = new Proxy(world.store, {
      get(target, name) {
        if (name === 'stat')
          return async (key: string) => {
            const found = await target.stat(key);
            if (found === undefined) await pushBlob(world.deps, bytes);
            return found;
          };
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await verifyStorage(
      { ...world, store, storeIsOurs: () => Promise.resolve(true), recheckMs: 0 },
      { ...quiet, repair: true },
    );
    assert.equal((await findStoredBlob(world.db.reader, digest))?.state, 'live');
  });
}
