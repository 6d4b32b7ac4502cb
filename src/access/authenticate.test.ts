import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { Passwords } from '../platform/crypto/password.ts';
import { SigningKey } from '../platform/crypto/signing-key.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import { type AuthenticateDeps, createAuthenticate, type SignedIn } from './authenticate.ts';
import { firstRun } from './first-run.ts';
import type { Principal } from './principal.ts';
import { LoginSlowing } from './slowing/login-slowing.ts';
import { robotSignIns, silentLog, testMasterKey } from './testing/parts.ts';
import { createTokens, type Tokens } from './tokens/tokens.ts';
import { resetPassword } from './users/reset-password.ts';
import { setUserPassword } from './users/user-writes.ts';

const password = 'a@b:c/d?e#f%41G&h+i=j;k\'l"m\\n o{p}$q é';
const basic = (name: string, secret: string): string =>
  `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;

const key = SigningKey.read(SigningKey.generate());
const from = { clientAddress: '192.0.2.1' };

class CountingPasswords extends Passwords {
  verified = 0;
  override verify(given: string, phc: string | undefined): Promise<boolean> {
    this.verified += 1;
    return super.verify(given, phc);
  }
}

async function open(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const passwords = new CountingPasswords();
  const kept: string[] = [];
  const clock = { ms: 1_800_000_000_000 };
  const slowing = new LoginSlowing({ db: opened.db, masterKey: testMasterKey(), log: silentLog });
  const deps = {
    db: opened.db,
    passwords,
    slowing,
    robots: robotSignIns,
    personalTokens: { note: () => {} },
    tokens: createTokens({
      keys: { current: () => Promise.resolve(key), find: () => Promise.resolve(key) },
      clock: () => clock.ms,
      lifeSeconds: () => 60,
      defaultProject: 'library',
      log: silentLog,
      visibleProjectId: () => Promise.resolve(1),
    }),
    keepInitialPassword: (secret: string) => Promise.resolve(void kept.push(secret)),
    forgetInitialPassword: () => Promise.resolve(void kept.splice(0)),
    allowWeak: false,
  };
  return {
    ...opened,
    deps,
    kept,
    clock,
    passwords,
    db: opened.db,
    async [Symbol.asyncDispose]() {
      await slowing[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

/** Who a request of this header is from; all come from one address. */
const authenticating = (deps: AuthenticateDeps) => {
  const { authenticate } = createAuthenticate(deps);
  return async (header: string | undefined): Promise<Principal> =>
    (await authenticate(header, from)).principal;
};

const fails = (code: ErrorCode) => (error: unknown) => error instanceof AppError && error.code === code;

for (const dialect of dialects) {
  test(`${dialect}: the administrator signs in with whatever password was given, letter for letter`, async () => {
    await using world = await open(dialect);
    assert.equal(await firstRun(world.deps, { password: new Secret(password), allowWeak: false }), undefined);
    const authenticate = authenticating(world.deps);
    assert.deepEqual(await authenticate(basic('admin', password)), {
      kind: 'user',
      id: 1,
      username: 'admin',
    });
    for (const wrong of [
      basic('admin', `${password}x`),
      basic('admin', ''),
      basic('nobody', password),
      'Basic !',
    ]) {
      await assert.rejects(authenticate(wrong), fails('UNAUTHORIZED'));
    }
    await assert.rejects(authenticate('Bearer x'), fails('TOKEN_INVALID'));
    assert.deepEqual(world.kept, [], 'a given password is written nowhere');
  });

  test(`${dialect}: nobody in particular is anonymous, also when a client sends an empty name and password`, async () => {
    await using world = await open(dialect);
    const authenticate = authenticating(world.deps);
    for (const header of [undefined, '', basic('', '')])
      assert.deepEqual(await authenticate(header), { kind: 'anonymous' });
  });

  test(`${dialect}: a hash of Harbor's lets its owner in, and is one of ours from then on`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    // Of "Harbor-Pass-1".
    const salt = Buffer.from('aBcDeFgHiJkLmNoPqRsTuVwXyZ012345').toString('base64').replace(/=+$/, '');
    const tag = Buffer.from('6f554f00414c57047ff043f80c3b4698', 'hex').toString('base64').replace(/=+$/, '');
    const stored = `$pbkdf2-sha256$i=4096$${salt}$${tag}`;
    const { db } = world;
    const row = () =>
      db.reader.builder
        .selectFrom('user')
        .select(['password_hash as hash', 'password_version as version'])
        .where('id', '=', 1)
        .executeTakeFirstOrThrow();
    await db.transaction((tx) => setUserPassword(tx, { id: 1, passwordHash: stored, now: 0 }));
    const before = await row();
    const authenticate = authenticating(world.deps);
    await assert.rejects(authenticate(basic('admin', 'Harbor-Pass-2')), fails('UNAUTHORIZED'));
    assert.equal((await row()).hash, stored, 'a wrong password changes nothing');
    const admin = { kind: 'user', id: 1, username: 'admin' };
    assert.deepEqual(await authenticate(basic('admin', 'Harbor-Pass-1')), admin);
    const after = await row();
    assert.match(String(after.hash), /^\$argon2id\$/);
    assert.equal(after.version, before.version, 'tokens go on');
    // Another process, which remembers nothing.
    assert.deepEqual(await authenticating(world.deps)(basic('admin', 'Harbor-Pass-1')), admin);
    assert.equal((await row()).hash, after.hash);
  });

  test(`${dialect}: a password is verified once for many requests, also for those that come at the same time`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    const authenticate = authenticating(world.deps);
    await Promise.all(Array.from({ length: 20 }, () => authenticate(basic('admin', password))));
    await authenticate(basic('admin', password));
    assert.equal(world.passwords.verified, 1);
  });

  test(`${dialect}: a changed password ends the old one at once, remembered or not`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    const authenticate = authenticating(world.deps);
    await authenticate(basic('admin', password));
    await resetPassword(world.deps, { username: 'admin', password: 'Another-one-1' });
    await assert.rejects(authenticate(basic('admin', password)), fails('UNAUTHORIZED'));
    await authenticate(basic('admin', 'Another-one-1'));
    await assert.rejects(
      resetPassword(world.deps, { username: 'nobody', password: 'Another-one-1' }),
      fails('NOT_FOUND'),
    );
  });

  test(`${dialect}: without a given password one is generated, kept before anybody depends on it, and made once`, async () => {
    await using world = await open(dialect);
    const generated = (await firstRun(world.deps, { password: undefined, allowWeak: false })) ?? '';
    assert.match(generated, /^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
    assert.deepEqual(world.kept, [generated]);
    assert.equal(
      await firstRun(world.deps, { password: new Secret('ignored'), allowWeak: false }),
      undefined,
    );
    await authenticating(world.deps)(basic('admin', generated));
    await resetPassword(world.deps, { username: 'admin', password });
    assert.deepEqual(world.kept, [], 'the file with the first password does not outlive it');
  });

  test(`${dialect}: the first rows have Harbor's ids, and later ones come behind them`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: undefined, allowWeak: false });
    const users = await world.db.reader.builder
      .selectFrom('user')
      .select(['id', 'username', 'deleted_at'])
      .orderBy('id')
      .execute();
    assert.deepEqual(
      users.map((user) => [user.id, user.username, user.deleted_at === null]),
      [
        [1, 'admin', true],
        [2, 'anonymous', false],
      ],
    );
    const projects = await world.db.reader.builder
      .selectFrom('live_project')
      .select(['id', 'name', 'public'])
      .execute();
    assert.deepEqual(
      projects.map((row) => ({ ...row })),
      [{ id: 1, name: 'library', public: 1 }],
    );
  });

  test(`${dialect}: a password that everybody tries first is refused, unless it is allowed`, async () => {
    await using world = await open(dialect);
    for (const weak of ['Harbor12345', 'admin', 'password']) {
      await assert.rejects(
        firstRun(world.deps, { password: new Secret(weak), allowWeak: false }),
        /weakAdminPassword/,
      );
    }
    await firstRun(world.deps, { password: new Secret('Harbor12345'), allowWeak: true });
    await authenticating(world.deps)(basic('admin', 'Harbor12345'));
  });

  test(`${dialect}: of several first starts at once one makes the administrator`, async () => {
    await using world = await open(dialect);
    const made = await Promise.all(
      Array.from({ length: 3 }, () => firstRun(world.deps, { password: undefined, allowWeak: false })),
    );
    const [password] = made.filter((each) => each !== undefined);
    assert.equal(made.filter((each) => each !== undefined).length, 1);
    await authenticating(world.deps)(basic('admin', password ?? ''));
  });

  test(`${dialect}: a token is taken for who asked for it and what was asked, without a password`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    const { authenticate, signIn } = createAuthenticate(world.deps);
    const bearer = await tokenOf(world.deps, await signIn(basic('admin', password), from));
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      assert.deepEqual(await authenticate(`${scheme} ${bearer}`, from), {
        principal: { kind: 'user', id: 1, username: 'admin' },
        token: { access: [{ type: 'repository', name: 'library/app', actions: ['pull'], projectId: 1 }] },
      });
    }
    assert.equal(world.passwords.verified, 1);
    assert.deepEqual((await authenticate(basic('admin', password), from)).token, undefined);
    const nobody = await tokenOf(world.deps, await signIn(undefined, from));
    assert.deepEqual((await authenticate(`Bearer ${nobody}`, from)).principal, { kind: 'anonymous' });
    for (const wrong of ['Bearer', 'Bearer ', `Bearer ${bearer} x`, `Bearer ${bearer}x`, 'Bearer x'])
      await assert.rejects(authenticate(wrong, from), fails('TOKEN_INVALID'), wrong);
    await assert.rejects(
      signIn(`Bearer ${bearer}`, from),
      fails('UNAUTHORIZED'),
      'a token gives no other one',
    );
  });

  test(`${dialect}: a token that ran out is refused in the way that makes clients fetch a new one`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    const { authenticate, signIn } = createAuthenticate(world.deps);
    const fresh = async () =>
      `Bearer ${await tokenOf(world.deps, await signIn(basic('admin', password), from))}`;
    const bearer = await fresh();
    await authenticate(bearer, from);
    world.clock.ms += 121_000;
    await assert.rejects(authenticate(bearer, from), (error) => {
      assert.ok(error instanceof AppError);
      assert.deepEqual(
        [error.code, error.row.status, error.challenge],
        ['TOKEN_INVALID', 401, { error: 'invalid_token' }],
      );
      return true;
    });
    await authenticate(await fresh(), from);
  });

  const ends: Readonly<Record<string, (world: Awaited<ReturnType<typeof open>>) => Promise<unknown>>> = {
    'another password': ({ deps }) => resetPassword(deps, { username: 'admin', password: 'Another-one-1' }),
    'an account that was switched off': ({ db }) =>
      db.transaction((tx) =>
        tx.builder.updateTable('user').set({ disabled: 1 }).where('id', '=', 1).execute(),
      ),
    'an account that was removed': ({ db }) =>
      db.transaction((tx) =>
        tx.builder.updateTable('user').set({ deleted_at: 1 }).where('id', '=', 1).execute(),
      ),
  };
  for (const [what, end] of Object.entries(ends)) {
    test(`${dialect}: tokens and remembered passwords end at once with ${what}`, async () => {
      await using world = await open(dialect);
      await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
      const { authenticate, signIn } = createAuthenticate(world.deps);
      const bearer = await tokenOf(world.deps, await signIn(basic('admin', password), from));
      await authenticate(`Bearer ${bearer}`, from);
      await end(world);
      await assert.rejects(authenticate(`Bearer ${bearer}`, from), fails('TOKEN_INVALID'));
      await assert.rejects(authenticate(basic('admin', password), from), fails('UNAUTHORIZED'));
    });
  }

  test(`${dialect}: guessing is slowed for missing accounts too, never for who was right before`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    const authenticate = authenticating(world.deps);
    await authenticate(basic('admin', password));
    for (const name of ['admin', 'nobody']) {
      for (let guess = 0; guess < 5; guess++)
        await assert.rejects(authenticate(basic(name, `guess-${guess}`)), fails('UNAUTHORIZED'));
      const before = world.passwords.verified;
      await assert.rejects(authenticate(basic(name, 'guess')), fails('TOO_MANY_REQUESTS'));
      assert.equal(world.passwords.verified, before, 'nothing is computed for it');
    }
    await authenticate(basic('admin', password));
  });
}

/** A token for pulling one repository. */
async function tokenOf(deps: { readonly tokens: Tokens }, who: SignedIn): Promise<string> {
  return (await deps.tokens.issue({ ...who, scopes: ['repository:app:pull'] })).token;
}
