import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../lib/secret.ts';
import { StartProblem } from '../../lib/start-problem.ts';
import { MasterKey, WrongMasterKey } from '../../platform/crypto/master-key.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { testMasterKey } from '../testing/parts.ts';
import { keysInUse } from './key-reads.ts';
import { openMasterKey } from './open-master-key.ts';
import { TokenKeys } from './token-keys.ts';

const day = 24 * 60 * 60 * 1000;
const masterKey = testMasterKey();
const openKeys = (db: Database, more = {}) =>
  TokenKeys.open({ db, masterKey, lifeSeconds: () => 60, ...more });

async function age(db: Database, ms: number): Promise<void> {
  await db.transaction((tx) =>
    tx.builder
      .updateTable('crypto_key')
      .set((set) => ({ created_at: set('created_at', '-', ms) }))
      .execute(),
  );
}

async function allKeys(db: Database) {
  return db.reader.builder.selectFrom('crypto_key').selectAll().orderBy('id').execute();
}

for (const dialect of dialects) {
  test(`${dialect}: the first start makes a key, later ones use it`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { kid } = await (await openKeys(opened.db)).current();
    const again = await openKeys(opened.db);
    assert.equal((await again.current()).kid, kid);
    assert.equal((await again.find(kid))?.kid, kid);
    assert.equal((await allKeys(opened.db)).length, 1);
  });

  test(`${dialect}: a key lies encrypted in the database, with the name of its master key`, async () => {
    await using opened = await openTestDatabase(dialect);
    await openKeys(opened.db);
    const [row] = await allKeys(opened.db);
    assert.equal(row?.wrapped_by, masterKey.fingerprint);
    const plain = masterKey.unwrap(row?.wrapped ?? Buffer.alloc(0), 'token');
    assert.ok(!Buffer.from(row?.wrapped ?? []).includes(plain.subarray(0, 16)));
    await assert.rejects(openKeys(opened.db, { masterKey: testMasterKey('2') }), WrongMasterKey);
  });

  test(`${dialect}: of many first starts at once one makes the key`, async () => {
    await using opened = await openTestDatabase(dialect);
    // Connections that are there already: making them would bring the starts into an order.
    await Promise.all(Array.from({ length: 12 }, () => opened.db.now()));
    const all = await Promise.all(Array.from({ length: 12 }, () => openKeys(opened.db)));
    assert.equal((await allKeys(opened.db)).length, 1);
    const names = await Promise.all(all.map(async (keys) => (await keys.current()).kid));
    assert.equal(new Set(names).size, 1);
  });

  test(`${dialect}: a new key signs at once, and the old one still verifies`, async () => {
    await using opened = await openTestDatabase(dialect);
    const keys = await openKeys(opened.db);
    const old = await keys.current();
    const kid = await keys.rotate();
    assert.notEqual(kid, old.kid);
    assert.equal((await keys.current()).kid, kid);
    const found = await keys.find(old.kid);
    assert.ok(found?.verify('text', old.sign('text')));
    const events = await opened.db.reader.builder.selectFrom('event').select('type').execute();
    assert.deepEqual(
      events.map((event) => event.type),
      ['key.rotated'],
    );
  });

  test(`${dialect}: another instance learns of a new key when it meets its name`, async () => {
    await using opened = await openTestDatabase(dialect);
    const [one, two] = [await openKeys(opened.db), await openKeys(opened.db)];
    const kid = await one.rotate();
    assert.equal((await two.find(kid))?.kid, kid);
    assert.equal((await two.current()).kid, kid);
  });

  test(`${dialect}: names that nobody knows cost one look into the database a second, whoever sends them`, async () => {
    await using opened = await openTestDatabase(dialect);
    const keys = await openKeys(opened.db);
    const { db } = opened;
    let reads = 0;
    const counting = new TokenKeysCounting(db, () => {
      reads += 1;
    });
    const watched = await openKeys(counting.db);
    reads = 0;
    const from = performance.now();
    for (let round = 0; round < 3; round++)
      await Promise.all(Array.from({ length: 50 }, (_, index) => watched.find(`unknown-${round}-${index}`)));
    const seconds = (performance.now() - from) / 1000;
    assert.ok(reads <= Math.ceil(seconds) + 1, `${reads} reads in ${seconds} s`);
    assert.equal(await keys.find('unknown'), undefined);
  });

  test(`${dialect}: a key of more than 90 days is followed by another one by itself`, async () => {
    await using opened = await openTestDatabase(dialect);
    const old = await (await openKeys(opened.db)).current();
    await age(opened.db, 89 * day);
    assert.equal((await (await openKeys(opened.db)).current()).kid, old.kid);
    await age(opened.db, 2 * day);
    const keys = await openKeys(opened.db);
    assert.notEqual((await keys.current()).kid, old.kid);
    assert.equal((await keys.find(old.kid))?.kid, old.kid);
  });

  test(`${dialect}: a key is retired when the last token that it signed has ended, not before`, async () => {
    await using opened = await openTestDatabase(dialect);
    const keys = await openKeys(opened.db);
    const { kid } = await keys.current();
    await keys.rotate();
    await age(opened.db, 60_000 + 2 * 60_000);
    assert.equal((await (await openKeys(opened.db)).find(kid))?.kid, kid);
    await age(opened.db, 2 * 60_000);
    assert.equal(await (await openKeys(opened.db)).find(kid), undefined);
    const rows = await allKeys(opened.db);
    assert.deepEqual(
      rows.map((row) => row.retired_at === null),
      [false, true],
    );
    assert.equal((await keysInUse(opened.db.reader, 'token')).length, 1);
  });

  test(`${dialect}: the master key of the folder is made once, and only where nothing needs an older one`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const folder = new Folder();
    const made = await openMasterKey({ db, folder }, undefined);
    assert.match(folder.text ?? '', /^[0-9a-f]{64}$/);
    assert.equal((await openMasterKey({ db, folder }, undefined)).fingerprint, made.fingerprint);
    await openKeys(db, { masterKey: made });
    assert.equal((await openMasterKey({ db, folder }, undefined)).fingerprint, made.fingerprint);
    const given = new Secret(folder.text ?? '');
    assert.equal((await openMasterKey({ db, folder: new Folder() }, given)).fingerprint, made.fingerprint);
    const other = new Folder(MasterKey.generate());
    await assert.rejects(openMasterKey({ db, folder: other }, undefined), problem('secretKeyWrong'));
    const wrong = new Secret(MasterKey.generate());
    await assert.rejects(openMasterKey({ db, folder }, wrong), problem('secretKeyWrong'));
    const empty = new Folder();
    await assert.rejects(openMasterKey({ db, folder: empty }, undefined), problem('secretKeyMissing'));
    assert.equal(empty.text, undefined, 'no other key is put in its place');
    const damaged = new Folder('half a k');
    await assert.rejects(openMasterKey({ db, folder: damaged }, undefined), problem('secretKeyDamaged'));
  });
}

class Folder {
  readonly keyPath = '/data/secret.key';
  text: string | undefined;

  constructor(text?: string) {
    this.text = text;
  }

  readKey(): Promise<string | undefined> {
    return Promise.resolve(this.text);
  }

  keepKey(text: string): Promise<void> {
    assert.equal(this.text, undefined);
    this.text = text;
    return Promise.resolve();
  }
}

function problem(code: string) {
  return (error: unknown): boolean => error instanceof StartProblem && error.code === code;
}

/** A database that tells of each look at the keys. */
class TokenKeysCounting {
  readonly db: Database;

  constructor(db: Database, onRead: () => void) {
    const reader = new Proxy(db.reader, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'all' || typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          onRead();
          return Reflect.apply(value, target, given);
        };
      },
    });
    this.db = new Proxy(db, {
      get: (target, name) => {
        if (name === 'reader') return reader;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}
