import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../platform/db/database.ts';
import { dialects, openTestDatabase } from '../platform/db/testing/test-database.ts';
import type { Actor } from '../platform/events/append.ts';
import { type ProjectPage, pageOfProjects } from './project-page-reads.ts';
import { createProject } from './projects/create-project.ts';
import { deleteProject } from './projects/delete-project.ts';
import { addUser } from './users/user-writes.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const made = [
  { name: 'team-a', owner: 'alice', public: true },
  { name: 'team_b', owner: 'bob', public: false },
  { name: 'teamxb', owner: 'alice', public: false },
  { name: 'zeta', owner: 'alice', public: true },
  { name: '0', owner: 'bob', public: false },
];

/** The projects above, by name; those of one name were made one after the other, at the same time by the clock. */
async function openProjects(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  const { db } = opened;
  const owners = new Map<string, number>();
  for (const username of ['alice', 'bob']) {
    const row = { username, email: null, realname: '', passwordHash: '', now: 0 };
    owners.set(username, (await db.transaction((tx) => addUser(tx, row))) ?? 0);
  }
  const ids = new Map<string, number>();
  for (const { name, owner, public: open } of made) {
    const input = { sparseManifests: false, limitBytes: -1, ownerId: owners.get(owner) ?? 0, actor };
    ids.set(name, await createProject({ db }, { ...input, name, public: open }));
  }
  const gone = {
    public: true,
    sparseManifests: false,
    limitBytes: -1,
    ownerId: owners.get('bob') ?? 0,
    actor,
  };
  const projectId = await createProject({ db }, { ...gone, name: 'deleted' });
  await deleteProject({ db }, { projectId, actor });
  await db.transaction(async ({ builder }) => {
    await builder.updateTable('project').set({ created_at: 5, updated_at: 6 }).execute();
    for (const [name, visibleAt, deletedAt] of [
      ['zeta/a', 1, null],
      ['zeta/b', 1, null],
      ['zeta/begun', null, null],
      ['zeta/gone', 1, 2],
    ] as const)
      await builder
        .insertInto('repository')
        .values({
          project_id: ids.get('zeta') ?? 0,
          full_name: name,
          created_at: 0,
          updated_at: 0,
          visible_at: visibleAt,
          deleted_at: deletedAt,
          purge_after: null,
        })
        .execute();
  });
  return { db, ids, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

async function page(db: Database, input: Partial<ProjectPage> = {}) {
  const { rows, count } = await pageOfProjects(db.reader, {
    visible: { kind: 'all' },
    offset: 0,
    limit: 100,
    sort: [{ key: 'name', descending: false }],
    ...input,
  });
  return { names: rows.map(({ name }) => name), rows, count };
}

for (const dialect of dialects) {
  test(`projects are found by name, part of a name, owner and openness (${dialect})`, async () => {
    await using world = await openProjects(dialect);
    const { db } = world;
    const cases: readonly [Partial<ProjectPage>, string[]][] = [
      [{}, ['0', 'team-a', 'team_b', 'teamxb', 'zeta']],
      [{ name: { exact: 'team_b' } }, ['team_b']],
      [{ name: { exact: 'TEAM_B' } }, []],
      [{ name: { fuzzy: 'TEAM' } }, ['team-a', 'team_b', 'teamxb']],
      [{ name: { fuzzy: '_' } }, ['team_b']],
      [{ name: { fuzzy: '%' } }, []],
      [{ name: { fuzzy: '\\' } }, []],
      [{ name: { fuzzy: "'" } }, []],
      [{ name: { fuzzy: '' } }, ['0', 'team-a', 'team_b', 'teamxb', 'zeta']],
      [{ name: { fuzzy: 'te\0am' } }, []],
      [{ name: { fuzzy: 'x'.repeat(100_000) } }, []],
      [{ public: true }, ['team-a', 'zeta']],
      [{ public: false }, ['0', 'team_b', 'teamxb']],
      [{ ownerName: 'alice', public: false }, ['teamxb']],
      [{ ownerName: 'Alice' }, []],
      [{ name: { exact: 'deleted' } }, []],
    ];
    for (const [input, expected] of cases) {
      const { names, count } = await page(db, input);
      assert.deepEqual(names, expected, JSON.stringify(input).slice(0, 100));
      assert.equal(count, expected.length);
    }
  });

  test(`a list of projects holds what its reader may see, in pages and counts too (${dialect})`, async () => {
    await using world = await openProjects(dialect);
    const { db, ids } = world;
    const some = { kind: 'some', public: true, projectIds: [ids.get('0') ?? 0], names: [] } as const;
    assert.deepEqual((await page(db, { visible: some })).names, ['0', 'team-a', 'zeta']);
    const second = await page(db, { visible: some, offset: 1, limit: 1 });
    assert.deepEqual([second.names, second.count], [['team-a'], 3]);
    const none = await page(db, { visible: { ...some, public: false, projectIds: [] } });
    assert.deepEqual([none.names, none.count], [[], 0]);
    const behind = await page(db, { offset: 50 });
    assert.deepEqual([behind.names, behind.count], [[], 5]);
  });

  test(`a list of projects is in the order asked for, and what is alike in that of ids (${dialect})`, async () => {
    await using world = await openProjects(dialect);
    const { db } = world;
    const order = made.map(({ name }) => name);
    for (const key of ['project_id', 'creation_time', 'update_time'] as const)
      assert.deepEqual((await page(db, { sort: [{ key, descending: false }] })).names, order, key);
    const byTimeThenName = [
      { key: 'creation_time', descending: true },
      { key: 'name', descending: true },
    ] as const;
    const backwards = ['zeta', 'teamxb', 'team_b', 'team-a', '0'];
    assert.deepEqual((await page(db, { sort: byTimeThenName })).names, backwards);
    assert.deepEqual((await page(db, { sort: [] })).names, order);
  });

  test(`a row tells the owner and how many repositories are shown (${dialect})`, async () => {
    await using world = await openProjects(dialect);
    const { rows } = await page(world.db, { name: { exact: 'zeta' } });
    const { ownerId, id, ...rest } = rows[0] ?? assert.fail('no row');
    assert.ok(ownerId > 0 && id === world.ids.get('zeta'));
    assert.deepEqual(rest, {
      name: 'zeta',
      ownerName: 'alice',
      public: true,
      sparseManifests: false,
      createdAt: 5,
      updatedAt: 6,
      repositoryCount: 2,
    });
  });
}
