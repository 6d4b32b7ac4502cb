import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { systemActor } from '../../platform/events/append.ts';
import { insertUser } from '../users/user-writes.ts';
import { type AnswerDeps, answerDeviceLogin } from './answer-device-login.ts';
import { beginDeviceLogin } from './begin-device-login.ts';
import { takeDeviceToken } from './take-device-token.ts';

const device = { name: 'berth on laptop', clientAddress: '192.0.2.7', client: 'berth' };
const ann = { kind: 'user', id: 10, username: 'ann' } as const;

async function openWorld(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  await db.transaction((tx) =>
    insertUser(tx, { id: 10, username: 'ann', passwordHash: 'x', now: 0, deletedAt: null }),
  );
  const deps: AnswerDeps = {
    db,
    masterKey: { nameOf: (text) => `name of ${text.length} ${text.split('').toReversed().join('')}` },
    attempt: (_from, verify) => verify(),
  };
  const set = (values: { expires_at?: number; next_poll_at?: number }): Promise<unknown> =>
    db.transaction((tx) => tx.builder.updateTable('device_login').set(values).execute());
  const ask = (deviceCode: string) => takeDeviceToken(deps, { deviceCode, client: 'berth', requestId: 'r' });
  const approve = (code: string) =>
    answerDeviceLogin(deps, { principal: ann, code, approve: true, actor: systemActor });
  return { db, deps, set, ask, approve, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

for (const dialect of dialects) {
  test(`a code that has ended opens nothing, approved before or not, and goes with the next one (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { deps, set, ask, approve, db } = world;
    const [early, late] = [await beginDeviceLogin(deps, device), await beginDeviceLogin(deps, device)];
    await approve(early.userCode);
    await set({ expires_at: 1 });
    assert.equal((await ask(early.deviceCode)).error, 'expired_token');
    assert.equal((await ask(late.deviceCode)).error, 'expired_token');
    await assert.rejects(approve(late.userCode), { code: 'NOT_FOUND' });
    await beginDeviceLogin(deps, device);
    assert.equal((await db.reader.builder.selectFrom('device_login').select('id').execute()).length, 1);
    assert.equal((await db.reader.builder.selectFrom('token').select('id').execute()).length, 0);
  });

  test(`each question that comes too early makes the wait longer (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { deps, ask, set, db } = world;
    const { deviceCode } = await beginDeviceLogin(deps, device);
    const told = async () => (await ask(deviceCode)).error;
    assert.deepEqual(
      [await told(), await told(), await told()],
      ['authorization_pending', 'slow_down', 'slow_down'],
    );
    const row = await db.reader.builder.selectFrom('device_login').select('interval_ms').executeTakeFirst();
    assert.equal(Number(row?.interval_ms), 15_000);
    await set({ next_poll_at: 0 });
    assert.equal(await told(), 'authorization_pending');
  });

  test(`the database has no code that could be used, and the token no second one (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { deps, ask, approve, db } = world;
    const { deviceCode, userCode } = await beginDeviceLogin(deps, device);
    const rows = JSON.stringify(await db.reader.builder.selectFrom('device_login').selectAll().execute());
    for (const code of [deviceCode, userCode, userCode.replace('-', '')]) assert.ok(!rows.includes(code));
    await approve(userCode);
    await assert.rejects(approve(userCode), { code: 'NOT_FOUND' });
    const asked = await Promise.all([ask(deviceCode), ask(deviceCode), ask(deviceCode)]);
    assert.equal(asked.filter(({ error }) => error === undefined).length, 1);
    const events = await db.reader.builder.selectFrom('event').select('type').orderBy('id').execute();
    assert.deepEqual(
      events.map(({ type }) => type),
      ['device.approved', 'token.created'],
    );
  });

  test(`a sender has a bounded number of waiting codes, another one is not in its way (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { deps } = world;
    for (let count = 0; count < 20; count += 1) await beginDeviceLogin(deps, device);
    await assert.rejects(beginDeviceLogin(deps, device), { code: 'TOO_MANY_REQUESTS' });
    await beginDeviceLogin(deps, { ...device, clientAddress: '192.0.2.8' });
  });
}
