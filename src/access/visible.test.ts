import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Chance, seededChance } from '../lib/chance.testing.ts';
import type { Database, Queries } from '../platform/db/database.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import { can } from './authorize.ts';
import { blockRole } from './grants/access-list.ts';
import { type Grant, grantsOfUser } from './grants/grant-reads.ts';
import { type Permission, permissions, projectRoles } from './grants/roles.ts';
import { insertUser } from './users/user-writes.ts';
import { holdsPart, visibleTo, wholeOrInPart } from './visible.ts';
import { inVisibleProjects, inVisibleRepositories } from './visible-reads.ts';

const now = 1_000_000;
const paths = [
  'app',
  'backend',
  'backend/api',
  'backend/api/v2',
  'backend-2/api',
  'backend.x',
  'backend0',
  'z/a',
];
const patterns = ['app', 'backend/**', 'backend/api', 'backend/api/**', '**', 'z/**', '*', 'nothing/here'];
const projects = [
  { id: 1, name: 'library', public: true },
  { id: 2, name: 'p', public: false },
  { id: 3, name: 'p-2', public: false },
  { id: 4, name: 'p0', public: true },
];
const rounds = 300;

/** As robots have them: lists of their own, which may deny. */
function randomList({ pick, whole }: Chance, permission: Permission): Grant {
  const kind = pick(['system', 'project', 'project', 'project', 'own'] as const);
  const scope =
    kind === 'system'
      ? 'system'
      : pick(['project', 'project', 'repository', 'repository', 'system'] as const);
  const lines = Array.from({ length: 1 + whole(3) }, () => {
    const line = whole(2) === 0 ? permission : pick(permissions);
    const effect = scope === 'repository' ? pick(['', '=allow']) : pick(['', '=allow', '', '=deny']);
    return `${line}${effect}`;
  });
  return {
    role: blockRole(kind, whole(3)),
    scope,
    projectId: scope === 'system' ? null : pick(projects).id,
    repositoryPattern: scope === 'repository' ? pick(patterns) : null,
    tagPattern: null,
    expiresAt: null,
    permissions: lines.join(' '),
  };
}

function randomGrant({ pick, whole }: Chance): Grant {
  const scope = pick(['project', 'project', 'repository', 'repository', 'repository', 'system'] as const);
  const role = whole(40) === 0 ? 'system-admin' : pick([...projectRoles, 'unknown']);
  return {
    role: scope === 'system' && whole(3) > 0 ? 'unknown' : role,
    scope,
    projectId: scope === 'system' ? null : pick(projects).id,
    repositoryPattern: scope === 'repository' ? pick(patterns) : null,
    tagPattern: pick([null, null, null, 'v*']),
    expiresAt: pick([null, null, now + 1, now, 0]),
  };
}

/** One account, and the projects with a repository at each path. */
function plantPlaces(db: Database): Promise<void> {
  return db.transaction(async (tx) => {
    const { builder } = tx;
    await insertUser(tx, { id: 1, username: 'u', passwordHash: null, now: 0, deletedAt: null });
    for (const { id, name, public: open } of projects) {
      await builder
        .insertInto('project')
        .values({
          id,
          name,
          owner_id: 1,
          public: open ? 1 : 0,
          created_at: 0,
          updated_at: 0,
          deleted_at: null,
          purge_after: null,
        })
        .execute();
      for (const path of paths)
        await builder
          .insertInto('repository')
          .values({
            project_id: id,
            full_name: `${name}/${path}`,
            created_at: 0,
            updated_at: 0,
            visible_at: 0,
            deleted_at: null,
            purge_after: null,
          })
          .execute();
    }
  });
}

for (const dialect of dialects) {
  test(`what may be done one by one is what a list shows, for any grants (${dialect})`, async (t) => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await plantPlaces(db);
    const chance = seededChance(20261125);
    let combinations = 0;
    for (let round = 0; round < rounds; round += 1) {
      const grants = Array.from({ length: chance.whole(5) }, () => randomGrant(chance));
      const permission =
        chance.whole(2) === 0
          ? chance.pick<Permission>([
              'repository:pull',
              'repository:push',
              'repository:delete',
              'project:read',
            ])
          : chance.pick(permissions);
      combinations += await compare(db.reader, grants, permission);
      const lists = Array.from({ length: chance.whole(5) }, () => randomList(chance, permission));
      combinations += await compare(db.reader, lists, permission);
    }
    t.diagnostic(`${combinations} combinations of grants, permission and place`);
  });

  test(`it is so, too, for grants that an account has from its groups (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { db } = opened;
    await plantPlaces(db);
    const chance = seededChance(20261128);
    for (let round = 0; round < 40; round += 1) {
      const held = await plantGrants(db, chance);
      const read = await grantsOfUser(db.reader, 1);
      const texts = (grants: readonly Grant[]) => grants.map((grant) => JSON.stringify(grant)).toSorted();
      assert.deepEqual(texts(read), texts(held.map((grant) => ({ ...grant, permissions: null }))));
      await compare(db.reader, read, chance.pick(permissions));
    }
  });
}

for (const dialect of dialects) {
  test(`projects seen in part are listed beside those seen as such, for any grants (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    await plantPlaces(opened.db);
    const { reader } = opened.db;
    const chance = seededChance(20261129);
    let inPart = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { whole } = chance;
      const grants = Array.from({ length: whole(5) }, () =>
        whole(2) === 0
          ? randomGrant(chance)
          : randomList(chance, chance.pick(['project:read', 'repository:list'])),
      );
      const [read, listed] = (['project:read', 'repository:list'] as const).map((permission) =>
        visibleTo(grants, permission, now),
      );
      assert.ok(read !== undefined && listed !== undefined);
      const seen = await reader.builder
        .selectFrom('live_project')
        .select('live_project.name')
        .where(inVisibleProjects(wholeOrInPart(read, listed), dialect))
        .orderBy('live_project.id')
        .execute();
      const asSuch = projects.filter((project) => can(grants, 'project:read', { project }, now).allowed);
      const may = projects.filter(
        (project) => asSuch.includes(project) || holdsPart({ grants, now }, 'repository:list', project),
      );
      const told = JSON.stringify(grants);
      assert.deepEqual(
        seen.map(({ name }) => name),
        may.map(({ name }) => name),
        told,
      );
      inPart += may.length - asSuch.length;
    }
    assert.ok(inPart > 20, `${inPart}`);
  });
}

/** Anew, to the account, to groups that it is in by one source or two, and to others: what it holds of all that. */
function plantGrants(db: Database, chance: Chance): Promise<Grant[]> {
  return db.transaction(async ({ builder }) => {
    await builder.deleteFrom('grant').execute();
    await builder.deleteFrom('user_group').execute();
    const held: Grant[] = [];
    for (const id of [1, 2, 3, 4]) {
      await builder
        .insertInto('user_group')
        .values({ id, name: `g${id}`, type: 0, created_at: 0, updated_at: 0 })
        .execute();
      const sources = chance.pick([[], ['local'], ['oidc'], ['local', 'oidc']]);
      for (const source of sources)
        await builder
          .insertInto('user_group_member')
          .values({ group_id: id, user_id: 1, source, created_at: 0 })
          .execute();
      // The account and the group of one id are not each other.
      for (const kind of ['user', 'group'] as const) {
        const grant = randomGrant(chance);
        if ((kind === 'user' && id === 1) || (kind === 'group' && sources.length > 0)) held.push(grant);
        await builder
          .insertInto('grant')
          .values({
            principal_kind: kind,
            principal_id: id,
            role: grant.role,
            scope: grant.scope,
            project_id: grant.projectId,
            repository_pattern: grant.repositoryPattern,
            tag_pattern: grant.tagPattern,
            expires_at: grant.expiresAt,
            created_at: 0,
          })
          .execute();
      }
    }
    return held;
  });
}

/** Returns how many places were compared. */
async function compare(reader: Queries, grants: readonly Grant[], permission: Permission): Promise<number> {
  const visible = visibleTo(grants, permission, now);
  const seenProjects = await reader.builder
    .selectFrom('live_project')
    .select('live_project.name')
    .where(inVisibleProjects(visible, reader.dialect))
    .orderBy('live_project.id')
    .execute();
  const mayProjects = projects.filter((project) => can(grants, permission, { project }, now).allowed);
  const told = JSON.stringify({ grants, permission });
  assert.deepEqual(
    seenProjects.map(({ name }) => name),
    mayProjects.map(({ name }) => name),
    told,
  );
  const seen = await reader.builder
    .selectFrom('live_repository')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .select('live_repository.full_name')
    .where(inVisibleRepositories(visible, reader.dialect))
    .orderBy('live_repository.full_name')
    .execute();
  const may = projects.flatMap((project) =>
    paths
      .filter((path) => can(grants, permission, { project, path }, now).allowed)
      .map((path) => `${project.name}/${path}`),
  );
  assert.deepEqual(
    seen.map((row) => row.full_name),
    may.sort(),
    told,
  );
  return projects.length * (paths.length + 1);
}

for (const dialect of dialects) {
  test(`thousands of grants on single repositories are one condition (${dialect})`, async () => {
    await using opened = await openTestDatabase(dialect);
    const { reader } = opened.db;
    const grants = Array.from(
      { length: 2000 },
      (_, at): Grant => ({
        role: 'guest',
        scope: 'repository',
        projectId: 1,
        repositoryPattern: at % 2 === 0 ? `app-${at}` : `folder-${at}/**`,
        tagPattern: null,
        expiresAt: null,
      }),
    );
    const seen = await reader.builder
      .selectFrom('live_repository')
      .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
      .select('live_repository.full_name')
      .where(inVisibleRepositories(visibleTo(grants, 'repository:pull', now), reader.dialect))
      .execute();
    assert.deepEqual(seen, []);
  });
}
