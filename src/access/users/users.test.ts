import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Passwords } from '../../platform/crypto/password.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { type CreateUserInput, createUser } from './create-user.ts';
import { deleteUser } from './delete-user.ts';
import { disableUser, enableUser } from './disable-user.ts';
import { setPassword } from './set-password.ts';
import { updateProfile } from './update-profile.ts';
import { pageOfUsers } from './user-page-reads.ts';
import { findPasswordVersion, findUser, listUsers } from './user-reads.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const passwords = new Passwords();
const password = 'Quite-Long-Enough-1';

const refusal = (code: string, message = /./) => ({ name: 'AppError', code, message });

function create(db: Database, username: string, more: Partial<CreateUserInput> = {}): Promise<number> {
  return createUser({ db, passwords }, { username, password, actor, ...more });
}

async function makeAdmin(db: Database, id: number): Promise<void> {
  await db.transaction(async ({ builder }) => {
    await builder
      .insertInto('grant')
      .values({
        principal_kind: 'user',
        principal_id: id,
        role: 'system-admin',
        scope: 'system',
        project_id: null,
        repository_pattern: null,
        tag_pattern: null,
        expires_at: null,
        created_at: 0,
      })
      .execute();
  });
}

async function eventTypes(db: Database): Promise<string[]> {
  const rows = await db.reader.builder.selectFrom('event').select('type').orderBy('id').execute();
  return rows.map(({ type }) => type);
}

for (const dialect of dialects) {
  test(`an account without address and name keeps its profile as it is, and two may have none (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const [bare, other] = [await create(db, 'bare'), await create(db, 'other')];
    const full = await create(db, 'full', { email: 'full@example.com', realname: 'Full' });
    const write = (userId: number, email: string, realname: string, comment = ''): Promise<void> =>
      updateProfile({ db }, { userId, email, realname, comment, actor });
    await write(bare, '', '');
    assert.equal((await eventTypes(db)).includes('user.updated'), false, 'nothing has changed');
    for (const id of [bare, other]) await write(id, '', '', 'no address');
    await assert.rejects(write(full, '', 'Full'), refusal('BAD_REQUEST', /email can't be empty/));
    await assert.rejects(
      write(full, 'full@example.com', ''),
      refusal('BAD_REQUEST', /realname can't be empty/),
    );
    await write(bare, 'bare@example.com', 'Bare');
    await assert.rejects(write(bare, '', 'Bare'), refusal('BAD_REQUEST', /email can't be empty/));
    const { rows } = await listUsers(db.reader, { offset: 0, limit: 10 });
    assert.deepEqual(
      rows.map(({ username, email }) => [username, email]),
      [
        ['bare', 'bare@example.com'],
        ['full', 'full@example.com'],
        ['other', null],
      ],
    );
  });

  test(`a new account can be verified by its password and has no role (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const id = await create(db, 'Alice.B+c', { email: 'alice@example.com', realname: '李 Alice' });
    const user = await findUser(db.reader, 'Alice.B+c');
    assert.equal(user?.id, id);
    assert.equal(user.disabled, false);
    assert.ok(await passwords.verify(password, user.passwordHash ?? undefined));
    assert.equal(await findUser(db.reader, 'alice.b+c'), undefined, 'exactly this name');
    assert.deepEqual(await db.reader.builder.selectFrom('grant').selectAll().execute(), []);
    assert.deepEqual(await eventTypes(db), ['user.created']);
    const [event] = await db.reader.builder.selectFrom('event').selectAll().execute();
    assert.doesNotMatch(JSON.stringify(event), /Quite|argon/);
  });

  test(`a name or an address that is taken, in whatever case, is refused (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await create(db, 'alice', { email: 'a@example.com' });
    await assert.rejects(create(db, 'alice'), refusal('CONFLICT', /alice already$/));
    await assert.rejects(create(db, 'ALICE'), refusal('CONFLICT', /differs by case only/));
    const email = 'A@Example.com';
    await assert.rejects(create(db, 'bob', { email }), refusal('CONFLICT', /e-mail address/));
    await create(db, 'carol');
    await create(db, 'dave');
    assert.equal((await listUsers(db.reader, { offset: 0, limit: 10 })).count, 3);
  });

  test(`of several who make one account at once, in different cases, exactly one does (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const dbs = dialect === 'postgres' ? [opened.db, await opened.second()] : [opened.db];
    const names = ['alice', 'Alice', 'ALICE', 'alice', 'aLice', 'alice'];
    // Hashing would let them come one after the other.
    const atOnce = { hash: () => Promise.resolve('hash') };
    const outcomes = await Promise.allSettled(
      names.map((username, i) =>
        createUser(
          { db: dbs[i % dbs.length] ?? opened.db, passwords: atOnce },
          { username, password, actor },
        ),
      ),
    );
    const failed = outcomes.filter((each) => each.status === 'rejected');
    assert.equal(failed.length, names.length - 1);
    for (const { reason } of failed) assert.equal((reason as { code?: string }).code, 'CONFLICT');
    assert.deepEqual(await eventTypes(opened.db), ['user.created']);
  });

  test(`what cannot be an account makes none (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const bad = [
      '',
      ' ',
      ' a',
      'a ',
      'a,b',
      'a"b',
      'a~',
      'a#b',
      'a%b',
      'robot$x',
      'a:b',
      'a\0',
      'a\nb',
      'a\u202Eb',
    ];
    for (const name of [...bad, 'x'.repeat(256), '\uD800', 'anonymous', 'Anonymous'])
      await assert.rejects(create(db, name), refusal('BAD_REQUEST', /not a user name/), JSON.stringify(name));
    for (const weak of ['', 'short', 'Harbor12345', 'x'.repeat(129), 'aaaaaaaaaaaaaa'])
      await assert.rejects(create(db, 'a', { password: weak }), refusal('BAD_REQUEST', /password/));
    for (const email of ['', 'a', 'a@b', '@b.c', 'a@b .c', 'a@@b.c', 'a@b.c\n', `${'x'.repeat(255)}@b.c`])
      await assert.rejects(create(db, 'a', { email }), refusal('BAD_REQUEST', /e-mail/), email);
    for (const realname of ['a\0', 'a#', 'x'.repeat(256)])
      await assert.rejects(create(db, 'a', { realname }), refusal('BAD_REQUEST', /person/));
    assert.deepEqual(await eventTypes(db), []);
  });

  test(`a password that was set counts, and only the first administrator's file goes with it (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await create(db, 'first');
    await create(db, 'second');
    let forgotten = 0;
    const forgetInitialPassword = () => {
      forgotten += 1;
      return Promise.resolve();
    };
    const deps = { db, passwords, forgetInitialPassword, allowWeak: false };
    const before = await findUser(db.reader, 'second');
    await setPassword(deps, { username: 'second', password: 'Another-Long-One-2', actor });
    const user = await findUser(db.reader, 'second');
    assert.ok(await passwords.verify('Another-Long-One-2', user?.passwordHash ?? undefined));
    assert.equal(user?.passwordVersion, (before?.passwordVersion ?? 0) + 1);
    assert.equal(forgotten, 0);
    await setPassword(deps, { username: 'first', password: 'Another-Long-One-2', actor });
    assert.equal(forgotten, 1);
    const nobody = setPassword(deps, { username: 'no\0body', password: 'Another-Long-One-2', actor });
    await assert.rejects(nobody, refusal('NOT_FOUND'));
  });

  test(`an account that is switched off is known as such at once, until it is on again (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const id = await create(db, 'alice');
    assert.equal(await disableUser({ db }, { username: 'alice', actor }), true);
    assert.equal(await disableUser({ db }, { username: 'alice', actor }), false);
    assert.equal((await findUser(db.reader, 'alice'))?.disabled, true);
    assert.equal(await findPasswordVersion(db.reader, id), undefined, 'what is remembered ends');
    assert.equal(await enableUser({ db }, { username: 'alice', actor }), true);
    assert.equal(await enableUser({ db }, { username: 'alice', actor }), false);
    assert.equal(await findPasswordVersion(db.reader, id), 1);
    assert.deepEqual(await eventTypes(db), ['user.created', 'user.disabled', 'user.enabled']);
    await assert.rejects(disableUser({ db }, { username: 'bob', actor }), refusal('NOT_FOUND', /"bob"/));
  });

  test(`the last administrator who can sign in stays (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await makeAdmin(db, await create(db, 'one'));
    const one = { username: 'one', actor };
    await assert.rejects(disableUser({ db }, one), refusal('LAST_ADMIN', /one is the last/));
    await makeAdmin(db, await create(db, 'two'));
    await disableUser({ db }, { username: 'two', actor });
    await assert.rejects(disableUser({ db }, one), refusal('LAST_ADMIN'), 'two cannot sign in');
    await enableUser({ db }, { username: 'two', actor });
    await disableUser({ db }, one);
    await assert.rejects(disableUser({ db }, { username: 'two', actor }), refusal('LAST_ADMIN'));
  });

  test(`administrators who switch each other off at once leave one (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    const other = dialect === 'postgres' ? await opened.second() : db;
    await makeAdmin(db, await create(db, 'one'));
    await makeAdmin(db, await create(db, 'two'));
    for (let round = 0; round < 10; round += 1) {
      const outcomes = await Promise.allSettled([
        disableUser({ db }, { username: 'one', actor }),
        disableUser({ db: other }, { username: 'two', actor }),
      ]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      await enableUser({ db }, { username: 'one', actor });
      await enableUser({ db }, { username: 'two', actor });
    }
  });

  test(`accounts are listed by name, a page at a time, with what they are (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    for (const name of ['carol', 'Bob', 'alice']) await create(db, name);
    await makeAdmin(db, (await findUser(db.reader, 'carol'))?.id ?? 0);
    await disableUser({ db }, { username: 'alice', actor });
    const all = await listUsers(db.reader, { offset: 0, limit: 10 });
    assert.deepEqual(
      all.rows.map(({ username, disabled, systemAdmin }) => [username, disabled, systemAdmin]),
      [
        ['Bob', false, false],
        ['alice', true, false],
        ['carol', false, true],
      ],
    );
    const second = await listUsers(db.reader, { offset: 1, limit: 1 });
    assert.deepEqual([second.rows.map(({ username }) => username), second.count], [['alice'], 3]);
  });

  test(`a deleted account leaves nothing that lets anybody in, and its name is free (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await create(db, 'root');
    const id = await create(db, 'alice', { email: 'a@example.com' });
    await db.transaction(async ({ builder }) => {
      const row = { user_id: id, expires_at: 9, created_at: 0 };
      await builder
        .insertInto('session')
        .values({ ...row, id_hash: 'h', password_version: 1 })
        .execute();
      await builder
        .insertInto('token')
        .values({ ...row, name: 't', secret_hash: 'h', last_used_at: null })
        .execute();
    });
    await makeAdmin(db, id);
    const input = { userId: id, byUserId: undefined, actor };
    await assert.rejects(deleteUser({ db }, input), refusal('LAST_ADMIN'));
    await makeAdmin(db, 1);
    await assert.rejects(deleteUser({ db }, { ...input, byUserId: id }), refusal('DENIED'));
    await assert.rejects(deleteUser({ db }, { ...input, userId: 1 }), refusal('DENIED'));
    await deleteUser({ db }, input);
    await assert.rejects(deleteUser({ db }, input), refusal('NOT_FOUND'));
    assert.equal(await findPasswordVersion(db.reader, id), undefined);
    for (const table of ['session', 'token'] as const)
      assert.deepEqual(await db.reader.builder.selectFrom(table).selectAll().execute(), []);
    const again = await create(db, 'ALICE', { email: 'A@example.com' });
    assert.ok(again > id);
    assert.deepEqual(await eventTypes(db), ['user.created', 'user.created', 'user.deleted', 'user.created']);
  });

  test(`letters beyond ASCII are compared as they are, in both engines alike (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await create(db, 'first');
    await create(db, 'Zoë-É', { email: 'É@example.com' });
    await assert.rejects(create(db, 'zoë-É'), refusal('CONFLICT', /differs by case only/));
    await assert.rejects(create(db, 'other', { email: 'É@Example.com' }), refusal('CONFLICT'));
    for (const value of ['ë-É', 'ZOë', 'É']) {
      const { count } = await pageOfUsers(db.reader, {
        username: { kind: 'fuzzy', value },
        offset: 0,
        limit: 10,
        sort: [],
      });
      assert.equal(count, 1, value);
    }
  });

  test(`accounts without an e-mail address come first in the order of addresses (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await create(db, 'first');
    await create(db, 'b', { email: 'b@example.com' });
    await create(db, 'none');
    await create(db, 'a', { email: 'a@example.com' });
    const names = async (descending: boolean): Promise<string[]> => {
      const sort = [{ by: 'email', descending } as const];
      const { rows } = await pageOfUsers(db.reader, { offset: 0, limit: 10, sort });
      return rows.map(({ username }) => username);
    };
    assert.deepEqual(await names(false), ['none', 'a', 'b']);
    assert.deepEqual(await names(true), ['b', 'a', 'none']);
  });

  test(`a name that is another one in other code points is refused (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    for (const name of ['ａdmin', 'Zoe\u0308', 'ﬁnn', 'x²'])
      await assert.rejects(create(db, name), refusal('BAD_REQUEST', /is not a user name/));
    await create(db, 'Zoë');
    await create(db, '用户');
  });
}
