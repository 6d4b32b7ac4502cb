import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import type { Actor } from '../platform/events/append.ts';
import { can, canOnSystem } from './authorize.ts';
import { type Grant, grantsOfUser } from './grants/grant-reads.ts';
import { grantRole } from './grants/grant-role.ts';
import { grantSystemRole } from './grants/grant-system-role.ts';
import { createProject } from './projects/create-project.ts';
import { createRole } from './roles/create-role.ts';
import { deleteRole } from './roles/delete-role.ts';
import { listOwnRoles } from './roles/role-reads.ts';
import { updateRole } from './roles/update-role.ts';
import { addUser } from './users/user-writes.ts';
import { visibleTo } from './visible.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const refusal = (code: string, message = /./) => ({ name: 'AppError', code, message });
const alice = { kind: 'user', name: 'alice' } as const;

async function openWorld(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const userId = await db.transaction(async (tx) => {
    const account = { email: null, realname: '', passwordHash: '', now: 0 };
    await addUser(tx, { username: 'owner', ...account });
    return (await addUser(tx, { username: 'alice', ...account })) ?? 0;
  });
  const projectId = await createProject(
    { db },
    { name: 'team', public: false, sparseManifests: false, ownerId: 1, limitBytes: -1, actor },
  );
  const make = (name: string, level: 'system' | 'project', ...permissions: string[]) =>
    createRole({ db }, { name, level, permissions, actor });
  const give = (role: string, repositoryPattern?: string, expiresAt?: number) =>
    grantRole(
      { db },
      {
        holder: alice,
        role,
        projectId,
        actor,
        ...(repositoryPattern === undefined ? {} : { repositoryPattern }),
        ...(expiresAt === undefined ? {} : { expiresAt }),
      },
    );
  return {
    ...opened,
    db,
    projectId,
    make,
    give,
    grants: () => grantsOfUser(db.reader, userId),
    second: () => opened.second(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

for (const dialect of dialects) {
  test(`a role confers its permissions where it is given, and what they are now (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db, projectId } = world;
    await world.make('puller', 'project', 'repository:pull', 'member:list', 'repository:pull');
    assert.deepEqual(await listOwnRoles(db.reader), [
      { name: 'puller', level: 'project', permissions: ['member:list', 'repository:pull'] },
    ]);
    await world.give('puller', 'app/**');
    const project = { id: projectId, public: false };
    const may = (
      grants: Grant[],
      what: 'repository:pull' | 'repository:push' | 'member:list',
      path?: string,
    ) => can(grants, what, { project, ...(path === undefined ? {} : { path }) }, 0).allowed;
    let grants = await world.grants();
    assert.ok(may(grants, 'repository:pull', 'app/web'));
    assert.equal(may(grants, 'repository:pull', 'other'), false);
    assert.equal(may(grants, 'repository:push', 'app/web'), false);
    assert.equal(may(grants, 'member:list', 'app/web'), false, 'a pattern confers content only');
    await world.give('puller');
    const parse = () => ['repository:push', 'member:list'];
    await updateRole({ db }, { name: 'puller', parse, actor });
    grants = await world.grants();
    assert.ok(may(grants, 'repository:push', 'app/web'));
    assert.ok(may(grants, 'member:list'));
    assert.equal(may(grants, 'repository:pull', 'app/web'), false);
    assert.deepEqual(visibleTo(grants, 'member:list', 0), {
      kind: 'some',
      public: false,
      projectIds: [projectId],
      names: [],
    });
  });

  test(`a role of the system is about the system only (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db, projectId } = world;
    await world.make('lister', 'system', 'user:list', 'label:create');
    await grantSystemRole({ db }, { holder: alice, role: 'lister', actor });
    const grants = await world.grants();
    assert.ok(canOnSystem(grants, 'user:list', 0));
    assert.equal(canOnSystem(grants, 'user:update', 0), false);
    const place = { project: { id: projectId, public: false } };
    const decision = can(grants, 'label:create', place, 0);
    assert.deepEqual([decision.allowed, decision.visible], [false, false]);
    await assert.rejects(world.give('lister'), refusal('BAD_REQUEST', /is for the system, not in projects/));
    await world.make('puller', 'project', 'repository:pull');
    await assert.rejects(
      grantSystemRole({ db }, { holder: alice, role: 'puller', actor }),
      refusal('BAD_REQUEST', /is for projects, not on the system/),
    );
    await assert.rejects(world.give('none'), refusal('NOT_FOUND'));
  });

  test(`a role goes when nobody holds it any more, with grants that have ended (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db } = world;
    await world.make('puller', 'project', 'repository:pull');
    await world.give('puller', 'app');
    const gone = () => deleteRole({ db }, { name: 'puller', actor });
    await assert.rejects(gone(), refusal('CONFLICT', /held by alice in team\/app/));
    await db.transaction(async ({ builder }) => {
      await builder.updateTable('grant').set({ expires_at: 1 }).where('role', '=', 'puller').execute();
    });
    await gone();
    assert.deepEqual(await world.grants(), []);
    await assert.rejects(gone(), refusal('NOT_FOUND'));
    const events = await db.reader.builder.selectFrom('event').select(['type', 'object']).execute();
    const told = events.map(({ type, object }) => `${type} ${object}`);
    assert.deepEqual(
      told.filter((text) => /^role\.(?:created|deleted) /.test(text)),
      ['role.created puller', 'role.deleted puller'],
    );
  });

  test(`a role that is given while it is deleted is gone or held, not both (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db } = world;
    const other = dialect === 'postgres' ? await world.second() : db;
    for (let round = 0; round < 8; round += 1) {
      const name = `role-${round}`;
      await world.make(name, 'project', 'repository:pull');
      const outcomes = await Promise.allSettled([
        deleteRole({ db: other }, { name, actor }),
        world.give(name),
      ]);
      assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
      const held = (await world.grants()).some(({ role }) => role === name);
      assert.equal(held, outcomes[1].status === 'fulfilled');
    }
  });

  // With SQLite there is one instance.
  if (dialect === 'sqlite') continue;
  test(`what is changed on one instance counts on another at its next request (${dialect})`, async () => {
    await using world = await openWorld(dialect);
    const { db } = world;
    const other = await world.second();
    await world.make('puller', 'project', 'repository:pull');
    await world.give('puller');
    const [{ id }] = (await db.reader.builder
      .selectFrom('user')
      .select('id')
      .where('username', '=', 'alice')
      .execute()) as [{ id: number }];
    const seen = async () => (await grantsOfUser(other.reader, id)).map(({ permissions }) => permissions);
    assert.deepEqual(await seen(), ['repository:pull']);
    await updateRole({ db }, { name: 'puller', parse: () => ['tag:list'], actor });
    assert.deepEqual(await seen(), ['tag:list']);
  });
}
