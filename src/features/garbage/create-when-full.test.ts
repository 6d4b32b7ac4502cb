import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { createWhenFull } from './create-when-full.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const never = new AbortController().signal;

async function begun({ reader }: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ kind: string }>`
    select trigger_kind as "kind" from execution where vendor_type = 'GARBAGE_COLLECTION'`.execute(
    reader.builder,
  );
  return rows.map(({ kind }) => kind);
}

for (const dialect of dialects)
  test(`below 15 % of free space a collection begins once, and again only when there was room meanwhile (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const space = { freeBytes: 150, capacityBytes: 1000 };
    const store = { space: () => Promise.resolve({ ...space }) };
    const first = createWhenFull({ db, store, log });
    const look = async (freeBytes: number, job = first): Promise<number> => {
      space.freeBytes = freeBytes;
      await job.run(never);
      return (await begun(db)).length;
    };
    assert.equal(await look(150), 0);
    assert.equal(await look(149), 1);
    assert.equal(await look(10), 1);
    // A server that is started anew, or another one, remembers nothing.
    assert.equal(await look(10, createWhenFull({ db, store, log })), 1);
    await db.transaction((tx) => sql`update execution set started_at = 1`.execute(tx.builder));
    assert.equal(await look(10), 1);
    assert.equal(await look(500), 1);
    assert.equal(await look(100), 2);
    assert.deepEqual(await begun(db), ['EVENT', 'EVENT']);
    const endless = createWhenFull({ db, store: { space: () => Promise.resolve(undefined) }, log });
    assert.equal(await look(0, endless), 2);
  });
