import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressBlock } from '../../lib/address-block.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { silentLog, testMasterKey } from '../testing/parts.ts';
import { countLoginFailures } from './login-failure-reads.ts';
import { LoginSlowing } from './login-slowing.ts';

/** A database whose clock the test moves. */
function withClock(db: Database, clock: { ms: number }): Database {
  return new Proxy(db, {
    get: (target, name) => {
      if (name === 'now') return () => Promise.resolve(clock.ms);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function open(dialect: (typeof dialects)[number], more: { maxRows?: number } = {}) {
  const opened = await openTestDatabase(dialect);
  const clock = { ms: 1_800_000_000_000 };
  const db = withClock(opened.db, clock);
  const slowing = new LoginSlowing({ db, masterKey: testMasterKey(), log: silentLog, ...more });
  const other = new LoginSlowing({ db, masterKey: testMasterKey(), log: silentLog, ...more });
  let verified = 0;
  /** Seconds to wait, or what became of the verification. */
  const attempt = async (
    username: string,
    right: boolean | Error,
    { address = '192.0.2.1', by = slowing } = {},
  ): Promise<number | 'right' | 'wrong'> => {
    try {
      const outcome = await by.attempt({ username, address }, () => {
        verified += 1;
        return right instanceof Error ? Promise.reject(right) : Promise.resolve(right ? {} : undefined);
      });
      return outcome === undefined ? 'wrong' : 'right';
    } catch (error) {
      if (!(error instanceof AppError) || error.headers['Retry-After'] === undefined) throw error;
      assert.equal(error.code, 'TOO_MANY_REQUESTS');
      return Number(error.headers['Retry-After']);
    }
  };
  return {
    db,
    clock,
    slowing,
    other,
    attempt,
    verified: () => verified,
    fail: async (username: string, times: number, more = {}) => {
      for (let time = 0; time < times; time++) assert.equal(await attempt(username, false, more), 'wrong');
    },
    async [Symbol.asyncDispose]() {
      await slowing[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

for (const dialect of dialects) {
  test(`${dialect}: an attempt that looked at the clock before another one, and is counted after it, is free as well`, async () => {
    await using world = await open(dialect);
    for (let time = 0; time < 4; time++) {
      await world.fail('alice', 1, { by: world.other });
      world.clock.ms -= 5;
    }
    assert.equal(await world.attempt('alice', true), 'right');
  });

  test(`${dialect}: five wrong passwords are free, then each one costs a longer wait, up to half a minute`, async () => {
    await using world = await open(dialect);
    await world.fail('alice', 5);
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      assert.equal(await world.attempt('alice', true), seconds, 'also the right one waits');
      const before = world.verified();
      world.clock.ms += seconds * 1000 - 1;
      assert.equal(await world.attempt('alice', false), 1);
      assert.equal(world.verified(), before, 'nothing was verified');
      world.clock.ms += 1;
      assert.equal(await world.attempt('alice', false), 'wrong');
    }
  });

  test(`${dialect}: attempts that come at once are counted like those one by one`, async () => {
    await using world = await open(dialect);
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => world.attempt('alice', false)));
    assert.equal(outcomes.filter((outcome) => outcome === 'wrong').length, 5);
    assert.equal(world.verified(), 5);
  });

  test(`${dialect}: an attempt that looked at the clock first and is counted last does not wait`, async () => {
    await using world = await open(dialect);
    await world.fail('dora', 1);
    world.clock.ms -= 5;
    await world.fail('dora', 4, { by: world.other });
    assert.equal(await world.attempt('dora', true), 1);
  });

  test(`${dialect}: the right password ends it`, async () => {
    await using world = await open(dialect);
    await world.fail('alice', 5);
    world.clock.ms += 1000;
    assert.equal(await world.attempt('alice', true), 'right');
    await world.fail('alice', 5);
    assert.equal(await world.attempt('alice', false), 1);
  });

  test(`${dialect}: other accounts and other addresses are not slowed`, async () => {
    await using world = await open(dialect);
    await world.fail('alice', 5);
    assert.equal(await world.attempt('bob', true), 'right');
    assert.equal(await world.attempt('alice', true, { address: '192.0.2.2' }), 'right');
    assert.equal(await world.attempt('alice', true), 1);
  });

  test(`${dialect}: whoever has a network of IPv6 addresses is one, however it is written`, async () => {
    await using world = await open(dialect);
    await world.fail('alice', 3, { address: '2001:db8:1:2::1' });
    await world.fail('alice', 2, { address: '2001:0db8:0001:0002:ffff:ffff:ffff:ffff' });
    assert.equal(await world.attempt('alice', true, { address: '2001:db8:1:2:3:4:5:6' }), 1);
    assert.equal(await world.attempt('alice', true, { address: '2001:db8:1:3::1' }), 'right');
  });

  test(`${dialect}: failures through one instance count at the other`, async () => {
    await using world = await open(dialect);
    await world.fail('alice', 3);
    await world.fail('alice', 2, { by: world.other });
    assert.equal(await world.attempt('alice', true), 1);
    assert.equal(await world.attempt('alice', true, { by: world.other }), 1);
  });

  test(`${dialect}: who asked for the time before another attempt and counts behind it has not to wait for that`, async () => {
    await using world = await open(dialect);
    for (let time = 0; time < 5; time++) {
      assert.equal(
        await world.attempt('alice', false, { by: time % 2 ? world.other : world.slowing }),
        'wrong',
      );
      world.clock.ms -= 1;
    }
    assert.equal(await world.attempt('alice', true), 2, 'behind the fifth one the pause counts');
  });

  test(`${dialect}: after a quarter of an hour all is forgotten`, async () => {
    await using world = await open(dialect);
    await world.fail('alice', 5);
    world.clock.ms += 15 * 60_000;
    await world.fail('alice', 5);
    assert.equal(await world.attempt('alice', false), 1);
    await world.fail('bob', 1);
    world.clock.ms += 15 * 60_000 - 1;
    await world.slowing.sweep();
    assert.equal(await countLoginFailures(world.db.reader), 2);
    world.clock.ms += 1;
    await world.slowing.sweep();
    assert.equal(await countLoginFailures(world.db.reader), 0);
  });

  test(`${dialect}: an attempt that could not be made is none`, async () => {
    await using world = await open(dialect);
    const busy = new Error('busy');
    for (let time = 0; time < 10; time++) await assert.rejects(world.attempt('alice', busy), /busy/);
    await world.fail('alice', 5);
    assert.equal(await world.attempt('alice', false), 1);
  });

  test(`${dialect}: guessing at names fills the table to its limit only, and what is slowed stays slowed`, async () => {
    await using world = await open(dialect, { maxRows: 10 });
    await world.fail('alice', 5);
    for (let no = 0; no < 40; no++) await world.fail(`nobody-${no}`, 1);
    await world.slowing.sweep();
    assert.equal(await countLoginFailures(world.db.reader), 10);
    assert.equal(await world.attempt('alice', true), 1);
  });

  test(`${dialect}: what was given as user name is not in the database: it may be a password`, async () => {
    await using world = await open(dialect);
    await world.fail('Correct-Horse-7', 1);
    const rows = await world.db.reader.builder.selectFrom('login_failure').selectAll().execute();
    assert.ok(!JSON.stringify(rows).includes('Horse'));
  });
}

test('an address counts alone in IPv4, by its network in IPv6', () => {
  for (const [address, block] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0:0:1:2:3:4', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['', ''],
  ] as const)
    assert.equal(addressBlock(address), block, address);
});
