import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../platform/db/database.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { createProject } from '../projects/create-project.ts';
import { deleteProject } from '../projects/delete-project.ts';
import { disableUser } from '../users/disable-user.ts';
import { addUser } from '../users/user-writes.ts';
import { type GrantFilter, pageOfGrants } from './grant-page-reads.ts';
import { type GrantRoleInput, grantRole, revokeRole } from './grant-role.ts';
import { grantSystemAdmin, revokeSystemAdmin } from './grant-system-admin.ts';
import { parseRole } from './written/parse-role.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const refusal = (code: string, message = /./) => ({ name: 'AppError', code, message });
const names = ['admin', 'alice', 'bob'];

/** Three users, of whom `admin` is an administrator and owns the project `team`. */
async function openTeam(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const ids = await db.transaction(async (tx) => {
    const made: (number | undefined)[] = [];
    for (const username of names)
      made.push(await addUser(tx, { username, email: null, realname: '', passwordHash: '', now: 0 }));
    return made;
  });
  await grantSystemAdmin({ db }, { username: 'admin', actor });
  const input = { public: false, sparseManifests: false, ownerId: ids[0] ?? 0, limitBytes: -1, actor };
  const team = await createProject({ db }, { ...input, name: 'team' });
  const make = (name: string) => createProject({ db }, { ...input, name });
  return {
    db,
    team,
    make,
    second: () => opened.second(),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

const brief = async (db: Database, of: GrantFilter = {}) =>
  (await pageOfGrants(db.reader, { ...of, offset: 0, limit: 100 })).rows.map((row) =>
    [row.holder, row.role, row.projectName, row.repositoryPattern, row.tagPattern, row.expiresAt].join(' '),
  );

const user = (name: string) => ({ kind: 'user', name }) as const;

for (const dialect of dialects) {
  test(`a role given again takes the new end and stays one (${dialect})`, async () => {
    await using world = await openTeam(dialect);
    const { db, team } = world;
    const input: GrantRoleInput = { holder: user('alice'), role: 'developer', projectId: team, actor };
    const expiresAt = (await db.now()) + 60_000;
    await grantRole({ db }, input);
    await grantRole({ db }, { ...input, expiresAt });
    assert.deepEqual(await brief(db, { holder: user('alice') }), [`alice developer team   ${expiresAt}`]);
    await grantRole({ db }, input);
    assert.deepEqual(await brief(db, { holder: user('alice') }), ['alice developer team   ']);
    const events = await db.reader.builder.selectFrom('event').select(['type', 'data']).execute();
    const told = events
      .filter(({ type }) => type === 'role.granted')
      .map(({ data }) => JSON.parse(data) as object);
    assert.deepEqual(told, [
      { username: 'alice', role: 'developer', tags: null, expiresAt: null },
      { username: 'alice', role: 'developer', tags: null, expiresAt },
      { username: 'alice', role: 'developer', tags: null, expiresAt: null },
    ]);
  });

  test(`roles at different places stand side by side, and exactly one is taken back (${dialect})`, async () => {
    await using world = await openTeam(dialect);
    const { db, team } = world;
    const base = { holder: user('alice'), role: 'guest', projectId: team, actor } as const;
    const places = [
      {},
      { repositoryPattern: 'a/**' },
      { tagPattern: 'v*' },
      { repositoryPattern: 'a/**', tagPattern: 'v*' },
    ];
    for (const place of places) await grantRole({ db }, { ...base, ...place });
    await grantRole({ db }, { ...base, holder: user('bob') });
    await revokeRole({ db }, { ...base, repositoryPattern: 'a/**' });
    assert.deepEqual(await brief(db, { holder: user('alice') }), [
      'alice guest team   ',
      'alice guest team  v* ',
      'alice guest team a/** v* ',
    ]);
    await assert.rejects(
      revokeRole({ db }, { ...base, repositoryPattern: 'a/**' }),
      refusal('NOT_FOUND', /alice has no role guest on team\/a\/\*\*/),
    );
    await revokeRole({ db }, base);
    assert.equal((await brief(db, { projectId: team })).length, 4);
  });

  test(`who or what there is not gets no role (${dialect})`, async () => {
    await using world = await openTeam(dialect);
    const { db, team } = world;
    const before = await brief(db);
    const base = { holder: user('alice'), role: 'guest', projectId: team, actor } as const;
    const bad: readonly [Partial<GrantRoleInput>, string][] = [
      [{ holder: user('nobody') }, 'NOT_FOUND'],
      [{ holder: user('ali\0ce') }, 'NOT_FOUND'],
      [{ projectId: 77 }, 'NOT_FOUND'],
      [{ repositoryPattern: '' }, 'BAD_REQUEST'],
      [{ repositoryPattern: 'a*' }, 'BAD_REQUEST'],
      [{ repositoryPattern: 'A' }, 'BAD_REQUEST'],
      [{ repositoryPattern: '/**' }, 'BAD_REQUEST'],
      [{ tagPattern: '' }, 'BAD_REQUEST'],
      [{ tagPattern: '*v' }, 'BAD_REQUEST'],
      [{ expiresAt: 1 }, 'BAD_REQUEST'],
      [{ expiresAt: Number.NaN }, 'BAD_REQUEST'],
      [{ expiresAt: Number.POSITIVE_INFINITY }, 'BAD_REQUEST'],
    ];
    for (const [change, code] of bad)
      await assert.rejects(grantRole({ db }, { ...base, ...change }), refusal(code), JSON.stringify(change));
    assert.deepEqual(await brief(db), before);
  });

  test(`administrators can be made and unmade, but for the last (${dialect})`, async () => {
    await using world = await openTeam(dialect);
    const { db } = world;
    const admin = { username: 'admin', actor };
    const alice = { username: 'alice', actor };
    await assert.rejects(revokeSystemAdmin({ db }, admin), refusal('LAST_ADMIN'));
    await assert.rejects(revokeSystemAdmin({ db }, alice), refusal('NOT_FOUND', /no system administrator/));
    await grantSystemAdmin({ db }, alice);
    await grantSystemAdmin({ db }, alice);
    await disableUser({ db }, alice);
    await assert.rejects(revokeSystemAdmin({ db }, admin), refusal('LAST_ADMIN'), 'alice cannot sign in');
    await revokeSystemAdmin({ db }, alice);
    assert.deepEqual(await brief(db, { holder: user('alice') }), []);
  });

  test(`one is unmade while the other is switched off: an administrator is left (${dialect})`, async () => {
    await using world = await openTeam(dialect);
    const { db } = world;
    const other = dialect === 'postgres' ? await world.second() : db;
    for (let round = 0; round < 8; round += 1) {
      await grantSystemAdmin({ db }, { username: 'alice', actor });
      const outcomes = await Promise.allSettled([
        revokeSystemAdmin({ db }, { username: 'alice', actor }),
        disableUser({ db: other }, { username: 'admin', actor }),
      ]);
      assert.deepEqual(
        outcomes.map(({ status }) => status).toSorted(),
        ['fulfilled', 'rejected'],
        'one of the two has to be refused',
      );
      if (outcomes[1].status === 'fulfilled') {
        await db.transaction(async ({ builder }) => {
          await builder.updateTable('user').set({ disabled: 0 }).execute();
        });
      }
    }
  });

  test(`no role outlives a project that is deleted while it is given (${dialect})`, async () => {
    await using world = await openTeam(dialect);
    const { db } = world;
    const other = dialect === 'postgres' ? await world.second() : db;
    for (let round = 0; round < 10; round += 1) {
      const projectId = await world.make(`p${round}`);
      const [deleted] = await Promise.allSettled([
        deleteProject({ db: other }, { projectId, actor }),
        grantRole({ db }, { holder: user('bob'), role: 'guest', projectId, actor }),
      ]);
      assert.equal(deleted.status, 'fulfilled');
      assert.deepEqual(await brief(db, { projectId }), []);
    }
  });

  test(`what there is is listed by project, by user, or all of it (${dialect})`, async () => {
    await using world = await openTeam(dialect);
    const { db, team } = world;
    const other = await world.make('other');
    await grantRole({ db }, { holder: user('bob'), role: 'maintainer', projectId: other, actor });
    await grantRole(
      { db },
      { holder: user('bob'), role: 'guest', projectId: team, repositoryPattern: 'app', actor },
    );
    assert.deepEqual(await brief(db), [
      'admin system-admin    ',
      'admin projectAdmin team   ',
      'admin projectAdmin other   ',
      'bob maintainer other   ',
      'bob guest team app  ',
    ]);
    assert.equal((await brief(db, { holder: user('bob') })).length, 2);
    assert.equal((await brief(db, { projectId: team, holder: user('bob') })).length, 1);
    assert.deepEqual(await brief(db, { holder: user('b\0b') }), []);
  });
}

test('a role is known in whatever case it is written, and a slip is answered with the nearest', () => {
  for (const [text, role] of [
    ['projectAdmin', 'projectAdmin'],
    ['projectadmin', 'projectAdmin'],
    ['project-admin', 'projectAdmin'],
    ['LimitedGuest', 'limitedGuest'],
    ['system-admin', 'system-admin'],
    ['systemAdmin', 'system-admin'],
    ['Developer', 'developer'],
  ] as const)
    assert.equal(parseRole(text, []), role);
  const slip = { code: 'BAD_REQUEST', detail: 'did you mean developer?' };
  assert.throws(() => parseRole('devloper', []), slip);
  for (const text of ['', 'x', 'toString', 'owner'.repeat(1000)])
    assert.throws(() => parseRole(text, []), { code: 'BAD_REQUEST', detail: /the roles are/ });
});
