import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { openWorld, projectId, silentLog } from '../testing/world.ts';
import { monthOf } from './month-of.ts';
import { pageOfMonth } from './month-reads.ts';
import { PullCounts } from './pull-counts.ts';
import { accrueStored } from './traffic-writes.ts';

const alice = { projectId, account: 'user:3' };
const robot = { projectId, account: 'robot:1' };
const hourMs = 3_600_000;

async function monthIn(db: Database, month: number) {
  const sort = { key: 'account', descending: false } as const;
  const page = { month, visible: { kind: 'all' }, sort, offset: 0, limit: 100 } as const;
  return (await pageOfMonth(db.reader, page)).rows.map((row) => [
    row.account,
    row.pushedBytes,
    row.pulledBytes,
    row.storedKibHours,
  ]);
}

for (const dialect of dialects) {
  test(`bytes of several instances add up by account, and of an outage none is lost (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    let away = true;
    const gone = () => Promise.reject(new AppError('DATABASE_UNAVAILABLE', { logged: true }));
    const shaky: Database = {
      dialect,
      reader: db.reader,
      now: () => db.now(),
      transaction: (...of) => (away ? gone() : db.transaction(...of)),
      [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
    };
    await using one = new PullCounts({ db: shaky, log: silentLog });
    await using two = new PullCounts({ db, log: silentLog });
    one.addBytes(alice, { pulled: 100 });
    one.addBytes(robot, { pushed: 7 });
    await one.flush();
    one.addBytes(alice, { pulled: 1, pushed: 5 });
    away = false;
    two.addBytes(alice, { pulled: 1000 });
    await Promise.all([one.flush(), two.flush()]);
    await one.flush();
    assert.deepEqual(await monthIn(db, monthOf(await db.now())), [
      ['robot:1', 7, 0, 0],
      ['user:3', 5, 1101, 0],
    ]);
  });

  test(`what a project keeps is added once for every hour, to the month of that hour (${dialect})`, async () => {
    await using world = await openWorld({ dialect });
    const { db } = world;
    const accrue = (at: string) => db.transaction((tx) => accrueStored(tx, Date.parse(at)));
    await db.transaction((tx) =>
      tx.builder
        .updateTable('project_usage')
        .set({ used_bytes: 10 * 1024 })
        .execute(),
    );
    assert.equal(await accrue('2026-11-30T21:59:00Z'), 0);
    assert.equal(await accrue('2026-11-30T21:59:59Z'), 0);
    assert.deepEqual(
      await Promise.all([accrue('2026-11-30T22:00:00Z'), accrue('2026-11-30T22:00:00Z')]).then((hours) =>
        hours.toSorted(),
      ),
      [0, 1],
    );
    // The server was away meanwhile.
    assert.equal(await accrue('2026-12-01T03:10:00Z'), 5);
    // A clock that was set back.
    assert.equal(await accrue('2026-12-01T01:00:00Z'), 0);
    assert.deepEqual(await monthIn(db, 202611), [['', 0, 0, 30]]);
    assert.deepEqual(await monthIn(db, 202612), [['', 0, 0, 30]]);
  });
}

test('a month is one of UTC', () => {
  assert.equal(monthOf(Date.parse('2026-12-01T00:00:00Z') - 1), 202611);
  assert.equal(monthOf(Date.parse('2026-12-01T00:00:00Z')), 202612);
  assert.equal(monthOf(Date.parse('2026-12-31T23:00:00Z') + hourMs), 202701);
});
