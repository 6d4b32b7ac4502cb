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
    await Promise.all(['a', 'b', 'c'].map((holder) => withLease(opened.db, { name: 'test', holder }, work)));
    await withLease(opened.db, { name: 'test', holder: 'd' }, work);
  });

  test(`${dialect}: work that fails gives its lease back`, async () => {
    await using opened = await openTestDatabase(dialect);
    await assert.rejects(
      withLease(opened.db, { name: 'test', holder: 'a' }, () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await withLease(opened.db, { name: 'test', holder: 'b' }, () => Promise.resolve(1)), 1);
  });

  test(`${dialect}: the lease of who died in its work runs out`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(async (tx) => {
      await sql`insert into lease values ('test', 'dead', 0)`.execute(tx.builder);
    });
    assert.equal(await withLease(opened.db, { name: 'test', holder: 'b' }, () => Promise.resolve(1)), 1);
  });
}

for (const dialect of dialects.filter((name) => name === 'postgres')) {
  test(`${dialect}: a lease is renewed while its work goes on, however long that takes`, async () => {
    await using opened = await openTestDatabase(dialect);
    const second = await opened.second();
    const lease = { name: 'test', leaseMs: 1500 };
    let inside = 0;
    const work = async (stillHeld: () => void): Promise<void> => {
      inside += 1;
      assert.equal(inside, 1);
      await delay(1.4 * lease.leaseMs);
      stillHeld();
      inside -= 1;
    };
    await Promise.all([
      withLease(opened.db, { ...lease, holder: 'a' }, work),
      withLease(second, { ...lease, holder: 'b' }, work),
    ]);
  });

  test(`${dialect}: who lost its lease is told before its next step, fails, and leaves it to the new holder`, async () => {
    await using opened = await openTestDatabase(dialect);
    const second = await opened.second();
    const holderOf = async (): Promise<string | undefined> => {
      const { rows } = await sql<{ holder: string }>`select holder from lease where name = 'test'`.execute(
        second.reader.builder,
      );
      return rows[0]?.holder;
    };
    const steps: string[] = [];
    const stopped = withLease(opened.db, { name: 'test', holder: 'a', leaseMs: 300 }, async (stillHeld) => {
      await second.transaction(async (tx) => {
        await sql`update lease set holder = 'b' where name = 'test'`.execute(tx.builder);
      });
      for (;;) {
        await delay(10);
        stillHeld();
        if (steps.length < 1000) steps.push('step');
      }
    });
    await assert.rejects(stopped, /held "test" for too long/);
    assert.ok(steps.length > 0);
    assert.equal(await holderOf(), 'b');
  });

  test(`${dialect}: work that ends after its lease was lost counts as failed`, async () => {
    await using opened = await openTestDatabase(dialect);
    const work = async (): Promise<void> => {
      // As a process that was stopped: no renewal runs meanwhile.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      await delay(0);
    };
    await assert.rejects(withLease(opened.db, { name: 'test', holder: 'a', leaseMs: 150 }, work), /too long/);
  });
}
