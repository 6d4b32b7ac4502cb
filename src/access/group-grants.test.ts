import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database, Queries } from '../platform/db/database.ts';
import { dialects } from '../platform/db/testing/test-database.ts';
import { systemActor } from '../platform/events/append.ts';
import { addMember } from './grants/add-member.ts';
import { pageOfGrants } from './grants/grant-page-reads.ts';
import { administratorsOf, grantsOfUser } from './grants/grant-reads.ts';
import { createGroup } from './groups/create-group.ts';
import { deleteGroup } from './groups/delete-group.ts';
import { pageOfMemberships } from './groups/group-reads.ts';
import { joinGroup, leaveGroup } from './groups/join-group.ts';
import { renameGroup } from './groups/rename-group.ts';
import { openTeam } from './testing/team.ts';
import { deleteUser } from './users/delete-user.ts';

const actor = systemActor;

async function world(dialect: (typeof dialects)[number]) {
  const team = await openTeam(dialect);
  const groupId = await createGroup(team, { name: 'makers', type: 3, actor });
  return { ...team, groupId };
}

async function rolesOf(db: Queries, userId: number): Promise<string[]> {
  return (await grantsOfUser(db, userId)).map(({ role }) => role).toSorted();
}

async function eventsOf(db: Database): Promise<string[]> {
  const rows = await db.reader.builder
    .selectFrom('event')
    .select(['type', 'data'])
    .where('type', 'like', 'group.%')
    .orderBy('id')
    .execute();
  return rows.map(({ type, data }) => `${type} ${data}`);
}

for (const dialect of dialects) {
  test(`a group's roles are those of its members, once, by whatever sources they are in it (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, userId, projectId, groupId } = w;
    await addMember({ db }, { projectId, role: 'developer', member: { kind: 'group', id: groupId }, actor });
    assert.deepEqual(await rolesOf(db.reader, userId), []);
    assert.equal(await joinGroup({ db }, { groupId, userId, actor }), true);
    assert.equal(await joinGroup({ db }, { groupId, userId, actor }), false);
    await db.transaction(async ({ builder }) => {
      await builder
        .insertInto('user_group_member')
        .values({ group_id: groupId, user_id: userId, source: 'oidc', created_at: 0 })
        .execute();
    });
    assert.deepEqual(await rolesOf(db.reader, userId), ['developer']);
    await addMember({ db }, { projectId, role: 'guest', member: { kind: 'user', name: 'alice' }, actor });
    assert.deepEqual(await rolesOf(db.reader, userId), ['developer', 'guest']);
    await leaveGroup({ db }, { groupId, userId, actor });
    assert.deepEqual(await rolesOf(db.reader, userId), ['developer', 'guest'], 'the provider still says so');
    await assert.rejects(leaveGroup({ db }, { groupId, userId, actor }), { code: 'NOT_FOUND' });
    const { rows } = await pageOfMemberships(db.reader, { groupId, offset: 0, limit: 9 });
    assert.deepEqual(
      rows.map(({ username, source }) => `${username} ${source}`),
      ['alice oidc'],
    );
    const data = { group: 'makers', username: 'alice', userId, source: 'local' };
    assert.deepEqual(await eventsOf(db), [
      'group.created {"name":"makers","type":3}',
      `group.joined ${JSON.stringify(data)}`,
      `group.left ${JSON.stringify(data)}`,
    ]);
  });

  test(`a change of a group counts at once on another instance (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, userId, projectId, groupId } = w;
    const other = dialect === 'postgres' ? await w.second() : db;
    await addMember({ db }, { projectId, role: 'guest', member: { kind: 'group', id: groupId }, actor });
    for (let round = 0; round < 5; round += 1) {
      await joinGroup({ db }, { groupId, userId, actor });
      assert.deepEqual(await rolesOf(other.reader, userId), ['guest']);
      await leaveGroup({ db: other }, { groupId, userId, actor });
      assert.deepEqual(await rolesOf(db.reader, userId), []);
    }
  });

  test(`with a group go its roles and who was in it, with an account its memberships (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, ownerId, userId, projectId, groupId } = w;
    await addMember({ db }, { projectId, role: 'guest', member: { kind: 'group', id: groupId }, actor });
    for (const each of [ownerId, userId]) await joinGroup({ db }, { groupId, userId: each, actor });
    const gone = userId;
    await deleteUser({ db }, { userId: gone, byUserId: undefined, actor });
    assert.deepEqual(await rolesOf(db.reader, gone), []);
    await assert.rejects(joinGroup({ db }, { groupId, userId: gone, actor }), { code: 'NOT_FOUND' });
    const { count } = await pageOfMemberships(db.reader, { groupId, offset: 0, limit: 9 });
    assert.equal(count, 1);
    assert.equal(await deleteGroup({ db }, { groupId, actor }), true);
    assert.equal(await deleteGroup({ db }, { groupId, actor }), false);
    assert.deepEqual(await rolesOf(db.reader, ownerId), ['projectAdmin']);
    const left = await db.reader.builder.selectFrom('user_group_member').selectAll().execute();
    assert.deepEqual(left, []);
    const again = await createGroup({ db }, { name: 'makers', type: 3, actor });
    assert.ok(again > groupId, 'ids are not used again');
    assert.equal(
      (await pageOfGrants(db.reader, { holder: { kind: 'group', name: 'makers' }, offset: 0, limit: 9 }))
        .count,
      0,
    );
  });

  test(`who administers a project by a group is named, and lists show the group's grant (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, userId, projectId, groupId } = w;
    await joinGroup({ db }, { groupId, userId, actor });
    await addMember(
      { db },
      { projectId, role: 'projectAdmin', member: { kind: 'group', id: groupId }, actor },
    );
    assert.deepEqual(await administratorsOf(db.reader, { projectId, now: 1, count: 3 }), ['alice', 'owner']);
    assert.deepEqual(
      (await pageOfGrants(db.reader, { projectId, offset: 0, limit: 9 })).rows.map(
        ({ kind, holder }) => `${kind} ${holder}`,
      ),
      ['user owner', 'group makers'],
    );
  });

  test(`of names that are taken at once one group gets it, by making or renaming (${dialect})`, async () => {
    await using w = await world(dialect);
    const { db, groupId } = w;
    const dbs = dialect === 'postgres' ? [db, await w.second()] : [db];
    const other = await createGroup({ db }, { name: 'other', type: 3, actor });
    const asked = [0, 1, 2, 3].flatMap((each) => {
      const on = dbs[each % dbs.length] ?? db;
      return [
        createGroup({ db: on }, { name: 'wanted', type: 3, actor }),
        renameGroup({ db: on }, { groupId: each % 2 === 0 ? groupId : other, name: 'wanted', actor }),
      ];
    });
    const results = await Promise.allSettled(asked);
    for (const each of results)
      if (each.status === 'rejected') assert.equal((each.reason as { code?: string }).code, 'CONFLICT');
    const named = await db.reader.builder
      .selectFrom('user_group')
      .select('id')
      .where('name', '=', 'wanted')
      .execute();
    assert.equal(named.length, 1);
  });
}
