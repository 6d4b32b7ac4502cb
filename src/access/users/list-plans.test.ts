import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { plansOf } from '../../platform/db/testing/plans.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import { pageOfMembers } from '../grants/member-reads.ts';
import { pageOfGroups } from '../groups/group-reads.ts';
import { pageOfProjects } from '../project-page-reads.ts';
import { pageOfRobots } from '../robots/robot-reads.ts';
import type { Visible } from '../visible.ts';
import { pageOfUsers } from './user-page-reads.ts';

const everything: Visible = { kind: 'all' };
const open: Visible = { kind: 'some', public: true, projectIds: [], names: [] };
const some: Visible = { kind: 'some', public: true, projectIds: [100, 101], names: [] };
const slice = { offset: 0, limit: 10 };
const up = { descending: false };

const lists: Readonly<Record<string, (db: Queries) => Promise<unknown>>> = {
  'listProjects of everything': (db) =>
    pageOfProjects(db, { ...slice, visible: everything, sort: [{ ...up, key: 'name' }] }),
  'listProjects of what is public': (db) =>
    pageOfProjects(db, { ...slice, visible: open, sort: [{ ...up, key: 'creation_time' }] }),
  'listProjects of some, by a part of the name': (db) =>
    pageOfProjects(db, {
      ...slice,
      visible: some,
      name: { fuzzy: 'p1' },
      sort: [{ ...up, key: 'update_time' }],
    }),
  'listProjects of an owner': (db) =>
    pageOfProjects(db, {
      ...slice,
      visible: everything,
      ownerName: 'u100',
      sort: [{ ...up, key: 'name' }],
    }),
  listUsers: (db) => pageOfUsers(db, { ...slice, sort: [{ ...up, by: 'username' }] }),
  'searchUsers by a part of the name': (db) =>
    pageOfUsers(db, {
      ...slice,
      username: { kind: 'fuzzy', value: 'u1' },
      sort: [{ ...up, by: 'username' }],
    }),
  'ListRobot of a project': (db) =>
    pageOfRobots(db, { ...slice, projectId: 100, sort: [{ ...up, by: 'name' }] }),
  'ListRobot of a project, by a part of the name': (db) =>
    pageOfRobots(db, { ...slice, projectId: 100, name: { fuzzy: 'r1' }, sort: [{ ...up, by: 'id' }] }),
  'ListRobot of the system': (db) =>
    pageOfRobots(db, { ...slice, projectId: undefined, sort: [{ ...up, by: 'name' }] }),
  listProjectMembers: (db) => pageOfMembers(db, { ...slice, projectId: 100, now: 0 }),
  'listProjectMembers of a name': (db) =>
    pageOfMembers(db, { ...slice, projectId: 100, now: 0, name: 'u100' }),
  listUserGroups: (db) => pageOfGroups(db, slice),
};

/** Projects, owners, robots and roles in each. */
async function fill(db: Queries): Promise<void> {
  for (let id = 100; id < 300; id++) {
    await sql`insert into "user" (id, username, realname, password_version, created_at, updated_at)
      values (${id}, ${`u${id}`}, '', 1, ${id}, ${id})`.execute(db.builder);
    await sql`insert into project (id, name, owner_id, public, created_at, updated_at)
      values (${id}, ${`p${id}`}, ${id}, ${id % 5 === 0 ? 1 : 0}, ${id}, ${id})`.execute(db.builder);
    await sql`insert into robot (id, name, project_id, secret_hash, disabled, created_at)
      values (${id}, ${`r${id}`}, ${id % 2 === 0 ? id : null}, '-', 0, ${id})`.execute(db.builder);
    await sql`insert into "grant" (principal_kind, principal_id, role, scope, project_id, created_at)
      values ('user', ${id}, 'guest', 'project', ${id}, 0)`.execute(db.builder);
  }
}

/** A table that is read by no index. SQLite keeps no order of them but its own. */
const tables = '(?:live_)?(?:project|repository|robot|grant|user)';
const scans = new RegExp(`\\bSCAN ${tables}\\b(?!.*USING (?:COVERING )?INDEX)|Seq Scan on "?${tables}\\b`);

for (const dialect of dialects) {
  test(`lists of projects, users, groups, robots and members read no table as a whole (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await opened.db.transaction(fill);
    for (const [name, list] of Object.entries(lists)) {
      const plans = await plansOf(opened.db, list);
      assert.ok(plans.length > 1, name);
      for (const plan of plans) assert.doesNotMatch(plan, scans, name);
    }
  });
}
