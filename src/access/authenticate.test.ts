import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, type ErrorCode } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { Passwords } from '../platform/crypto/password.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import { createAuthenticate } from './authenticate.ts';
import { firstRun } from './first-run.ts';
import { resetPassword } from './users/reset-password.ts';

const password = 'a@b:c/d?e#f%41G&h+i=j;k\'l"m\\n o{p}$q é';
const basic = (name: string, secret: string): string =>
  `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;

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
  const deps = {
    db: opened.db,
    passwords,
    keepInitialPassword: (secret: string) => Promise.resolve(void kept.push(secret)),
    forgetInitialPassword: () => Promise.resolve(void kept.splice(0)),
    allowWeak: false,
  };
  return {
    ...opened,
    deps,
    kept,
    passwords,
    db: opened.db,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

const fails = (code: ErrorCode) => (error: unknown) => error instanceof AppError && error.code === code;

for (const dialect of dialects) {
  test(`${dialect}: the administrator signs in with whatever password was given, letter for letter`, async () => {
    await using world = await open(dialect);
    assert.equal(await firstRun(world.deps, { password: new Secret(password), allowWeak: false }), undefined);
    const authenticate = createAuthenticate(world.deps);
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
      'Bearer x',
    ]) {
      await assert.rejects(authenticate(wrong), fails('UNAUTHORIZED'));
    }
    assert.deepEqual(world.kept, [], 'a given password is written nowhere');
  });

  test(`${dialect}: nobody in particular is anonymous, also when a client sends an empty name and password`, async () => {
    await using world = await open(dialect);
    const authenticate = createAuthenticate(world.deps);
    for (const header of [undefined, '', basic('', '')])
      assert.deepEqual(await authenticate(header), { kind: 'anonymous' });
  });

  test(`${dialect}: a password is verified once for many requests, also for those that come at the same time`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    const authenticate = createAuthenticate(world.deps);
    await Promise.all(Array.from({ length: 20 }, () => authenticate(basic('admin', password))));
    await authenticate(basic('admin', password));
    assert.equal(world.passwords.verified, 1);
  });

  test(`${dialect}: a changed password ends the old one at once, remembered or not`, async () => {
    await using world = await open(dialect);
    await firstRun(world.deps, { password: new Secret(password), allowWeak: false });
    const authenticate = createAuthenticate(world.deps);
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
    await createAuthenticate(world.deps)(basic('admin', generated));
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
    await createAuthenticate(world.deps)(basic('admin', 'Harbor12345'));
  });

  test(`${dialect}: of several first starts at once one makes the administrator`, async () => {
    await using world = await open(dialect);
    const made = await Promise.all(
      Array.from({ length: 3 }, () => firstRun(world.deps, { password: undefined, allowWeak: false })),
    );
    const [password] = made.filter((each) => each !== undefined);
    assert.equal(made.filter((each) => each !== undefined).length, 1);
    await createAuthenticate(world.deps)(basic('admin', password ?? ''));
  });
}
