import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Chance, seededChance } from '../lib/chance.testing.ts';
import type { Database } from '../platform/db/database.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import { can } from './authorize.ts';
import { type Explanation, explain, type Question } from './explain.ts';
import { blockRole } from './grants/access-list.ts';
import { actions, actionsText } from './grants/actions.ts';
import { heldGrants, type ListedGrant } from './grants/grant-page-reads.ts';
import { type Grant, grantsOfRobot, grantsOfUser } from './grants/grant-reads.ts';
import { type Permission, permissions, projectRoles, systemAdmin } from './grants/roles.ts';
import { parsePlace } from './grants/written/parse-place.ts';
import { parseRights } from './grants/written/parse-rights.ts';
import type { SignedInPrincipal } from './principal.ts';
import { insertUser } from './users/user-writes.ts';

const now = 1_000_000;
const projects = [
  { id: 1, name: 'open', public: true },
  { id: 2, name: 'pay', public: false },
];
const paths = [undefined, 'api', 'team', 'team/api', 'team/api/v2'];
const patterns = ['api', 'team/**', 'team/api', '**'];
const rounds = 150;

const user: SignedInPrincipal = { kind: 'user', id: 1, username: 'u' };
const robot: SignedInPrincipal = { kind: 'robot', robotId: 1, robotName: 'robot$ci' };

function randomPlace({ pick }: Chance): Pick<Grant, 'scope' | 'projectId' | 'repositoryPattern'> {
  const scope = pick(['project', 'project', 'repository', 'repository', 'repository', 'system'] as const);
  return {
    scope,
    projectId: scope === 'system' ? null : pick(projects).id,
    repositoryPattern: scope === 'repository' ? pick(patterns) : null,
  };
}

function randomGrant(chance: Chance): Grant {
  const { pick, whole } = chance;
  const words = actions.filter(() => whole(3) === 0);
  const role =
    whole(2) === 0 && words.length > 0
      ? actionsText(words)
      : whole(40) === 0
        ? systemAdmin
        : pick([...projectRoles, 'unknown']);
  return {
    role,
    ...randomPlace(chance),
    tagPattern: pick([null, null, null, 'v*', 'dev']),
    expiresAt: pick([null, null, now + 1, now, 1]),
    permissions: null,
  };
}

/** Beside what was granted, lists as robots have them. */
function randomRobotGrant(chance: Chance, permission: Permission): Grant {
  const { pick, whole } = chance;
  if (whole(3) === 0) return { ...randomGrant(chance), role: pick(actions) };
  const place = randomPlace(chance);
  const effects = place.scope === 'repository' ? ['', '=allow'] : ['', '=allow', '=deny'];
  return {
    role: blockRole(pick(['system', 'project', 'own']), whole(3)),
    ...place,
    tagPattern: null,
    expiresAt: null,
    permissions: `${whole(2) === 0 ? permission : pick(permissions)}${pick(effects)}`,
  };
}

/** Anew, to the account and to a group of its, or to the robot. */
async function plant(db: Database, grants: readonly Grant[], kinds: readonly ('user' | 'group' | 'robot')[]) {
  await db.transaction(async ({ builder }) => {
    await builder.deleteFrom('grant').execute();
    for (const [at, grant] of grants.entries())
      await builder
        .insertInto('grant')
        .values({
          principal_kind: kinds[at % kinds.length] ?? 'user',
          principal_id: 1,
          role: grant.role,
          scope: grant.scope,
          project_id: grant.projectId,
          repository_pattern: grant.repositoryPattern,
          tag_pattern: grant.tagPattern,
          expires_at: grant.expiresAt,
          created_at: 0,
          permissions: grant.permissions ?? null,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  });
}

async function openWorld(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  await opened.db.transaction(async (tx) => {
    const { builder } = tx;
    const times = { created_at: 0, updated_at: 0 };
    await insertUser(tx, { id: 1, username: 'u', passwordHash: null, now: 0, deletedAt: null });
    await builder
      .insertInto('user_group')
      .values({ id: 1, name: 'g', type: 0, ...times })
      .execute();
    await builder
      .insertInto('user_group_member')
      .values({ group_id: 1, user_id: 1, source: 'local', created_at: 0 })
      .execute();
    await builder
      .insertInto('robot')
      .values({
        id: 1,
        name: 'ci',
        project_id: null,
        secret_hash: '',
        disabled: 0,
        expires_at: null,
        created_at: 0,
        description: '',
        duration_days: -1,
        creator_kind: 'user',
        creator_id: 1,
        updated_at: 0,
      })
      .execute();
    for (const { id, name, public: open } of projects)
      await builder
        .insertInto('project')
        .values({
          id,
          name,
          owner_id: 1,
          public: open ? 1 : 0,
          ...times,
          deleted_at: null,
          purge_after: null,
        })
        .execute();
  });
  return opened;
}

function check(question: Question<ListedGrant>, live: readonly Grant[]): Explanation<ListedGrant> {
  const { permission, project, path, tag } = question;
  const place = { project, ...(path === undefined ? {} : { path }), ...(tag === undefined ? {} : { tag }) };
  const explained = explain(question);
  const told = JSON.stringify({ question, explained });
  const decision = can(live, permission, place, now);
  assert.equal(explained.allowed, decision.allowed, told);
  assert.equal(explained.visible, decision.visible, told);
  if (explained.allowed && !explained.public)
    assert.ok(
      can(explained.deciding === undefined ? [] : [explained.deciding], permission, place, now).allowed,
      told,
    );
  if (explained.allowed)
    assert.deepEqual([explained.enough, explained.nearest], [undefined, undefined], told);
  else if (explained.deciding !== undefined)
    assert.match(explained.deciding.permissions ?? '', /=deny/, told);
  const { nearest } = explained;
  assert.ok(nearest === undefined || [null, project.id].includes(nearest.grant.projectId), told);
  if (explained.enough !== undefined)
    assert.ok(can([...live, grantOf(explained.enough)], permission, place, now).allowed, told);
  return explained;
}

/** What the command grants. */
function grantOf(command: string): Grant {
  const [, role = '', where = '', tag] =
    /^berth access grant \S+ (\S+) (\S+)(?: --tag (\S+))?$/.exec(command) ?? [];
  const place = parsePlace(where);
  const project = projects.find(({ name }) => place.kind === 'project' && name === place.project);
  const pattern = place.kind === 'project' ? place.repositoryPattern : undefined;
  return {
    role: parseRights(role, []),
    scope: pattern === undefined ? 'project' : 'repository',
    projectId: project?.id ?? -1,
    repositoryPattern: pattern ?? null,
    tagPattern: tag ?? null,
    expiresAt: null,
  };
}

for (const dialect of dialects) {
  test(`an explanation says what is decided, for any grants; its command is enough (${dialect})`, async (t) => {
    await using opened = await openWorld(dialect);
    const { db } = opened;
    const chance = seededChance(20261129);
    const count = { questions: 0, allowed: 0, enough: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const permission = chance.pick<Permission>([
        'repository:pull',
        'repository:push',
        'repository:delete',
        'artifact:delete',
        chance.pick(permissions),
      ]);
      const isRobot = round % 3 === 2;
      const grants = Array.from({ length: chance.whole(5) }, () =>
        isRobot ? randomRobotGrant(chance, permission) : randomGrant(chance),
      );
      await plant(db, grants, isRobot ? ['robot'] : ['user', 'group']);
      const live = isRobot ? await grantsOfRobot(db.reader, 1) : await grantsOfUser(db.reader, 1);
      const held = await heldGrants(db.reader, isRobot ? { robotId: 1 } : { userId: 1 });
      assert.equal(held.length, live.length);
      for (const project of projects)
        for (const path of paths)
          for (const tag of path === undefined ? [undefined] : [undefined, 'v1', 'dev', 'x']) {
            const explained = check(
              {
                who: isRobot ? robot : user,
                grants: held,
                permission,
                project,
                ...(path === undefined ? {} : { path }),
                ...(tag === undefined ? {} : { tag }),
                now,
                administrators: [],
              },
              live,
            );
            count.questions += 1;
            if (explained.allowed) count.allowed += 1;
            if (explained.enough !== undefined) count.enough += 1;
          }
    }
    assert.ok(count.allowed > 500 && count.enough > 500, JSON.stringify(count));
    t.diagnostic(JSON.stringify(count));
  });
}

const pay = { id: 2, name: 'pay', public: false };
const base: Grant = {
  role: 'guest',
  scope: 'project',
  projectId: 2,
  repositoryPattern: null,
  tagPattern: null,
  expiresAt: null,
};
const ask = (grants: readonly Grant[], more: Partial<Question> = {}): Explanation =>
  explain({
    who: user,
    grants,
    permission: 'repository:push',
    project: pay,
    path: 'api',
    now,
    administrators: ['alice', 'carol'],
    ...more,
  });

test('what is missing least is named: what ended, then other tags, other places, a weaker role', () => {
  const ended = { ...base, role: 'developer', expiresAt: now };
  const tags = { ...base, role: 'developer', tagPattern: 'v*' };
  const elsewhere = { ...base, role: 'developer', scope: 'repository', repositoryPattern: 'web' } as const;
  const all = [base, elsewhere, tags, ended];
  const tag = 'dev';
  assert.deepEqual(ask(all, { tag }).nearest, { grant: ended, lacks: 'time' });
  assert.deepEqual(ask(all.slice(0, 3), { tag }).nearest, { grant: tags, lacks: 'tags' });
  assert.deepEqual(ask(all.slice(0, 2)).nearest, { grant: elsewhere, lacks: 'place' });
  assert.deepEqual(ask([base]).nearest, { grant: base, lacks: 'right' });
  assert.equal(ask([]).nearest, undefined);
});

test('a refusal says what is held, what is needed, whom to ask, and the command that is enough', () => {
  const { message, detail } = ask([base]);
  assert.equal(
    message,
    'u may not push pay/api: that needs developer, and this account is guest in pay; ask alice or carol',
  );
  assert.equal(detail, 'berth access grant u developer pay');
  assert.equal(ask([]).detail, 'berth access grant u developer pay/api', 'as little as is enough');
  assert.match(ask([{ ...base, role: 'pull,read' }]).message, /this account may pull and read in pay/);
  assert.match(
    ask([{ ...base, role: 'developer', expiresAt: 5 }]).message,
    /developer of this account in pay ended 1970-/,
  );
  assert.equal(
    ask([], { permission: 'repository:pull' }).enough,
    'berth access grant u pull pay/api',
    'in the words of the form',
  );
  const inPart = (role: string, repositoryPattern: string): Grant => ({
    ...base,
    role,
    scope: 'repository',
    repositoryPattern,
  });
  assert.match(ask([inPart('pull', 'api')]).message, /this account may pull in pay\/api; ask/);
  assert.match(
    ask([base, inPart('pull', 'api')]).message,
    /this account is guest in pay and may pull in pay\/api; ask/,
  );
  assert.match(
    ask([inPart('developer', 'web'), inPart('developer', 'job')]).message,
    /and this account is developer in pay\/web; ask/,
    'what is not enough is not said to be all',
  );
  const limited = ask([{ ...inPart('guest', 'api'), tagPattern: 'v1.*' }], {
    permission: 'repository:pull',
    tag: 'v2.0',
  });
  assert.equal(
    limited.enough,
    'berth access grant u pull pay/api --tag v2.0',
    'no more than the tag asked for',
  );
  assert.equal(limited.because?.values['tags'], 'v1.*');
  const robots = ask([{ ...base, role: 'pull' }], { who: robot });
  assert.equal(robots.enough, "berth access grant 'robot:robot$ci' push pay/api");
  const elsewhere: SignedInPrincipal = { kind: 'robot', robotId: 1, robotName: 'robot$other+ci' };
  assert.equal(ask([], { who: elsewhere }).enough, undefined, 'it can have nothing here');
});

test('who may, but not with this token, is told so; who may not at all, what the account lacks', () => {
  const developer = { ...base, role: 'developer' };
  assert.match(
    ask([], { ownGrants: [developer] }).message,
    /^u may not push pay\/api with this token: it is limited/,
  );
  assert.match(ask([base], { ownGrants: [base] }).message, /that needs developer/);
});
