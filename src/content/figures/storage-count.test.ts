import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { append } from '../../platform/events/append.ts';
import { openWorld, projectId, pushBlob, testActor } from '../testing/world.ts';
import { createStorageCount } from './create-storage-count.ts';
import { storageTotal } from './figure-reads.ts';

const signal = new AbortController().signal;

for (const dialect of dialects)
  test(`pulls, sessions and refusals are no reason to count again, a push is (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const count = createStorageCount({ db });
    const look = async () => {
      // A count rests for as long as it took, times fifty.
      await db.transaction((tx) => sql`update storage_total set began_at = ended_at`.execute(tx.builder));
      await count.run(signal);
    };
    await count.run(signal);
    const first = await storageTotal(db.reader);
    assert.equal(first?.logicalBytes, 0);
    for (const type of ['artifact.pulled', 'session.opened', 'artifact.pushed.refused'] as const) {
      const event = { type, at: 1, actor: testActor, projectId, object: 'library/app' };
      await db.transaction((tx) => append(tx, event));
      await look();
      assert.equal((await storageTotal(db.reader))?.eventId, first.eventId, type);
    }
    await pushBlob(world.deps, Buffer.from('content'));
    await look();
    const second = await storageTotal(db.reader);
    assert.ok((second?.eventId ?? 0) > first.eventId);
    // The end of a collection leaves no event.
    const ended = async (at: number) =>
      db.transaction((tx) =>
        sql`insert into execution (vendor_type, vendor_id, trigger_kind, status, message, started_at, ended_at, updated_at)
          values ('GARBAGE_COLLECTION', -1, 'MANUAL', 'Success', '', 1, ${at}, ${at})`.execute(tx.builder),
      );
    await ended(1);
    await look();
    assert.equal((await storageTotal(db.reader))?.beganAt, second?.endedAt);
    await ended((second?.endedAt ?? 0) + 1);
    await look();
    assert.ok(((await storageTotal(db.reader))?.beganAt ?? 0) > (second?.endedAt ?? 0));
  });
