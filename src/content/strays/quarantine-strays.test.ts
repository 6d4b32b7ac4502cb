import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { AppError, type ErrorCode } from '../../lib/errors.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { findLinkedBlob } from '../blobs/blob-reads.ts';
import { raiseEpoch } from '../blobs/store-identity-writes.ts';
import {
  digestOf,
  imageManifest,
  openWorld,
  pushBlob,
  putManifest,
  repositoryName,
  storeKinds,
  type World,
} from '../testing/world.ts';
import { quarantineKey } from './is-removable.ts';
import { planStrays } from './plan-strays.ts';
import { purgeQuarantine } from './purge-quarantine.ts';
import { finishLeftStrays, quarantineStrays } from './quarantine-strays.ts';
import { restoreStrays } from './restore-strays.ts';
import { beginStrayRemoval } from './stray-writes.ts';
import {
  fill,
  keysOf,
  putStagedStray,
  putStray,
  quarantine,
  quiet,
  search,
  straysOf,
} from './testing/stray-world.ts';

const content = Buffer.from('stray');
const digest = digestOf(content);

const refusedWith = (code: ErrorCode, message: RegExp) => (error: unknown) =>
  error instanceof AppError && error.code === code && message.test(error.message);

/** Moves wait until they are let go on; `begun` resolves when the first one waits. */
function heldMoves(real: BlobStore): { store: BlobStore; begun: Promise<void>; goOn: () => void } {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const store = new Proxy(real, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'move') return typeof value === 'function' ? value.bind(target) : value;
      return async (from: string, to: string): Promise<boolean> => {
        begun.resolve();
        await held.promise;
        return target.move(from, to);
      };
    },
  });
  return { store, begun: begun.promise, goOn: () => held.resolve() };
}

async function isServed({ db, store }: World): Promise<boolean> {
  const found = await findLinkedBlob(db.reader, repositoryName, digest);
  return (
    found !== undefined &&
    (await store.get(found.storageKey ?? canonicalKey(digest)))?.length === content.length
  );
}

async function rowsOf({ db }: World): Promise<readonly string[]> {
  const { rows } = await sql<{ state: string }>`select state from blob where digest = ${digest}`.execute(
    db.reader.builder,
  );
  return rows.map(({ state }) => state);
}

for (const dialect of dialects)
  for (const store of storeKinds)
    test(`reviewed strays go to quarantine, come back from it, and are deleted when their time is over (${dialect}, ${store})`, async () => {
      await using world = await openWorld({ dialect, store });
      await fill(world);
      const keys = [await putStray(world, 'stray')];
      if (store === 'object store') keys.unshift(await putStagedStray(world, 'staged'));
      await search(world);
      const planned = await planStrays(world.db.reader);
      const done = await quarantine(world);
      assert.deepEqual(
        [done.count, done.bytes, done.left, done.failed],
        [planned.count, planned.bytes, 0, 0],
      );
      for (const key of keys) {
        assert.equal(await world.store.get(key), undefined);
        assert.notEqual(await world.store.get(quarantineKey(key)), undefined);
      }
      assert.deepEqual(await rowsOf(world), []);
      await search(world);
      assert.deepEqual(await keysOf(world), keys);
      assert.equal((await planStrays(world.db.reader)).count, 0);
      assert.equal(await restoreStrays(world.deps, keys, quiet), keys.length);
      for (const key of keys) assert.notEqual(await world.store.get(key), undefined);
      await search(world);
      assert.equal((await quarantine(world)).count, keys.length);
      assert.equal((await purgeQuarantine(world.deps, quiet)).count, 0);
      await world.db.transaction((tx) => sql`update stray set purge_after = 1`.execute(tx.builder));
      const purged = await purgeQuarantine(world.deps, quiet);
      assert.deepEqual([purged.count, purged.bytes], [planned.count, planned.bytes]);
      assert.deepEqual(await keysOf(world), []);
      for (const key of keys) assert.equal(await world.store.get(quarantineKey(key)), undefined);
    });

for (const dialect of dialects) {
  test(`an empty database empties no storage (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 120);
    await world.db.transaction((tx) => sql`delete from blob`.execute(tx.builder));
    const { objects } = await search(world);
    const { plan, count, refused } = await planStrays(world.db.reader);
    assert.deepEqual([objects, count], [120, 120]);
    assert.match(refused ?? '', /120 of 120 objects .* nothing is removed/);
    await assert.rejects(
      quarantineStrays(world.deps, plan, quiet),
      refusedWith('PRECONDITION', /from 1 % on/),
    );
    const again = await search(world);
    assert.deepEqual([again.objects, (await keysOf(world)).length], [120, 120]);
  });

  test(`one per cent of the bytes is too much, however few the objects are (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    await putStray(world, 'large'.repeat(1000));
    await search(world);
    await assert.rejects(quarantine(world), refusedWith('PRECONDITION', /1 of 301 objects/));
  });

  test(`one per cent of the objects is too much, however small they are (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    for (const each of ['a', 'b', 'c', 'd']) await putStray(world, each);
    await search(world);
    await assert.rejects(quarantine(world), refusedWith('PRECONDITION', /4 of 304 objects/));
  });

  test(`a plan is carried out once, as it was reviewed, on the storage that was searched (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await assert.rejects(planStrays(world.db.reader), refusedWith('NOT_FOUND', /nobody has looked/));
    await search(world);
    assert.equal((await planStrays(world.db.reader)).refused, undefined);
    await fill(world);
    const key = await putStray(world, 'stray');
    await search(world);
    const { plan } = await planStrays(world.db.reader);
    await search(world);
    await assert.rejects(quarantineStrays(world.deps, plan, quiet), refusedWith('PRECONDITION', /by now/));
    await world.db.transaction((tx) => raiseEpoch(tx, { epoch: 2, nonce: 'm' }));
    await assert.rejects(quarantine(world), refusedWith('PRECONDITION', /restored or adopted/));
    assert.notEqual(await world.store.get(key), undefined);
    await search(world);
    const applied = (await planStrays(world.db.reader)).plan;
    assert.equal((await quarantineStrays(world.deps, applied, quiet)).count, 1);
    assert.equal((await quarantineStrays(world.deps, applied, quiet)).count, 0);
    await assert.rejects(quarantineStrays(world.deps, plan, quiet), refusedWith('PRECONDITION', /by now/));
  });

  test(`nothing is moved once the storage is not ours, and what was moved before stays moved (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 2500);
    const contents = Array.from({ length: 20 }, (_, index) => `stray ${index}`);
    const keys = await Promise.all(contents.map((each) => putStray(world, each)));
    await search(world);
    let asked = 0;
    const storeIsOurs = (): Promise<boolean> => {
      asked += 1;
      return Promise.resolve(asked < 3);
    };
    await assert.rejects(
      quarantine(world, { storeIsOurs }),
      refusedWith('STORAGE_UNAVAILABLE', /not the one this registry belongs to/),
    );
    const there = await Promise.all(keys.map((key) => world.store.stat(key)));
    assert.equal(there.filter((each) => each !== undefined).length, 4);
    const moved = (await straysOf(world)).filter(({ purgeAfter }) => purgeAfter !== null);
    assert.equal(moved.length, 16);
    const { rows } = await sql`select 1 from blob where state = 'deleting'`.execute(world.db.reader.builder);
    assert.deepEqual(rows, []);
  });

  test(`a removal that its server did not live to end goes on (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world, 2500);
    const contents = Array.from({ length: 20 }, (_, index) => `stray ${index}`);
    for (const each of contents) await putStray(world, each);
    await search(world);
    const { plan } = await planStrays(world.db.reader);
    const stop = new AbortController();
    const progress = (): void => stop.abort(new Error('cut'));
    await assert.rejects(
      quarantineStrays(world.deps, plan, { ...quiet, signal: stop.signal, progress }),
      /cut/,
    );
    assert.equal((await quarantineStrays(world.deps, plan, quiet)).count, 4);
  });

  test(`a push of what is being moved waits and wins, on another instance, too (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    await putStray(world, 'stray');
    await search(world);
    const held = heldMoves(world.store);
    const moving = quarantine(world, { store: held.store });
    await held.begun;
    const other =
      dialect === 'sqlite' ? world.deps : { ...world.deps, db: await world.second(), instance: 'b' };
    const pushing = pushBlob(other, content);
    assert.deepEqual(await rowsOf(world), ['deleting']);
    held.goOn();
    assert.equal((await moving).count, 1);
    await pushing;
    assert.deepEqual([await isServed(world), await rowsOf(world)], [true, ['live']]);
    await search(world);
    assert.equal(await isServed(world), true);
    await restoreStrays(world.deps, [canonicalKey(digest)], quiet);
    assert.equal(await isServed(world), true);
  });

  test(`who publishes a stray before it is moved keeps it (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    await putStray(world, 'stray');
    await search(world);
    await pushBlob(world.deps, content);
    const { count, left } = await quarantine(world);
    assert.deepEqual([count, left, await isServed(world)], [0, 1, true]);
  });

  test(`what a manifest waits for is no more moved, nor deleted from the quarantine (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = await putStray(world, 'stray');
    await search(world);
    const other = Buffer.from('held');
    await pushBlob(world.deps, other);
    const manifest = imageManifest([{ digest: digestOf(other), size: other.length }], {
      subject: { digest, size: content.length, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
    });
    await putManifest(world.deps, 'v1', manifest);
    assert.deepEqual([(await quarantine(world)).left, await rowsOf(world)], [1, []]);
    assert.notEqual(await world.store.get(key), undefined);
    await world.store.move(key, quarantineKey(key));
    await world.db.transaction((tx) => sql`update stray set purge_after = 1`.execute(tx.builder));
    assert.equal((await purgeQuarantine(world.deps, quiet)).count, 0);
    assert.notEqual(await world.store.get(quarantineKey(key)), undefined);
  });

  test(`a digest that a dead server held can be pushed again, before and behind the move (${dialect})`, async () => {
    for (const isMoved of [false, true]) {
      await using world = await openWorld({ dialect });
      await fill(world);
      const key = await putStray(world, 'stray');
      await search(world);
      await world.db.transaction((tx) =>
        beginStrayRemoval(tx, { digest, sizeBytes: content.length, worker: 'stray-dead', now: 1 }),
      );
      if (isMoved) await world.store.move(key, quarantineKey(key));
      await finishLeftStrays(world.deps, quiet.signal);
      // On PostgreSQL the dead may be alive and late: then the next one gets another key.
      assert.deepEqual(await rowsOf(world), dialect === 'sqlite' ? [] : ['burnt']);
      const purgeAfter = (await straysOf(world))[0]?.purgeAfter ?? null;
      assert.equal(purgeAfter !== null, isMoved);
      assert.equal((await quarantine(world)).count, isMoved ? 0 : 1);
      if (!isMoved) await world.store.move(quarantineKey(key), key);
      await pushBlob(world.deps, content);
      assert.equal(await isServed(world), true);
      await world.store.move(key, quarantineKey(key));
      assert.equal(await isServed(world), dialect === 'postgres');
    }
  });

  test(`a stray whose digest was burnt is found again and goes with the next plan, pushed meanwhile or not (${dialect})`, async () => {
    for (const isPushed of [false, true]) {
      await using world = await openWorld({ dialect });
      await fill(world);
      const key = await putStray(world, 'stray');
      // As a server leaves it whose removal another one has let go.
      await world.db.transaction((tx) =>
        sql`insert into blob (digest, size, state, generation, state_at) values (${digest}, ${content.length}, 'burnt', 2, 0)`.execute(
          tx.builder,
        ),
      );
      if (isPushed) await pushBlob(world.deps, content);
      await search(world);
      assert.deepEqual(await keysOf(world), [key]);
      const { count, left } = await quarantine(world);
      assert.deepEqual([count, left], [1, 0]);
      assert.equal(await world.store.stat(key), undefined);
      assert.deepEqual(await rowsOf(world), [isPushed ? 'live' : 'burnt']);
      assert.equal(await restoreStrays(world.deps, [key], quiet), 1);
      await search(world);
      assert.deepEqual(
        (await straysOf(world)).map((each) => [each.key, each.purgeAfter]),
        [[key, null]],
      );
      assert.equal((await quarantine(world)).count, 1);
      await pushBlob(world.deps, content);
      assert.equal(await isServed(world), true);
      // The one that died was only late.
      await world.store.move(key, quarantineKey(key));
      assert.equal(await isServed(world), true);
    }
  });

  test(`a burnt digest that a manifest names keeps the object that lies at its place (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = await putStray(world, 'stray');
    await world.db.transaction((tx) =>
      sql`insert into blob (digest, size, state, generation, state_at) values (${digest}, ${content.length}, 'burnt', 2, 0)`.execute(
        tx.builder,
      ),
    );
    const other = Buffer.from('held');
    await pushBlob(world.deps, other);
    const manifest = imageManifest([{ digest: digestOf(other), size: other.length }], {
      subject: { digest, size: content.length, mediaType: 'application/vnd.oci.image.manifest.v1+json' },
    });
    await putManifest(world.deps, 'v1', manifest);
    await search(world);
    assert.deepEqual([(await quarantine(world)).left, await rowsOf(world)], [1, ['burnt']]);
    assert.notEqual(await world.store.get(key), undefined);
  });

  test(`nothing comes back while its digest is being deleted, nor is said to when a deletion took it along (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = await putStray(world, 'stray');
    await search(world);
    await quarantine(world);
    const told: string[] = [];
    const run = { ...quiet, log: (line: string): void => void told.push(line) };
    // As a garbage collection begins and ends it.
    const begin = () =>
      world.db.transaction((tx) =>
        sql`insert into blob (digest, size, state, generation, worker, state_at) values (${digest}, ${content.length}, 'deleting', 1, 'purge-other', 0)`.execute(
          tx.builder,
        ),
      );
    const end = async (): Promise<void> => {
      await world.store.delete(key);
      await world.db.transaction((tx) => sql`delete from blob where digest = ${digest}`.execute(tx.builder));
    };
    await begin();
    assert.equal(await restoreStrays(world.deps, [key], run), 0);
    assert.match(told.splice(0).join('\n'), /stays: .* is being deleted/);
    await end();
    assert.notEqual(await world.store.stat(quarantineKey(key)), undefined);
    const moved = Promise.withResolvers<void>();
    const racing = new Proxy(world.store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'move') return typeof value === 'function' ? value.bind(target) : value;
        return async (from: string, to: string): Promise<boolean> => {
          await begin();
          const done = await target.move(from, to);
          moved.resolve();
          return done;
        };
      },
    });
    const restoring = restoreStrays({ ...world.deps, store: racing }, [key], run);
    await moved.promise;
    await end();
    assert.equal(await restoring, 0);
    assert.match(told.join('\n'), /is gone: its digest was deleted meanwhile/);
    assert.deepEqual(await keysOf(world), []);
  });

  test(`content that is not what its name says does not come back (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = canonicalKey(digest);
    await world.store.put(key, Buffer.from('something else'));
    await search(world);
    await quarantine(world);
    const told: string[] = [];
    const log = (line: string): void => void told.push(line);
    assert.equal(await restoreStrays(world.deps, [key, 'nothing'], { ...quiet, log }), 0);
    assert.match(told.join('\n'), /is not what its name says\nnothing is not in quarantine/);
    assert.equal(await world.store.get(key), undefined);
  });

  test(`names that Berth does not give are reported and stay (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = 'docker/registry/v2/blobs/sha256/a';
    await world.store.put(key, Buffer.from('x'));
    await search(world);
    assert.deepEqual([(await quarantine(world)).left, await keysOf(world)], [1, [key]]);
    assert.notEqual(await world.store.get(key), undefined);
  });

  test(`who pushes a digest whose other object is only reported does not wait for anything (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = `${canonicalKey(digest)}.7`;
    await world.store.put(key, content);
    await search(world);
    assert.deepEqual([(await quarantine(world)).left, await rowsOf(world)], [1, []]);
    assert.notEqual(await world.store.get(key), undefined);
  });

  test(`what a restored database calls live stays in quarantine past its time (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = await putStray(world, 'stray');
    await search(world);
    await quarantine(world);
    await world.db.transaction((tx) =>
      sql`insert into blob (digest, size, state, generation, state_at) values (${digest}, ${content.length}, 'live', 0, 0)`.execute(
        tx.builder,
      ),
    );
    await world.db.transaction((tx) => sql`update stray set purge_after = 1`.execute(tx.builder));
    assert.equal((await purgeQuarantine(world.deps, quiet)).count, 0);
    assert.equal(await restoreStrays(world.deps, [key], quiet), 1);
    await world.store.put(quarantineKey(key), content);
    await world.db.transaction((tx) => sql`update stray set purge_after = 1`.execute(tx.builder));
    assert.equal((await purgeQuarantine(world.deps, quiet)).count, 1);
    assert.notEqual(await world.store.get(key), undefined);
  });

  test(`a failure of one move leaves the digests of the others held until they are moved (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    await fill(world);
    const key = await putStray(world, 'stray');
    const other = await putStray(world, 'another');
    await search(world);
    const held = heldMoves(world.store);
    const failing = new Proxy(held.store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'stat') return value;
        return (of: string) => (of === other ? Promise.reject(new Error('broken')) : target.stat(of));
      },
    });
    const moves = new Proxy(failing, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'move') return value;
        return (from: string, to: string) => (from === other ? true : target.move(from, to));
      },
    });
    let isOver = false;
    const moving = assert.rejects(quarantine(world, { store: moves }), /broken/).finally(() => {
      isOver = true;
    });
    await held.begun;
    // Time enough for the failure of the other to be told.
    for (let turns = 0; turns < 100 && !isOver; turns++) await world.db.now();
    await finishLeftStrays({ ...world.deps }, quiet.signal);
    assert.deepEqual([isOver, await rowsOf(world)], [false, ['deleting']]);
    held.goOn();
    await moving;
    assert.notEqual(await world.store.get(quarantineKey(key)), undefined);
  });
}
