import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Passwords } from '../platform/crypto/password.ts';
import type { Database } from '../platform/db/database.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import type { Actor } from '../platform/events/append.ts';
import { can } from './authorize.ts';
import { actions } from './grants/actions.ts';
import type { Grant } from './grants/grant-reads.ts';
import { grantRole } from './grants/grant-role.ts';
import { grantSystemAdmin } from './grants/grant-system-admin.ts';
import { grantSystemRole } from './grants/grant-system-role.ts';
import { isRobotProjectPermission } from './grants/robot-permissions.ts';
import { type Permission, permissions, roleAllows } from './grants/roles.ts';
import { createGroup } from './groups/create-group.ts';
import { joinGroup } from './groups/join-group.ts';
import { groupTypes } from './groups/require-group-name.ts';
import { createToken } from './personal-tokens/create-token.ts';
import { anonymous, type Principal } from './principal.ts';
import { createProject } from './projects/create-project.ts';
import { grantsOf } from './resolve-and-require.ts';
import { createRobot } from './robots/create-robot.ts';
import { createRole } from './roles/create-role.ts';
import { plantRepository } from './testing/plant-repository.ts';
import { addUser } from './users/user-writes.ts';
import { visibleTo } from './visible.ts';
import { inVisibleProjects, inVisibleRepositories } from './visible-reads.ts';

type Way = 'project' | 'pattern' | 'group' | 'robot' | 'token' | 'public' | 'none';

/** What the letters and the ways are stands in the file. */
const { ownRole, roles, matrix } = JSON.parse(
  readFileSync(new URL('../../docs/design/role-matrix.json', import.meta.url), 'utf8'),
) as {
  readonly ownRole: { readonly name: string; readonly permissions: readonly string[] };
  /** By their letters. */
  readonly roles: Readonly<Record<string, string>>;
  readonly matrix: readonly (Readonly<Record<Way, string>> & { readonly permission: string })[];
};

/** Who can come by a role that way: system roles are on no pattern, and of no robot; an administrator is an account. */
const letters: Readonly<Record<Way, string>> = {
  project: 'AMDGLCXOSU',
  pattern: 'AMDGLC',
  group: 'AMDGLCOSU',
  robot: 'AMDGLC',
  token: 'AMDGLCXOSU',
  public: 'AMDGLCXOSUN',
  none: 'AMDGLCXOSU',
};
const ways = Object.keys(letters) as Way[];

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const names = { asked: 'asked', elsewhere: 'elsewhere', open: 'open' };

interface World {
  readonly db: Database;
  readonly ids: Readonly<Record<keyof typeof names, number>>;
}

/** Three projects with the repository `app/web` in each, and the role of the registry's own. */
async function plantWorld(db: Database): Promise<World> {
  const ownerId = await addAccount(db, 'owner');
  // Whose id the grants of everybody would have.
  await addAccount(db, 'anonymous');
  await createRole({ db }, { ...ownRole, level: 'project', actor });
  const make = async (name: string) => {
    const open = name === names.open;
    const input = { name, public: open, sparseManifests: false, ownerId, limitBytes: -1, actor };
    const id = await createProject({ db }, input);
    const repository = { projectId: id, name: `${name}/app/web`, artifact: true };
    await db.transaction((tx) => plantRepository(tx, repository));
    return id;
  };
  const asked = await make(names.asked);
  return { db, ids: { asked, elsewhere: await make(names.elsewhere), open: await make(names.open) } };
}

async function addAccount(db: Database, username: string): Promise<number> {
  const more = { email: null, realname: '', passwordHash: '', now: 0 };
  const id = await db.transaction((tx) => addUser(tx, { username, ...more }));
  assert.ok(id !== undefined);
  return id;
}

/** Somebody new, who has that role by that way. */
async function plantHolder(world: World, way: Way, letter: string): Promise<Principal> {
  if (letter === 'N') return anonymous;
  const role = roles[letter] ?? '';
  if (way === 'robot') return plantRobot(world, role);
  const { db, ids } = world;
  const username = `${way}-${role}`.toLowerCase();
  const id = await addAccount(db, username);
  const projectId = way === 'public' || way === 'none' ? ids.elsewhere : ids.asked;
  if (way === 'group') {
    const groupId = await createGroup({ db }, { name: username, type: groupTypes.local, actor });
    await joinGroup({ db }, { groupId, userId: id, actor });
    await give(db, { kind: 'group', name: username }, role, { projectId });
  } else {
    const place = way === 'pattern' ? { projectId, repositoryPattern: 'app/**' } : { projectId };
    await give(db, { kind: 'user', name: username }, role, place);
  }
  if (way !== 'token') return { kind: 'user', id, username };
  const scope = { actions, projectId, repositoryPattern: null, place: names.asked };
  const token = await createToken(
    { db },
    { userId: id, name: 'any', scopes: [scope], expiresAt: null, actor },
  );
  return { kind: 'user', id, username, personalToken: token.id };
}

async function give(
  db: Database,
  holder: { readonly kind: 'user' | 'group'; readonly name: string },
  role: string,
  place: { readonly projectId: number; readonly repositoryPattern?: string },
): Promise<void> {
  if (role === roles['X']) await grantSystemAdmin({ db }, { username: holder.name, actor });
  else if (role === roles['O'] || role === roles['S'] || role === roles['U'])
    await grantSystemRole({ db }, { holder, role, actor });
  else await grantRole({ db }, { holder, role, ...place, actor });
}

async function plantRobot({ db, ids }: World, role: string): Promise<Principal> {
  const ofRole: readonly string[] =
    role === ownRole.name
      ? ownRole.permissions
      : permissions.filter((permission) => roleAllows(role, permission));
  const access = ofRole.filter(isRobotProjectPermission).map((permission) => {
    const [resource = '', action = ''] = permission.split(':');
    return { resource, action, effect: 'allow' } as const;
  });
  const project = { id: ids.asked, name: names.asked };
  const { id, name } = await createRobot(
    { db, passwords: new Passwords() },
    {
      name: role.toLowerCase(),
      project,
      description: '',
      durationDays: -1,
      disabled: false,
      blocks: [{ kind: 'project', project, access, repositories: undefined }],
      creator: { kind: 'user', id: 1, username: 'owner' },
      actor,
    },
  );
  return { kind: 'robot', robotId: id, robotName: `robot$${name}` };
}

/** Whether it is allowed there, as `can` says and as the list of what it is allowed on shows. */
async function isAllowed(
  { db, ids }: World,
  grants: readonly Grant[],
  permission: Permission,
  way: Way,
): Promise<boolean> {
  const place = way === 'public' ? 'open' : 'asked';
  const project = { id: ids[place], public: place === 'open' };
  const within = way === 'pattern';
  const { allowed } = can(grants, permission, { project, ...(within ? { path: 'app/web' } : {}) }, 0);
  const visible = visibleTo(grants, permission, 0);
  const { builder } = db.reader;
  const shown = within
    ? await builder
        .selectFrom('live_repository')
        .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
        .select('live_repository.id')
        .where('live_project.id', '=', project.id)
        .where(inVisibleRepositories(visible, db.dialect))
        .executeTakeFirst()
    : await builder
        .selectFrom('live_project')
        .select('live_project.id')
        .where('live_project.id', '=', project.id)
        .where(inVisibleProjects(visible, db.dialect))
        .executeTakeFirst();
  assert.equal(shown !== undefined, allowed, `a list shows ${permission} by ${way} otherwise than it is`);
  return allowed;
}

test('the matrix has every permission, each once', () => {
  assert.deepEqual(matrix.map(({ permission }) => permission).toSorted(), [...permissions].toSorted());
});

for (const dialect of dialects) {
  test(`each role, by each way to come by it, may do what the matrix says (${dialect})`, async (t) => {
    await using opened = await openTestDatabase(dialect);
    const world = await plantWorld(opened.db);
    const counts = new Map<Way, number>();
    for (const way of ways) {
      for (const letter of letters[way]) {
        const grants = await grantsOf(opened.db.reader, await plantHolder(world, way, letter));
        for (const row of matrix) {
          const allowed = await isAllowed(world, grants, row.permission as Permission, way);
          assert.equal(allowed, row[way].includes(letter), `${letter} by ${way}: ${row.permission}`);
        }
        counts.set(way, (counts.get(way) ?? 0) + matrix.length);
      }
    }
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    t.diagnostic(`${total} cells: ${[...counts].map(([way, count]) => `${way} ${count}`).join(', ')}`);
  });
}
