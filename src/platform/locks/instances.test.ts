import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import type { Logger } from '../log/logger.ts';
import { type InstanceLoad, Instances } from './instances.ts';

const load: InstanceLoad = {
  requestsPerMinute: 120,
  lagP99Us: 1500,
  poolUsed: 2,
  poolLimit: 20,
  poolWaiting: 1,
  leases: 3,
  rssBytes: 5_000_000_000,
};

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The same database by a clock of its own. */
function at(db: Database, clock: { now: number }): Database {
  return {
    dialect: db.dialect,
    reader: db.reader,
    transaction: (...call) => db.transaction(...call),
    now: () => Promise.resolve(clock.now),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const started = (db: Database, name: string, own: Partial<InstanceLoad> = {}, log = silent) =>
  Instances.start(
    { db, log, load: () => Promise.resolve({ ...load, ...own }) },
    { name, host: `host-${name}`, version: '1.2.3', pid: 7 },
  );

for (const dialect of dialects) {
  test(`${dialect}: an instance is listed with what it says of itself, from its start on`, async () => {
    await using opened = await openTestDatabase(dialect);
    const db = at(opened.db, { now: 1000 });
    await using instances = await started(db, 'one');
    assert.deepEqual(await instances.list(), [
      { name: 'one', host: 'host-one', version: '1.2.3', pid: 7, startedAt: 1000, seenAt: 1000, ...load },
    ]);
  });

  // With SQLite there is no other process.
  if (dialect === 'sqlite') continue;

  test(`${dialect}: each lists all that live, and who stops goes at once`, async () => {
    await using opened = await openTestDatabase(dialect);
    const clock = { now: 1000 };
    const db = at(opened.db, clock);
    await using one = await started(db, 'one');
    clock.now += 1;
    const two = await started(db, 'two', { leases: 9 });
    const names = async () => (await one.list()).map(({ name, leases }) => [name, leases]);
    assert.deepEqual(await names(), [
      ['one', 3],
      ['two', 9],
    ]);
    assert.deepEqual(await two.list(), await one.list());
    await two[Symbol.asyncDispose]();
    assert.deepEqual(await names(), [['one', 3]]);
  });

  test(`${dialect}: who died is gone after half a minute, and its row with the next one that speaks`, async () => {
    await using opened = await openTestDatabase(dialect);
    const clock = { now: 1_000_000 };
    const db = at(opened.db, clock);
    // It never ends in order, and its timer does not fire within the test.
    const dead = await started(db, 'dead');
    clock.now += 30_000;
    assert.equal((await dead.list()).length, 1);
    clock.now += 1;
    assert.deepEqual(await dead.list(), []);
    await using _next = await started(db, 'next');
    clock.now -= 30_001;
    assert.deepEqual(
      (await dead.list()).map(({ name }) => name),
      ['next'],
    );
    await dead[Symbol.asyncDispose]();
  });

  test(`${dialect}: one that cannot write says so in the log and serves on`, async () => {
    await using opened = await openTestDatabase(dialect);
    const warned: string[] = [];
    const log = { ...silent, warn: (_facts: object, message: string) => void warned.push(message) };
    const failing: Database = {
      ...at(opened.db, { now: 1 }),
      transaction: () => Promise.reject(new Error('away')),
    };
    const instances = await started(failing, 'one', {}, log);
    assert.equal(warned.length, 1);
    await instances[Symbol.asyncDispose]();
    assert.equal(warned.length, 2, 'it ends all the same');
  });
}
