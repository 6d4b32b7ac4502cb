import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testMasterKey } from '../platform/crypto/test-master-key.testing.ts';
import type { Database } from '../platform/db/database.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import type { Actor } from '../platform/events/append.ts';
import { Settings } from '../platform/settings/settings.ts';
import { administersSystem, can, canOnSystem } from './authorize.ts';
import { type Grant, grantsOfUser } from './grants/grant-reads.ts';
import { grantSystemAdmin, setSystemAdmin } from './grants/grant-system-admin.ts';
import { grantSystemRole, revokeSystemRole } from './grants/grant-system-role.ts';
import { permissions, roleAllows } from './grants/roles.ts';
import { dutyAllows, systemPermissions } from './grants/system-permissions.ts';
import { createGroup } from './groups/create-group.ts';
import { joinGroup } from './groups/join-group.ts';
import { groupTypes } from './groups/require-group-name.ts';
import { createRole } from './roles/create-role.ts';
import { type Duty, duties } from './roles/duties.ts';
import { requireSeparationPossible } from './roles/require-separate-duties.ts';
import { updateRole } from './roles/update-role.ts';
import { silentLog } from './testing/parts.ts';
import { addUser } from './users/user-writes.ts';
import { visibleTo } from './visible.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const refusal = (code: string, message = /./) => ({ name: 'AppError', code, message });
const user = (name: string) => ({ kind: 'user', name }) as const;
const group = (name: string) => ({ kind: 'group', name }) as const;

const held = (role: string, more: Partial<Grant> = {}): Grant[] => [
  {
    role,
    scope: 'system',
    projectId: null,
    repositoryPattern: null,
    tagPattern: null,
    expiresAt: null,
    ...more,
  },
];
const place = { project: { id: 7, public: false }, path: 'app' };
const mayDo = (grants: Grant[]) =>
  permissions.filter((permission) => can(grants, permission, place, 0).allowed);
const mayDoOnSystem = (grants: Grant[]) =>
  systemPermissions.filter((permission) => canOnSystem(grants, permission, 0));

test('an operator runs the system, and sees neither projects nor people', () => {
  const grants = held('operator');
  assert.deepEqual(mayDo(grants), []);
  assert.equal(can(grants, 'repository:pull', place, 0).visible, false);
  const system = mayDoOnSystem(grants);
  for (const permission of ['configuration:update', 'garbage-collection:create', 'quota:update'] as const)
    assert.ok(system.includes(permission), permission);
  for (const permission of system)
    assert.doesNotMatch(permission, /^(?:user|user-group|robot|audit-log|purge-audit|catalog|project):/);
});

test('a security officer sets rules and reviews who has access, and gets no content', () => {
  const grants = held('security-officer');
  const inProjects = mayDo(grants);
  for (const permission of ['immutable-tag:create', 'member:list', 'robot:list'] as const)
    assert.ok(inProjects.includes(permission), permission);
  for (const permission of inProjects)
    assert.doesNotMatch(permission, /^(?:repository|artifact|tag|accessory|artifact-addition|log):/);
  for (const permission of mayDoOnSystem(grants))
    assert.doesNotMatch(permission, /^(?:configuration|audit-log)|(?:user|user-group|robot):(?!read|list)/);
  assert.ok(canOnSystem(grants, 'cve-allowlist:update', 0));
});

test('an auditor reads and pulls everything, and changes nothing', () => {
  const grants = held('auditor');
  assert.deepEqual(
    mayDo(grants),
    permissions.filter((permission) => /:(?:read|list|pull)$/.test(permission)),
  );
  assert.deepEqual(visibleTo(grants, 'repository:pull', 0), { kind: 'all' });
  assert.ok(canOnSystem(grants, 'audit-log:list', 0));
  assert.ok(canOnSystem(grants, 'configuration:read', 0));
  for (const permission of mayDoOnSystem(grants)) assert.match(permission, /:(?:read|list)$/);
});

test('no duty administers the system, counts after its end, or counts in a project', () => {
  for (const duty of duties) {
    assert.equal(administersSystem(held(duty), 0), false);
    assert.deepEqual(mayDoOnSystem(held(duty, { expiresAt: 0 })), []);
    assert.deepEqual(mayDo(held(duty, { expiresAt: 0 })), []);
    assert.deepEqual(mayDoOnSystem(held(duty, { scope: 'project', projectId: 7 })), []);
  }
  for (const word of ['Auditor', 'toString', 'constructor', '']) {
    assert.equal(dutyAllows(word, 'audit-log:list'), false);
    assert.equal(roleAllows(word, 'repository:pull'), false);
  }
});

async function openPeople(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const ids = await db.transaction(async (tx) => {
    const made: number[] = [];
    for (const username of ['admin', 'alice', 'bob'])
      made.push((await addUser(tx, { username, email: null, realname: '', passwordHash: '', now: 0 })) ?? 0);
    return made;
  });
  await grantSystemAdmin({ db }, { username: 'admin', actor });
  const settings = await Settings.open({ db, masterKey: testMasterKey(), log: silentLog });
  return {
    db,
    ids: { admin: ids[0] ?? 0, alice: ids[1] ?? 0, bob: ids[2] ?? 0 },
    second: () => opened.second(),
    separate: (separation_of_duties: boolean) =>
      settings.change(
        { separation_of_duties },
        actor,
        separation_of_duties ? requireSeparationPossible : undefined,
      ),
    give: (holder: ReturnType<typeof user | typeof group>, role: string, expiresAt?: number) =>
      grantSystemRole({ db }, { holder, role, actor, expiresAt }),
    [Symbol.asyncDispose]: async () => {
      await settings[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
}

const rolesOf = async (db: Database, userId: number) =>
  (await grantsOfUser(db.reader, userId)).map(({ role }) => role).toSorted();

for (const dialect of dialects) {
  test(`duties are given to accounts and groups, and taken back (${dialect})`, async () => {
    await using world = await openPeople(dialect);
    const { db, ids } = world;
    await world.give(user('alice'), 'operator');
    await createGroup({ db }, { name: 'audit', type: groupTypes.local, actor });
    await world.give(group('audit'), 'auditor');
    const [audit] = await db.reader.builder.selectFrom('user_group').select('id').execute();
    await joinGroup({ db }, { groupId: audit?.id ?? 0, userId: ids.alice, actor });
    assert.deepEqual(await rolesOf(db, ids.alice), ['auditor', 'operator'], 'nothing is separated yet');
    await revokeSystemRole({ db }, { holder: user('alice'), role: 'operator', actor });
    assert.deepEqual(await rolesOf(db, ids.alice), ['auditor']);
    await assert.rejects(
      revokeSystemRole({ db }, { holder: user('alice'), role: 'operator', actor }),
      refusal('NOT_FOUND', /alice has no role operator on the system/),
    );
    await assert.rejects(world.give(user('nobody'), 'auditor'), refusal('NOT_FOUND'));
    await assert.rejects(world.give(user('bob'), 'auditor', 1), refusal('BAD_REQUEST'));
    assert.deepEqual(await rolesOf(db, ids.bob), []);
  });

  test(`where duties are separated nobody gets a second one, be it by a group (${dialect})`, async () => {
    await using world = await openPeople(dialect);
    const { db, ids } = world;
    await world.separate(true);
    await world.give(user('alice'), 'operator');
    await world.give(user('alice'), 'operator');
    const second = refusal('CONFLICT', /alice would be auditor and operator/);
    await assert.rejects(world.give(user('alice'), 'auditor'), second);
    await assert.rejects(
      world.give(user('admin'), 'auditor'),
      refusal('CONFLICT', /auditor and system-admin/),
    );
    await assert.rejects(grantSystemAdmin({ db }, { username: 'alice', actor }), refusal('CONFLICT'));
    await assert.rejects(
      setSystemAdmin({ db }, { userId: ids.alice, admin: true, actor }),
      refusal('CONFLICT'),
    );
    const make = (name: string) => createGroup({ db }, { name, type: groupTypes.local, actor });
    const [audit, other] = [await make('audit'), await make('other')];
    await world.give(group('audit'), 'auditor');
    const join = (groupId: number, userId: number) => joinGroup({ db }, { groupId, userId, actor });
    await assert.rejects(join(audit, ids.alice), second);
    await join(audit, ids.bob);
    await join(other, ids.alice);
    await assert.rejects(world.give(group('other'), 'security-officer'), refusal('CONFLICT', /alice/));
    await assert.rejects(world.give(group('audit'), 'operator'), refusal('CONFLICT', /bob/));
    assert.deepEqual(await rolesOf(db, ids.alice), ['operator']);
    assert.deepEqual(await rolesOf(db, ids.bob), ['auditor']);
    assert.deepEqual(await rolesOf(db, ids.admin), ['system-admin']);
    await world.separate(false);
    await join(audit, ids.alice);
    await assert.rejects(world.separate(true), second);
    assert.equal((await world.give(user('alice'), 'security-officer')).isNew, true, 'the setting stayed off');
  });

  test(`where duties are separated roles of the registry's own do not add up to two (${dialect})`, async () => {
    await using world = await openPeople(dialect);
    const { db, ids } = world;
    const make = (name: string, ...permissions: string[]) =>
      createRole({ db }, { name, level: 'system', permissions, actor });
    await make('disks', 'garbage-collection:create', 'configuration:read');
    await make('log-reader', 'audit-log:list');
    await make('desk', 'user:list', 'configuration:read', 'scanner:list');
    await make('both', 'registry:create', 'cve-allowlist:update');
    await world.give(user('alice'), 'disks');
    await world.give(user('alice'), 'log-reader');
    const second = refusal(
      'CONFLICT',
      /alice would be auditor \(by the role log-reader\) and operator \(by the role disks\)/,
    );
    await assert.rejects(world.separate(true), second);
    await revokeSystemRole({ db }, { holder: user('alice'), role: 'log-reader', actor });
    await world.separate(true);
    await world.give(user('alice'), 'desk');
    await world.give(user('alice'), 'operator');
    await assert.rejects(world.give(user('alice'), 'log-reader'), refusal('CONFLICT', /alice would be/));
    await assert.rejects(
      world.give(user('bob'), 'both'),
      refusal('CONFLICT', /bob would be operator \(by the role both\) and security-officer/),
    );
    const change = (...permissions: string[]) =>
      updateRole({ db }, { name: 'desk', parse: () => permissions, actor });
    await assert.rejects(
      change('scanner:update'),
      refusal('CONFLICT', /alice would be operator and security/),
    );
    await change('user:read');
    assert.deepEqual(await rolesOf(db, ids.alice), ['desk', 'disks', 'operator']);
    assert.deepEqual(await rolesOf(db, ids.bob), []);
  });

  test(`of two duties given at once one is refused (${dialect})`, async () => {
    await using world = await openPeople(dialect);
    const { db, ids } = world;
    const other = dialect === 'postgres' ? await world.second() : db;
    await world.separate(true);
    for (let round = 0; round < 8; round += 1) {
      const outcomes = await Promise.allSettled([
        grantSystemRole({ db }, { holder: user('alice'), role: 'operator', actor }),
        grantSystemRole({ db: other }, { holder: user('alice'), role: 'auditor', actor }),
      ]);
      assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      const [role] = await rolesOf(db, ids.alice);
      await revokeSystemRole({ db }, { holder: user('alice'), role: role as Duty, actor });
    }
  });
}
