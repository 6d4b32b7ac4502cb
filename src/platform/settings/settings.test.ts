import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { testMasterKey } from '../crypto/test-master-key.testing.ts';
import type { Database } from '../db/database.ts';
import { dialects, openTestDatabase } from '../db/testing/test-database.ts';
import type { Actor } from '../events/append.ts';
import { putSetting } from './setting-writes.ts';
import { type SettingChanges, Settings, type SettingsDeps } from './settings.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const log = { debug() {}, info() {}, warn() {}, error() {} };
const open = (db: Database, more: Partial<SettingsDeps> = {}) =>
  Settings.open({ db, masterKey: testMasterKey(), log, ...more });

const events = async (db: Database) =>
  (
    await db.reader.builder.selectFrom('event').select(['type', 'object', 'data']).orderBy('id').execute()
  ).map(({ type, object, data }) => [type, object, JSON.parse(data) as unknown]);

const refusal = (message: RegExp) => ({ name: 'AppError', code: 'BAD_REQUEST', message });

for (const dialect of dialects) {
  test(`a setting has its default until it is changed, and its value after the next start (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await using settings = await open(db, { defaults: { token_expiration: 5 } });
    assert.deepEqual(
      [settings.get('read_only'), settings.get('token_expiration'), settings.get('robot_name_prefix')],
      [false, 5, 'robot$'],
    );
    await settings.change({ read_only: true, robot_name_prefix: 'bot+' }, actor);
    assert.equal(settings.get('read_only'), true);
    await using next = await open(db);
    assert.deepEqual(
      [next.get('read_only'), next.get('token_expiration'), next.get('robot_name_prefix')],
      [true, 30, 'bot+'],
    );
  });

  test(`a change leaves one event with what was before, what changes nothing none (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await using settings = await open(opened.db);
    await settings.change({ read_only: false, session_timeout: 60 }, actor);
    await settings.change({}, actor);
    assert.deepEqual(await events(opened.db), []);
    await settings.change({ read_only: true, session_timeout: 5, banner_message: '' }, actor);
    assert.deepEqual(await events(opened.db), [
      [
        'configuration.updated',
        'configuration',
        { read_onlyBefore: 0, read_only: 1, session_timeoutBefore: 60, session_timeout: 5 },
      ],
    ]);
  });

  test(`a secret is kept encrypted, told to no event, and gone with its master key (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const masterKey = testMasterKey();
    await using settings = await open(db, { masterKey });
    await settings.change({ smtp_password: 'Pass-Word-1' }, actor);
    assert.equal(settings.get('smtp_password'), 'Pass-Word-1');
    await using again = await open(db, { masterKey });
    assert.equal(again.get('smtp_password'), 'Pass-Word-1');
    await again.change({ smtp_password: 'Pass-Word-1' }, actor);
    assert.deepEqual(await events(db), [
      ['configuration.updated', 'configuration', { smtp_password: 'changed' }],
    ]);
    const kept = await db.reader.builder.selectFrom('setting').select('value').execute();
    assert.ok(!JSON.stringify(kept).includes('Pass-Word-1'));
    await using lost = await open(db);
    assert.equal(lost.get('smtp_password'), '');
    await lost.change({ smtp_password: '' }, actor);
  });

  test(`one value that cannot be had refuses all of them (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await using settings = await open(opened.db);
    const cases: [SettingChanges, RegExp][] = [
      [{ token_expiration: 0 }, /^token_expiration must be from 1 to 9999999999$/],
      [{ session_timeout: 10_000_000_000 }, /^session_timeout must be/],
      [{ robot_token_duration: -1 }, /^robot_token_duration must be/],
      [{ storage_per_project: 0 }, /^storage_per_project must be -1 or from 1 to 1125899906842624$/],
      [{ storage_per_project: 2 ** 50 + 1 }, /^storage_per_project must be/],
      [{ robot_name_prefix: '' }, /^robot_name_prefix must not be blank/],
      [{ robot_name_prefix: ' ' }, /^robot_name_prefix must not be blank/],
      [{ robot_name_prefix: 'a:b' }, /colons/],
      [{ robot_name_prefix: 'x'.repeat(65) }, /more than 64 characters/],
      [{ banner_message: 'a\0b' }, /^banner_message is no valid text$/],
      [{ banner_message: '\ud800' }, /^banner_message is no valid text$/],
      [{ project_creation_restriction: 'nobody' }, /must be one of everyone, adminonly/],
      [{ auth_mode: 'magic' }, /must be one of db_auth, /],
      [{ auth_mode: 'ldap_auth' }, /needs sign-in by another directory, not in this version$/],
      [{ oidc_client_secret: 'x' }, /needs sign-in by OpenID Connect, not in this version$/],
      [{ skip_audit_log_database: true }, /^skip_audit_log_database stays false: the history of tags/],
      [{ audit_log_forward_endpoint: 'log' }, /^audit_log_forward_endpoint must be host:port/],
      [{ pull_count_update_disable: true }, /^pull_count_update_disable stays false: retention, usage/],
    ];
    for (const [changes, message] of cases)
      await assert.rejects(settings.change({ read_only: true, ...changes }, actor), refusal(message));
    assert.equal(settings.get('read_only'), false);
    assert.deepEqual(await events(opened.db), []);
    await settings.change({ auth_mode: 'db_auth', ldap_url: '', storage_per_project: -1 }, actor);
  });

  test(`what another version stored does no harm (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(async (tx) => {
      for (const [name, value] of [
        ['unknown', '1'],
        ['read_only', '"yes"'],
        ['session_timeout', 'no JSON'],
        ['banner_message', '"hello"'],
      ] as const)
        await putSetting(tx, { name, value, now: 0 });
    });
    await using settings = await open(opened.db);
    assert.deepEqual(
      [settings.get('read_only'), settings.get('session_timeout'), settings.get('banner_message')],
      [false, 60, 'hello'],
    );
  });

  test(`changes at the same time are all kept (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await using settings = await open(opened.db);
    await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        settings.change(
          index % 2 === 0 ? { session_timeout: 100 + index } : { token_expiration: 100 + index },
          actor,
        ),
      ),
    );
    await using next = await open(opened.db);
    assert.deepEqual(settings.all(), next.all());
    const told = await events(opened.db);
    assert.equal(told.length, 8);
  });
}

test('what another instance changes is seen without asking', {
  skip: dialects.includes('postgres') ? false : 'SQLite has no other instance',
}, async () => {
  await using opened = await openTestDatabase('postgres');
  const other = await opened.second();
  await using here = await open(opened.db);
  await using there = await open(other);
  await here.change({ read_only: true }, actor);
  assert.equal(here.get('read_only'), true);
  while (!there.get('read_only')) await delay(20);
  await there.change({ read_only: false, session_timeout: 7 }, actor);
  while (here.get('session_timeout') !== 7) await delay(20);
  assert.equal(here.get('read_only'), false);
});
