import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { pageOfBlobs } from '../blobs/blob-reads.ts';
import { sweepSteps } from '../blobs/testing/sweep.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  storeKinds,
  testActor,
  type World,
} from '../testing/world.ts';
import { copyManifests } from './copy-manifests.ts';
import { deleteArtifact } from './delete-artifact.ts';

async function pushSome(world: World, count: number): Promise<Buffer[]> {
  const blob = Buffer.from('config');
  await pushBlob(world.deps, blob);
  const manifests = Array.from({ length: count }, (_, index) =>
    imageManifest([{ digest: digestOf(blob), size: blob.length }], { annotations: { no: String(index) } }),
  );
  for (const [index, bytes] of manifests.entries()) await putManifest(world.deps, `v${index}`, bytes);
  return manifests;
}

const contentAt = async (world: World, bytes: Buffer): Promise<string | undefined> => {
  const found = await world.store.get(canonicalKey(digestOf(bytes)));
  return found && Buffer.from(found).toString();
};

for (const dialect of dialects) {
  for (const store of storeKinds) {
    test(`${dialect}, ${store}: manifests are copied to where Docker's registry has them, each once`, async () => {
      await using world = await openWorld({ dialect, store });
      const manifests = await pushSome(world, 120);
      assert.equal(await contentAt(world, manifests[0]!), undefined, 'a push does not wait for the copy');
      assert.equal(await copyManifests(world.deps), 120);
      for (const bytes of manifests) assert.equal(await contentAt(world, bytes), bytes.toString());
      assert.equal(await copyManifests(world.deps), 0);
    });

    test(`${dialect}, ${store}: the bytes of a manifest are a blob like any other, with a copy or without`, async () => {
      await using world = await openWorld({ dialect, store });
      const [bytes] = await pushSome(world, 1);
      await pushBlob(world.deps, bytes!);
      assert.ok(await copyManifests(world.deps));
      await pushBlob(world.deps, bytes!);
      await world.store.delete(await keyOf(world, bytes!));
      await pushBlob(world.deps, bytes!, 'library/other');
      assert.ok(await copyManifests(world.deps), 'a copy that was found gone is made again');
      assert.equal(await copyManifests(world.deps), 0);
    });
  }

  test(`${dialect}: what is in the trash keeps its copy, and one that was never made is still made`, async () => {
    await using world = await openWorld({ dialect });
    const [first, second] = await pushSome(world, 2);
    const trash = (bytes: Buffer) =>
      deleteArtifact(world, { projectId, repositoryName, digest: digestOf(bytes), actor: testActor });
    await trash(first!);
    assert.equal(await copyManifests(world.deps), 2);
    await trash(second!);
    for (const bytes of [first!, second!]) assert.ok(await contentAt(world, bytes));
  });

  test(`${dialect}: without the storage's marker nothing is copied, and a stop leaves the rest for later`, async () => {
    await using world = await openWorld({ dialect });
    const manifests = await pushSome(world, 3);
    assert.equal(await copyManifests({ ...world.deps, storeIsOurs: () => Promise.resolve(false) }), 0);
    const stop = new AbortController();
    const { store } = world;
    const stopping = new Proxy(store, {
      get(target, name) {
        if (name === 'put') stop.abort();
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    assert.equal(await copyManifests({ ...world.deps, store: stopping }, stop.signal), 1);
    assert.ok(await contentAt(world, manifests[0]!));
    assert.equal(await copyManifests(world.deps), 2);
  });

  test(`${dialect}: a copy beside a deletion is not believed in`, async () => {
    await using world = await openWorld({ dialect });
    const [manifest] = await pushSome(world, 1);
    const digest = digestOf(manifest!);
    await forgetArtifacts(world);
    const sweep = sweepSteps(world, digest);
    const racing = new Proxy(world.store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === 'put') {
          return async (key: string, content: Uint8Array) => {
            await target.put(key, content);
            await sweep.condemn();
            await sweep.begin();
            await sweep.unlink();
            await sweep.burn();
            await putManifest(world.deps, 'v0', manifest!);
          };
        }
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    assert.equal(await copyManifests({ ...world.deps, store: racing }), 0);
    assert.equal(await copyManifests(world.deps), 1);
  });
}

async function keyOf(world: World, bytes: Buffer): Promise<string> {
  const digest = digestOf(bytes);
  const row = (await pageOfBlobs(world.db.reader, '', 100)).find((each) => each.digest === digest);
  return row?.storage_key ?? canonicalKey(digest);
}

/** As a purge of the trash will. */
async function forgetArtifacts(world: World): Promise<void> {
  await world.db.transaction(async (tx) => {
    await tx.builder.deleteFrom('tag').execute();
    await tx.builder.deleteFrom('artifact').execute();
  });
}
