import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { systemActor } from '../../platform/events/append.ts';
import { disableUser, enableUser } from '../users/disable-user.ts';
import { insertUser, setUserDisabled, setUserPassword } from '../users/user-writes.ts';
import { revokeOtherSessions, revokeSession } from './revoke-session.ts';
import { pageOfSessions } from './session-reads.ts';
import { hashOf, Sessions } from './sessions.ts';

const lifeMs = 60_000;
const ann = { username: 'ann', actor: systemActor };
const use = { clientAddress: '192.0.2.7', client: 'Firefox' };

async function openWorld(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  await db.transaction((tx) =>
    insertUser(tx, { id: 10, username: 'ann', passwordHash: 'x', now: 0, deletedAt: null }),
  );
  // Two instances have nothing in common but the database.
  const [here, there] = [
    new Sessions({ db, lifeMs: () => lifeMs }),
    new Sessions({ db, lifeMs: () => lifeMs }),
  ];
  const open = (before?: string): Promise<string> =>
    here.open({ userId: 10, username: 'ann', passwordVersion: 1, before, actor: systemActor });
  const lives = async (id: string): Promise<boolean> => (await there.find(id, undefined)) !== undefined;
  return { db, here, there, open, lives, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

async function endsAt(db: Database): Promise<number[]> {
  const rows = await db.reader.builder
    .selectFrom('session')
    .select('expires_at')
    .orderBy('expires_at')
    .execute();
  return rows.map(({ expires_at }) => expires_at);
}

async function shorten(db: Database, expiresAt: number): Promise<void> {
  await db.transaction((tx) =>
    tx.builder
      .updateTable('session')
      .set({ expires_at: expiresAt, last_used_at: expiresAt - lifeMs })
      .execute(),
  );
}

for (const dialect of dialects) {
  test(`a session is known to every instance until it is closed (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const id = await world.open();
    assert.deepEqual((await world.there.find(id, use))?.username, 'ann');
    assert.equal(await world.lives('x'.repeat(43)), false);
    await world.there.close(id, ann);
    assert.equal(await world.lives(id), false);
    const events = await world.db.reader.builder.selectFrom('event').select('type').orderBy('id').execute();
    assert.deepEqual(
      events.map(({ type }) => type),
      ['session.opened', 'session.closed'],
    );
  });

  test(`the database has no id of a session that could be used (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const id = await world.open();
    const rows = await world.db.reader.builder.selectFrom('session').selectAll().execute();
    assert.equal(rows.length, 1);
    assert.ok(!JSON.stringify(rows).includes(id));
    assert.equal(await world.lives(String(rows[0]?.id_hash)), false);
  });

  test(`signing in again gives a new id and ends the one before (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const first = await world.open();
    const second = await world.open(first);
    assert.notEqual(first, second);
    assert.deepEqual([await world.lives(first), await world.lives(second)], [false, true]);
  });

  test(`use moves the end of a session, a page that asks by itself does not, and time ends it (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const id = await world.open();
    const now = await world.db.now();
    await shorten(world.db, now + lifeMs / 2);
    await world.there.find(id, undefined);
    assert.deepEqual(await endsAt(world.db), [now + lifeMs / 2]);
    await world.there.find(id, use);
    assert.ok((await endsAt(world.db)).every((end) => end >= now + lifeMs));
    await shorten(world.db, now - 1);
    assert.equal(await world.there.find(id, use), undefined);
    await world.open();
    assert.equal((await endsAt(world.db)).length, 1);
  });

  test(`it is told when, from where and by what a session was last used, to a minute (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db } = world;
    const [id] = [await world.open(), await world.open()];
    const page = async () =>
      pageOfSessions(db.reader, { userId: 10, now: await db.now(), offset: 0, limit: 9 });
    const used = async () => {
      const { rows } = await page();
      return rows.find(({ idHash }) => idHash === hashOf(id));
    };
    const opened = await used();
    await world.there.find(id, use);
    assert.deepEqual(await used(), opened);
    await shorten(db, (await db.now()) + lifeMs / 2);
    await world.there.find(id, use);
    const now = await used();
    assert.deepEqual([now?.address, now?.client], ['192.0.2.7', 'Firefox']);
    assert.ok(Math.abs((now?.lastUsedAt ?? 0) - (await db.now())) < lifeMs / 4);
    const { rows, count } = await page();
    assert.equal(rows[0]?.idHash, hashOf(id));
    assert.equal(count, 2);
    await db.transaction((tx) => setUserPassword(tx, { id: 10, passwordHash: 'y', now: 1 }));
    assert.deepEqual(await page(), { rows: [], count: 0 });
  });

  test(`a session that its owner ends has ended for every instance (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const owner = { id: 10, username: 'ann' };
    const [one, two, three] = [await world.open(), await world.open(), await world.open()];
    const living = async () => Promise.all([one, two, three].map((id) => world.lives(id)));
    await revokeSession(world, { owner, actor: systemActor, idHash: hashOf(one) });
    assert.deepEqual(await living(), [false, true, true]);
    const again = revokeSession(world, { owner, actor: systemActor, idHash: hashOf(one) });
    await assert.rejects(again, { code: 'NOT_FOUND' });
    const others = { id: 11, username: 'bob' };
    const foreign = revokeSession(world, { owner: others, actor: systemActor, idHash: hashOf(two) });
    await assert.rejects(foreign, { code: 'NOT_FOUND' });
    assert.equal(await revokeOtherSessions(world, { owner, actor: systemActor, kept: hashOf(three) }), 1);
    assert.deepEqual(await living(), [false, false, true]);
    assert.equal(await revokeOtherSessions(world, { owner, actor: systemActor, kept: hashOf(three) }), 0);
  });

  test(`a session ends when its account is switched off, also for when it is on again (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db } = world;
    const id = await world.open();
    await db.transaction((tx) => setUserDisabled(tx, { id: 10, disabled: true, now: 1 }));
    assert.equal(await world.lives(id), false);
    await db.transaction((tx) => setUserDisabled(tx, { id: 10, disabled: false, now: 1 }));
    await disableUser({ db }, ann);
    await enableUser({ db }, ann);
    assert.equal(await world.lives(id), false);
  });

  test(`a session ends with the password that it was opened by (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db } = world;
    const id = await world.open();
    await db.transaction((tx) => setUserPassword(tx, { id: 10, passwordHash: 'y', now: 1 }));
    assert.equal(await world.lives(id), false);
  });

  test(`a session ends when its account is deleted (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const id = await world.open();
    await world.db.transaction((tx) =>
      tx.builder.updateTable('user').set({ deleted_at: 1 }).where('id', '=', 10).execute(),
    );
    assert.equal(await world.lives(id), false);
  });
}
