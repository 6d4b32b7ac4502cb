import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError } from '../../lib/errors.ts';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import {
  canonicalKey,
  quarantineRoot,
  snapshotsRoot,
  storeMarkerKey,
} from '../../platform/blobstore/layout.ts';
import type { BlobState } from '../../platform/db/schema.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { copyManifests } from '../artifacts/copy-manifests.ts';
import {
  bodyOf,
  digestOf,
  imageManifest,
  openWorld,
  owner,
  projectId,
  pushBlob,
  putManifest,
  repositoryName,
  storeKinds,
  testActor,
  type World,
} from '../testing/world.ts';
import { appendUpload } from '../uploads/append-upload.ts';
import { startUpload } from '../uploads/start-upload.ts';
import { quarantineKey } from './is-removable.ts';
import { findSearch } from './stray-reads.ts';
import {
  fill,
  keysOf,
  putStagedStray,
  putStray,
  quarantine,
  search,
  straysOf,
} from './testing/stray-world.ts';

const states: readonly BlobState[] = ['pending', 'live', 'missing', 'condemned', 'deleting'];

async function putRow({ db }: World, content: string, state: BlobState, key: string | null): Promise<void> {
  await db.transaction((tx) =>
    tx.builder
      .insertInto('blob')
      .values({
        digest: digestOf(Buffer.from(content)),
        size: content.length,
        state,
        storage_key: key,
        generation: 1,
        worker: null,
        state_at: 0,
      })
      .execute(),
  );
}

/** The same store, of which each call of one kind is preceded or followed by something. */
function around<K extends 'list' | 'publish' | 'stat'>(
  real: BlobStore,
  name: K,
  instead: (real: BlobStore[K]) => BlobStore[K],
): BlobStore {
  return new Proxy(real, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      const bound: unknown = typeof value === 'function' ? value.bind(target) : value;
      return property === name ? instead(bound as BlobStore[K]) : bound;
    },
  });
}

for (const dialect of dialects)
  for (const store of storeKinds) {
    test(`strays are what no row speaks of, in whatever state that has an object; what is pushed, staged or Berth's own is none (${dialect}, ${store})`, async () => {
      await using world = await openWorld({ dialect, store });
      const layer = Buffer.from('layer');
      await pushBlob(world.deps, layer);
      await putManifest(world.deps, 'v1', imageManifest([{ digest: digestOf(layer), size: layer.length }]));
      await copyManifests(world.deps, new AbortController().signal);
      const id = await startUpload(world.deps, { projectId, repositoryName, principal: testActor.principal });
      await appendUpload(world.deps, { ...owner(id), body: bodyOf(Buffer.alloc(200_000)), range: undefined });
      for (const state of states) await putRow(world, `known ${state}`, state, null);
      for (const state of states) await putStray(world, `known ${state}`);
      const elsewhere = `${canonicalKey(digestOf(Buffer.from('elsewhere')))}.2`;
      await putRow(world, 'elsewhere', 'live', elsewhere);
      await world.store.put(elsewhere, Buffer.from('elsewhere'));
      // Its upload was forgotten long ago.
      const staged = await putStagedStray(world, 'staged');
      await putRow(world, 'staged', 'live', staged);
      await world.store.put(`${snapshotsRoot}/db-1.0.last`, Buffer.from('dump'));
      await world.store.put(storeMarkerKey, Buffer.from('{}'));
      assert.deepEqual((await search(world), await keysOf(world)), []);
      const strays = [
        await putStray(world, 'one'),
        await putStray(world, 'two'),
        `${canonicalKey(digestOf(Buffer.from('known live')))}.7`,
        'docker/registry/v2/blobs/sha256/notes.txt',
      ];
      for (const key of strays.slice(2)) await world.store.put(key, Buffer.from('what is it'));
      if (store === 'object store') strays.push(await putStagedStray(world, 'nobody knows'));
      const { objects, bytes, endedAt } = await search(world);
      assert.deepEqual(await keysOf(world), strays.toSorted());
      assert.ok(objects > strays.length && bytes > 0 && endedAt !== null);
      const [first] = await straysOf(world);
      for (const key of strays) await world.store.delete(key);
      await search(world);
      assert.deepEqual(await keysOf(world), []);
      assert.ok(first !== undefined && first.purgeAfter === null && first.sizeBytes > 0);
    });

    test(`an object in the wrong folder hides no row from what comes behind it (${dialect}, ${store})`, async () => {
      await using world = await openWorld({ dialect, store });
      await fill(world, 20);
      const misplaced = `docker/registry/v2/blobs/sha256/00/${'f'.repeat(64)}/data`;
      await world.store.put(misplaced, Buffer.from('x'));
      await search(world);
      assert.deepEqual(await keysOf(world), [misplaced]);
    });

    test(`a push is no stray at any moment of it (${dialect}, ${store})`, async () => {
      await using world = await openWorld({ dialect, store });
      const seen: (readonly string[])[] = [];
      const look = async (): Promise<void> => {
        await search(world);
        seen.push(await keysOf(world));
      };
      const looking = around(world.store, 'publish', (publish) => async (sealed, key) => {
        await look();
        const placed = await publish(sealed, key);
        await look();
        return placed;
      });
      await pushBlob({ ...world.deps, store: looking }, Buffer.from('slow'));
      await look();
      assert.deepEqual(seen, [[], [], []]);
    });
  }

for (const dialect of dialects) {
  test(`what is deleted between the listing and the look at its row is no stray (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const key = await putStray(world, 'garbage');
    const deleting = around(world.store, 'stat', (stat) => async (asked) => {
      await world.store.delete(key);
      return stat(asked);
    });
    await search(world, { store: deleting });
    assert.deepEqual(await keysOf(world), []);
  });

  test(`rows whose objects are gone hide no stray, however many there are (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 2500);
    for await (const { key } of world.store.list('docker')) await world.store.delete(key);
    const ends = ['0', 'f'].map(
      (digit) => `docker/registry/v2/blobs/sha256/${digit.repeat(2)}/${digit.repeat(64)}/data`,
    );
    for (const key of ends) await world.store.put(key, Buffer.from('x'));
    const { rows } = await sql<{ digest: CanonicalDigest }>`select max(digest) as digest from blob`.execute(
      world.db.reader.builder,
    );
    const last = canonicalKey(rows[0]?.digest ?? assert.fail());
    await world.store.put(last, Buffer.from('x'));
    await search(world);
    assert.deepEqual(await keysOf(world), ends);
  });

  test(`what is younger than the window is counted, and no stray yet (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await putStray(world, 'young');
    const { young } = await search(world, { windowMs: 3_600_000 });
    assert.deepEqual([young, await keysOf(world)], [1, []]);
    const later = await search(world);
    assert.deepEqual([later.young, (await keysOf(world)).length], [0, 1]);
  });

  test(`a search that was broken off goes on where it was; another one begins anew (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 2500);
    const key = await putStray(world, 'one');
    const stop = new AbortController();
    const progress = ({ done }: { readonly done: number }): void => {
      if (done >= 1000) stop.abort(new Error('cut'));
    };
    await assert.rejects(search(world, { jobId: 77_001, signal: stop.signal, progress }), /cut/);
    const broken = await findSearch(world.db.reader);
    assert.deepEqual([broken?.objects, broken?.endedAt], [1000, null]);
    const listed: (string | undefined)[] = [];
    const store = around(world.store, 'list', (list) => (prefix, after) => {
      listed.push(after);
      return list(prefix, after);
    });
    const whole = await search(world, { jobId: 77_001, store });
    assert.deepEqual([whole.objects, await keysOf(world)], [2501, [key]]);
    assert.ok(listed.every((after) => after === broken?.after));
    const again = new AbortController();
    const cut = { progress: () => again.abort(new Error('cut')), signal: again.signal };
    await assert.rejects(search(world, { jobId: 77_002, ...cut }), /cut/);
    const first = `docker/registry/v2/blobs/sha256/00/${'0'.repeat(64)}/data`;
    await world.store.put(first, Buffer.from('x'));
    const anew = await search(world);
    assert.deepEqual([anew.objects, await keysOf(world)], [2502, [first, key]]);
  });

  test(`a key longer than the list takes is in it all the same, and ends no search (${dialect})`, async () => {
    await using world = await openWorld({ dialect, store: 'object store' });
    await fill(world);
    const folder = `docker/registry/v2/blobs/${Array.from({ length: 12 }, () => randomBytes(124).toString('hex')).join('/')}`;
    const keys = [1, 2].map((no) => `${folder}/${'ä'.repeat(100)}${no}`);
    for (const key of keys) await world.store.put(key, Buffer.from('x'));
    const short = await putStray(world, 'stray');
    const told: string[] = [];
    await search(world, { log: (line) => void told.push(line) });
    const found = await keysOf(world);
    assert.equal(new Set(found).size, 3);
    assert.ok(found.includes(short));
    const long = found.filter((each) => each !== short);
    for (const each of long)
      assert.match(each, /^docker\/registry\/v2\/blobs\/[\da-f/]{900,}… sha256:[\da-f]{64}$/);
    for (const key of keys) assert.ok(told.some((line) => line.includes(key)));
    await search(world);
    assert.deepEqual(await keysOf(world), found);
    const { count, left } = await quarantine(world);
    assert.deepEqual([count, left], [1, 2]);
    for (const key of keys) assert.notEqual(await world.store.stat(key), undefined);
  });

  test(`cancelled, a search does not wait for the storage or for rows (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 10);
    await putStray(world, 'stray');
    for (const name of ['list', 'stat'] as const) {
      const reached = Promise.withResolvers<void>();
      const { promise: never } = Promise.withResolvers<never>();
      const hanging: BlobStore = new Proxy(world.store, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property, target);
          if (property !== name) return typeof value === 'function' ? value.bind(target) : value;
          const hang = (): Promise<never> => {
            reached.resolve();
            return never;
          };
          return name === 'stat' ? hang : () => ({ [Symbol.asyncIterator]: () => ({ next: hang }) });
        },
      });
      const stop = new AbortController();
      const searching = assert.rejects(search(world, { store: hanging, signal: stop.signal }), /cut/);
      await reached.promise;
      stop.abort(new Error('cut'));
      await searching;
    }
  });

  test(`a search of a storage that is not ours any more fails and writes nothing down (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await putStray(world, 'one');
    let asked = 0;
    const storeIsOurs = (): Promise<boolean> => {
      asked += 1;
      return Promise.resolve(asked < 2);
    };
    await assert.rejects(
      search(world, { storeIsOurs }),
      (error) => error instanceof AppError && error.code === 'STORAGE_UNAVAILABLE',
    );
    assert.deepEqual([await keysOf(world), (await findSearch(world.db.reader))?.endedAt], [[], null]);
  });

  test(`what lies in quarantine and nobody has written down is found, with its time (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const key = canonicalKey(digestOf(Buffer.from('lost')));
    await world.store.put(quarantineKey(key), Buffer.from('lost'));
    await world.store.put(`${quarantineRoot}/notes.txt`, Buffer.from('x'));
    await search(world);
    const [stray, ...others] = await straysOf(world);
    assert.deepEqual([stray?.key, others], [key, []]);
    const end = stray?.purgeAfter ?? 0;
    assert.ok(end > (await world.db.now()) + 6 * 86_400_000);
    await search(world);
    assert.equal((await straysOf(world))[0]?.purgeAfter, end);
  });
}

test('a search looks at no more objects a second than it may', async () => {
  await using world = await openWorld();
  await fill(world, 2500);
  const began = performance.now();
  await search(world, { objectsPerSecond: 4000 });
  assert.ok(performance.now() - began >= 500);
  const stop = new AbortController();
  const progress = (): void => stop.abort(new Error('cut'));
  await assert.rejects(search(world, { objectsPerSecond: 1, signal: stop.signal, progress }), /aborted/);
});
