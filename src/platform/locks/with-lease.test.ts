import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import { withLease } from './with-lease.ts';

for (const dialect of dialects) {
  test(`${dialect}: what is done under a lease is done by one at a time`, async () => {
    await using opened = await openTestDatabase(dialect);
    let inside = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      assert.equal(inside, 1);
      await delay(10);
      inside -= 1;
    };
    await Promise.all(['a', 'b', 'c'].map((holder) => withLease(opened.db, 'test', holder, work)));
    await withLease(opened.db, 'test', 'd', work);
  });

  test(`${dialect}: work that fails gives its lease back`, async () => {
    await using opened = await openTestDatabase(dialect);
    await assert.rejects(
      withLease(opened.db, 'test', 'a', () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await withLease(opened.db, 'test', 'b', () => Promise.resolve(1)), 1);
  });

  test(`${dialect}: the lease of who died in its work runs out`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(async (tx) => {
      await sql`insert into lease values ('test', 'dead', 0)`.execute(tx.builder);
    });
    assert.equal(await withLease(opened.db, 'test', 'b', () => Promise.resolve(1)), 1);
  });
}
