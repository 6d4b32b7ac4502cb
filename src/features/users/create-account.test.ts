import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { AppError } from '../../lib/errors.ts';
import { Passwords } from '../../platform/crypto/password.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import { accountRoutes } from './account-routes.ts';
import type { Registration } from './create-account.ts';
import { userRoutes } from './routes.ts';

const fails = (status: number) => (error: unknown) =>
  error instanceof AppError && error.row.status === status;

function open(dialect: (typeof dialects)[number], registration: Registration) {
  return openRestWorld(dialect, ({ db }) => {
    const deps = {
      db,
      passwords: new Passwords(),
      forgetInitialPassword: () => Promise.resolve(),
      allowWeak: false,
      attempt: <T>(_from: unknown, verify: () => Promise<T>) => verify(),
      registrationOf: () => registration,
    };
    return [...userRoutes(deps), ...accountRoutes(deps)];
  });
}

const body = { username: 'new', password: 'Password12345', email: 'new@example.com', realname: 'N' };

for (const dialect of dialects) {
  test(`createUser: strangers register where the setting lets them, and only before a browser (${dialect})`, async () => {
    const state = { open: false, browser: true };
    await using world = await open(dialect, {
      isOpen: () => Promise.resolve(state.open),
      isFromBrowser: () => state.browser,
    });
    await assert.rejects(world.ask('createUser', '', { body }), fails(401));
    state.open = true;
    state.browser = false;
    await assert.rejects(world.ask('createUser', '', { body }), fails(403));
    state.browser = true;
    await assert.rejects(world.ask('createUser', 'alice', { body }), fails(403), 'who has an account');
    const { status, headers } = await world.ask('createUser', '', { body });
    assert.equal(status, 201);
    const id = Number(headers?.['Location']?.split('/').at(-1));
    const found = await world.ask('getUser', 'admin', { parameters: { user_id: id } });
    assert.equal((found.body as { sysadmin_flag: boolean }).sysadmin_flag, false);
    const events = await world.db.reader.builder
      .selectFrom('event')
      .select('actor')
      .where('type', '=', 'user.created')
      .execute();
    assert.deepEqual(
      events.map(({ actor }) => actor),
      ['anonymous'],
    );
  });
}
