import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartProblem, type StartProblemCode } from '../../lib/start-problem.ts';
import { storeMarkerKey } from '../../platform/blobstore/layout.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { openWorld, type World } from '../testing/world.ts';
import { claimStore, storeMatches } from './claim-store.ts';
import { findStoreIdentity } from './store-identity-writes.ts';
import { compareWithStore, takeOverStore } from './take-over-store.ts';

const name = 'the store';

async function refusal(work: Promise<unknown>): Promise<StartProblemCode> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  assert.ok(error instanceof StartProblem, String(error));
  return error.code;
}

/** A world whose store belongs to another database, which is returned as well. */
async function lost(dialect: World['db']['dialect']): Promise<{ old: World; fresh: World }> {
  const old = await openWorld({ dialect });
  await claimStore(old, name, true);
  const fresh = await openWorld({ dialect });
  const marker = await old.store.get(storeMarkerKey);
  await fresh.store.put(storeMarkerKey, marker ?? new Uint8Array());
  return { old, fresh };
}

for (const dialect of dialects) {
  test(`${dialect}: a database that is the store's is bound to it`, async () => {
    await using world = await openWorld({ dialect });
    await claimStore(world, name, true);
    assert.equal(await compareWithStore(world, name), 'bound');
  });

  test(`${dialect}: a new database takes over a store that has lost its own, which is refused from then on`, async () => {
    const { old, fresh } = await lost(dialect);
    await using _old = old;
    await using _fresh = fresh;
    assert.equal(await compareWithStore(fresh, name), 'lost');
    assert.equal(await refusal(claimStore(fresh, name, true)), 'storeOfAnother');
    await takeOverStore(fresh, name);
    await claimStore(fresh, name, true);
    assert.ok(await storeMatches(fresh));
    assert.equal((await findStoreIdentity(fresh.db.reader))?.epoch, 2);
    assert.ok(!(await storeMatches({ db: old.db, store: fresh.store })));
    assert.equal(await refusal(claimStore({ db: old.db, store: fresh.store }, name, true)), 'storeOfAnother');
  });

  test(`${dialect}: an older state of the store's database takes it over with a later epoch`, async () => {
    await using world = await openWorld({ dialect });
    await claimStore(world, name, true);
    const yesterday = await findStoreIdentity(world.db.reader);
    await claimStore(world, name, true);
    await world.db.transaction((tx) =>
      tx.builder
        .updateTable('store_identity')
        .set({ nonce: yesterday?.nonce ?? '' })
        .execute(),
    );
    assert.equal(await compareWithStore(world, name), 'older');
    await takeOverStore(world, name);
    assert.ok(!(await storeMatches(world)), 'the marker follows with the claim');
    await claimStore(world, name, true);
    assert.ok(await storeMatches(world));
    assert.equal((await findStoreIdentity(world.db.reader))?.epoch, 2);
    assert.equal(await compareWithStore(world, name), 'bound');
  });

  test(`${dialect}: another registry's store, and one without a marker, are not taken over`, async () => {
    await using one = await openWorld({ dialect });
    await using other = await openWorld({ dialect });
    assert.equal(await refusal(compareWithStore(one, name)), 'storeMarkerMissing');
    await one.store.put(`docker/registry/v2/blobs/sha256/aa/${'a'.repeat(64)}/data`, Buffer.from('x'));
    assert.equal(await refusal(compareWithStore(one, name)), 'storeUnmarked');
    await claimStore(other, name, true);
    const mixed = { db: other.db, store: one.store };
    assert.equal(await refusal(compareWithStore(mixed, name)), 'storeMarkerMissing');
    await one.store.put(storeMarkerKey, Buffer.from(JSON.stringify({ store_id: 'x', epoch: 9, nonce: 'y' })));
    assert.equal(await refusal(compareWithStore(mixed, name)), 'storeOfAnother');
  });
}
