import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError } from '../../lib/errors.ts';
import { StartProblem, type StartProblemCode } from '../../lib/start-problem.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { storeMarkerKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { openWorld, silentLog, storeKinds, type World } from '../testing/world.ts';
import { beginEpoch } from './begin-epoch.ts';
import { claimStore, readStoreMarker, refuseForeignStore, storeMatches } from './claim-store.ts';
import { StoreWatch } from './store-watch.ts';

const refuses = (code: StartProblemCode) => (error: unknown) => {
  assert.ok(error instanceof StartProblem, String(error));
  assert.equal(error.code, code);
  return true;
};

const claim = (world: World, alone = true) => claimStore(world, 'here', alone);
const marker = async (world: World) => String(await world.store.get(storeMarkerKey));

const storeIdOf = async (store: BlobStore): Promise<string> =>
  (await readStoreMarker(store, 'here'))?.storeId ?? 'none';

/** A crash right before or right after the marker is written. */
function dyingStore(world: World, when: 'before' | 'after'): BlobStore {
  const { store } = world;
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'put' && name !== 'putNew') {
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      return async (key: string, bytes: Uint8Array) => {
        if (when === 'after') await target[name](key, bytes);
        throw new Error('died');
      };
    },
  });
}

for (const dialect of dialects) {
  for (const store of storeKinds) {
    const on = `${dialect}, ${store}`;
    const open = () => openWorld({ dialect, store });

    test(`${on}: the first start marks an empty store, and later starts know it again`, async () => {
      await using world = await open();
      await claim(world);
      assert.equal(await storeMatches(world), true);
      const first = await marker(world);
      await claim(world);
      assert.equal(await storeMatches(world), true);
      assert.notEqual(await marker(world), first, 'a start alone makes a new nonce');
      const second = await marker(world);
      await claim(world, false);
      assert.equal(await marker(world), second, 'one beside others does not');
    });

    test(`${on}: an empty database is kept from the store of another one`, async () => {
      await using world = await open();
      await using other = await open();
      await claim(other);
      await assert.rejects(
        claimStore({ db: world.db, store: other.store }, 'here', true),
        refuses('storeOfAnother'),
      );
      await assert.rejects(refuseForeignStore(other.store, 'here'), refuses('storeOfAnother'));
    });

    test(`${on}: a registry that is not ours is neither taken nor touched`, async () => {
      await using world = await open();
      await world.store.put('docker/registry/v2/repositories/x/_layers/link', Buffer.from('x'));
      await assert.rejects(claim(world), refuses('storeUnmarked'));
      assert.equal(await world.store.get(storeMarkerKey), undefined);
      const { rows } = await sql`select 1 from store_identity`.execute(world.db.reader.builder);
      assert.deepEqual(rows, [], 'the database is not bound to it either');
    });

    test(`${on}: a store whose marker is gone is not marked again`, async () => {
      await using world = await open();
      await claim(world);
      await world.store.delete(storeMarkerKey);
      await assert.rejects(claim(world), refuses('storeMarkerMissing'));
      assert.equal(await world.store.get(storeMarkerKey), undefined);
    });

    test(`${on}: a database from another time is refused`, async () => {
      await using world = await open();
      await claim(world);
      await world.db.transaction(async (tx) => {
        await sql`update store_identity set epoch = epoch + 1`.execute(tx.builder);
      });
      await assert.rejects(claim(world), refuses('storeOfAnother'));
    });

    test(`${on}: a restored database gives the store its later epoch, which refuses the one before`, async () => {
      await using world = await open();
      await claim(world);
      const storeId = await storeIdOf(world.store);
      await using later = await open();
      await beginEpoch(later.db, { storeId, epoch: 3 });
      const restored = { db: later.db, store: world.store };
      for (const when of ['before', 'after'] as const) {
        await assert.rejects(
          claimStore({ db: later.db, store: dyingStore(world, when) }, 'here', true),
          /died/,
        );
      }
      await claimStore(restored, 'here', true);
      assert.equal(await storeMatches(restored), true);
      assert.equal((JSON.parse(await marker(world)) as { epoch: number }).epoch, 3);
      await assert.rejects(claim(world), refuses('storeOfAnother'));
    });

    test(`${on}: a restored database marks no empty folder where its store should be`, async () => {
      await using world = await open();
      // Its first start died before the marker, and then the mount went away.
      await beginEpoch(world.db, { storeId: 's', epoch: 2 });
      await assert.rejects(claim(world), refuses('storeMarkerMissing'));
      assert.equal(await world.store.get(storeMarkerKey), undefined);
    });

    test(`${on}: a database that was restored elsewhere, or to no later epoch, is refused`, async () => {
      await using world = await open();
      await claim(world);
      const storeId = await storeIdOf(world.store);
      for (const identity of [
        { storeId, epoch: 1 },
        { storeId: 'another', epoch: 2 },
      ]) {
        await using other = await open();
        await beginEpoch(other.db, identity);
        await assert.rejects(
          claimStore({ db: other.db, store: world.store }, 'here', true),
          refuses('storeOfAnother'),
        );
      }
      await claim(world);
    });

    test(`${on}: the server on a database is told when a copy of that database was started on its store`, async () => {
      await using world = await open();
      await claim(world);
      await using copy = await open();
      const { rows } = await sql<Record<string, string | number>>`select * from store_identity`.execute(
        world.db.reader.builder,
      );
      const [row] = rows;
      await copy.db.transaction(async (tx) => {
        await sql`insert into store_identity values (1, ${row?.['store_id']}, 1, ${row?.['nonce']}, null)`.execute(
          tx.builder,
        );
      });
      using watch = new StoreWatch(world, silentLog);
      assert.equal(await watch.check(), true);
      await claimStore({ db: copy.db, store: world.store }, 'here', true);
      assert.deepEqual([await watch.check(), watch.ours], [false, false]);
      await assert.rejects(claim(world), refuses('storeOfAnother'));
    });

    for (const when of ['before', 'after'] as const) {
      test(`${on}: a first start that died ${when} writing the marker is taken up by the next`, async () => {
        await using world = await open();
        await assert.rejects(
          claimStore({ db: world.db, store: dyingStore(world, when) }, 'here', true),
          /died/,
        );
        await claim(world);
        assert.equal(await storeMatches(world), true);
      });

      test(`${on}: a change of the nonce that died ${when} writing the marker leaves both in agreement`, async () => {
        await using world = await open();
        await claim(world);
        await assert.rejects(
          claimStore({ db: world.db, store: dyingStore(world, when) }, 'here', true),
          /died/,
        );
        assert.equal(await storeMatches(world), true);
        await claim(world);
        assert.equal(await storeMatches(world), true);
      });
    }
  }
}

test('a mount that goes away is noticed, and is served again when it is back', async () => {
  await using world = await openWorld();
  await claim(world);
  using watch = new StoreWatch(world, silentLog);
  const bytes = (await world.store.get(storeMarkerKey)) ?? Buffer.alloc(0);
  await world.store.delete(storeMarkerKey);
  assert.equal(await watch.check(), false);
  await world.store.put(storeMarkerKey, bytes);
  assert.deepEqual([await watch.check(), watch.ours], [true, true]);
});

test('a marker that cannot be opened for want of a descriptor leaves what is served, and lets nothing be judged', async () => {
  await using world = await openWorld();
  await claim(world);
  const emfile = Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
  let failing: AppError | undefined = new AppError('STORAGE_UNAVAILABLE', {}, { cause: emfile });
  const store = new Proxy(world.store, {
    get(target, name) {
      const problem = failing;
      if (name === 'get' && problem !== undefined) return () => Promise.reject(problem);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  using watch = new StoreWatch({ db: world.db, store }, silentLog);
  assert.equal(await watch.check(), false);
  assert.equal(watch.ours, true);
  failing = new AppError(
    'STORAGE_UNAVAILABLE',
    {},
    { cause: Object.assign(new Error('EIO'), { code: 'EIO' }) },
  );
  assert.equal(await watch.check(), false);
  assert.equal(watch.ours, false);
  failing = undefined;
  assert.equal(await watch.check(), true);
  assert.equal(watch.ours, true);
});
