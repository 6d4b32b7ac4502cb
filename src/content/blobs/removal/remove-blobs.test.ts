import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import type { BlobStore } from '../../../platform/blobstore/blob-store.ts';
import { canonicalKey } from '../../../platform/blobstore/layout.ts';
import type { Database } from '../../../platform/db/database.ts';
import { dialects } from '../../../platform/db/testing/test-database.ts';
import { digestOf, openWorld, pushBlob, type World } from '../../testing/world.ts';
import { forgetRemoved, leftRemovals } from './removal-writes.ts';
import { finishLeftRemovals, removeBlobs } from './remove-blobs.ts';

const never = new AbortController().signal;
const longMs = 10 * 60_000;

/** Blobs that nothing needs. */
async function unneeded(world: World, texts: readonly string[]): Promise<CanonicalDigest[]> {
  const digests = [];
  for (const text of texts) digests.push(await pushBlob(world.deps, Buffer.from(text)));
  await world.db.transaction(async ({ builder }) => {
    for (const table of ['blob_link', 'project_blob'])
      await sql`delete from ${sql.table(table)}`.execute(builder);
  });
  return digests;
}

async function removeByDigest(
  deps: World['deps'],
  digests: readonly CanonicalDigest[],
): ReturnType<typeof removeBlobs> {
  const rows = await deps.db.reader.builder
    .selectFrom('blob')
    .select('id')
    .where('digest', 'in', digests)
    .orderBy('id')
    .execute();
  return removeBlobs(
    deps,
    rows.map(({ id }) => id),
  );
}

/** The same store, which does something first wherever an object is deleted. */
function beforeDelete(real: BlobStore, first: (key: string) => Promise<void>): BlobStore {
  return new Proxy(real, {
    get(target, name) {
      if (name === 'deleteMany')
        return (keys: readonly string[]) =>
          Promise.all(
            keys.map(async (key) => {
              try {
                await first(key);
              } catch (error) {
                return { kind: 'failed', error };
              }
              return (await target.deleteMany([key]))[0];
            }),
          );
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The same database, whose clock is ahead. */
function later(real: Database): Database {
  return {
    dialect: real.dialect,
    reader: real.reader,
    now: async () => (await real.now()) + longMs,
    transaction: (...of) => real.transaction(...of),
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}

const stateOf = async ({ db }: World, digest: string): Promise<string | undefined> =>
  (await db.reader.builder.selectFrom('blob').select('state').where('digest', '=', digest).executeTakeFirst())
    ?.state;

for (const dialect of dialects) {
  test(`what the disk does not delete is deleted later by the same process (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digests = await unneeded(world, ['one', 'two', 'three']);
    const broken = beforeDelete(world.store, (key) =>
      key === canonicalKey(digestOf(Buffer.from('two')))
        ? Promise.reject(new Error('the disk is ill'))
        : Promise.resolve(),
    );
    const removed = await removeByDigest({ ...world.deps, store: broken }, digests);
    const [, two = assert.fail('nothing was pushed')] = digests;
    assert.deepEqual([removed.count, removed.bytes, removed.absent], [2, 8, 0]);
    assert.deepEqual(
      removed.failed.map(({ digest, error }) => [digest, String(error)]),
      [[two, 'Error: the disk is ill']],
    );
    assert.equal(await stateOf(world, two), 'deleting');
    const finished = await finishLeftRemovals(world.deps, never);
    assert.deepEqual([finished.count, finished.bytes, finished.failed], [1, 3, []]);
    assert.equal(await stateOf(world, two), dialect === 'sqlite' ? undefined : 'burnt');
    assert.equal(await world.store.get(canonicalKey(two)), undefined);
    await pushBlob(world.deps, Buffer.from('two'));
    assert.equal(await stateOf(world, two), 'live');
  });

  test(`a deletion that is under way is left to who is at it (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const [digest = assert.fail('nothing was pushed')] = await unneeded(world, ['one']);
    let finished: number | undefined;
    const store = beforeDelete(world.store, async () => {
      finished = (await finishLeftRemovals({ ...world.deps, db: later(world.db) }, never)).count;
    });
    assert.deepEqual(await removeByDigest({ ...world.deps, store }, [digest]), {
      count: 1,
      bytes: 3,
      absent: 0,
      failed: [],
    });
    assert.equal(finished, 0);
    assert.equal(await stateOf(world, digest), undefined);
  });

  test(`what its owner has ended after all, and somebody published again, is not deleted (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digests = await unneeded(world, ['one', 'two']);
    await world.db.transaction(({ builder }) =>
      sql`update blob set state = 'deleting', worker = 'purge-other', generation = 1, state_at = 0`.execute(
        builder,
      ),
    );
    const [, second = assert.fail('nothing was pushed')] = digests;
    // Between the look and the take-over.
    const storeIsOurs = async (): Promise<boolean> => {
      const before = Number.MAX_SAFE_INTEGER;
      const left = await leftRemovals(world.db.reader, {
        prefix: 'purge-',
        before,
        ahead: before,
        after: 0,
        count: 9,
      });
      const owned = left.find(({ digest }) => digest === second) ?? assert.fail('it was ended before');
      await world.store.delete(owned.key);
      assert.equal((await world.db.transaction((tx) => forgetRemoved(tx, [owned], 0))).length, 1);
      await pushBlob(world.deps, Buffer.from('two'));
      return true;
    };
    assert.equal((await finishLeftRemovals({ ...world.deps, storeIsOurs }, never)).count, 1);
    assert.equal(await stateOf(world, second), 'live');
    assert.equal(Buffer.from((await world.store.get(canonicalKey(second))) ?? []).toString(), 'two');
  });

  test(`what was begun by a clock that was ahead is ended as well (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const [digest = assert.fail('nothing was pushed')] = await unneeded(world, ['one']);
    const at = (await world.db.now()) + longMs;
    await world.db.transaction(({ builder }) =>
      sql`update blob set state = 'deleting', worker = 'purge-gone', generation = 1, state_at = ${at}`.execute(
        builder,
      ),
    );
    assert.equal((await finishLeftRemovals(world.deps, never)).count, 1);
    await pushBlob(world.deps, Buffer.from('one'));
    assert.equal(await stateOf(world, digest), 'live');
  });

  test(`where a late unlink may come, the key is not used again however often the content comes and goes (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const [digest = assert.fail('nothing was pushed')] = await unneeded(world, ['one']);
    await world.db.transaction(({ builder }) =>
      sql`update blob set state = 'burnt', generation = 3`.execute(builder),
    );
    await world.store.delete(canonicalKey(digest));
    for (let times = 0; times < 2; times += 1) {
      await unneeded(world, ['one']);
      assert.equal(await world.store.get(canonicalKey(digest)), undefined);
      assert.equal((await removeByDigest(world.deps, [digest])).bytes, 3);
    }
    await pushBlob(world.deps, Buffer.from('one'));
    // Who had begun the first deletion goes on at last.
    await world.store.delete(canonicalKey(digest));
    const { storage_key: key } = await world.db.reader.builder
      .selectFrom('blob')
      .select('storage_key')
      .executeTakeFirstOrThrow();
    assert.equal(Buffer.from((await world.store.get(key ?? '')) ?? []).toString(), 'one');
  });

  test(`what a project is charged for stays (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const digest = await pushBlob(world.deps, Buffer.from('one'));
    await world.db.transaction(({ builder }) => sql`delete from blob_link`.execute(builder));
    assert.equal((await removeByDigest(world.deps, [digest])).count, 0);
    assert.equal(await stateOf(world, digest), 'live');
  });
}
