import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../platform/db/database.ts';
import { raiseSequence } from '../../platform/db/raise-sequence.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { plantRepository } from '../testing/plant-repository.ts';
import { insertUser } from '../users/user-writes.ts';
import { type CreateProjectInput, createProject } from './create-project.ts';
import { deleteProject } from './delete-project.ts';
import { findProject, findProjectById } from './project-reads.ts';
import { updateProject } from './update-project.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };

const refusal = (code: string, message = /./) => ({ name: 'AppError', code, message });

async function openWithOwner(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  await opened.db.transaction(async (tx) => {
    await insertUser(tx, { id: 1, username: 'owner', passwordHash: null, now: 0, deletedAt: null });
    await insertUser(tx, { id: 2, username: 'gone', passwordHash: null, now: 0, deletedAt: 1 });
    await raiseSequence(tx, 'user');
  });
  return opened;
}

function create(db: Database, name: string, more: Partial<CreateProjectInput> = {}): Promise<number> {
  return createProject(
    { db },
    { name, public: false, sparseManifests: false, ownerId: 1, limitBytes: -1, actor, ...more },
  );
}

function addRepository(db: Database, projectId: number, name: string, artifact: boolean) {
  return db.transaction((tx) => plantRepository(tx, { projectId, name, artifact }));
}

const eventsOf = async (db: Database) =>
  (
    await db.reader.builder
      .selectFrom('event')
      .select(['type', 'object', 'project_id', 'data'])
      .orderBy('id')
      .execute()
  ).map(({ type, object, project_id: projectId }) => [type, object, projectId]);

const grantsIn = async (db: Database, projectId: number) =>
  (
    await db.reader.builder
      .selectFrom('grant')
      .select(['principal_id', 'role', 'scope'])
      .where('project_id', '=', projectId)
      .execute()
  ).map((row) => ({ ...row }));

for (const dialect of dialects) {
  test(`a project begins with its owner as projectAdmin, its limit and one event (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const id = await create(db, 'team', { public: true, sparseManifests: true, limitBytes: 5000 });
    const project = { id, name: 'team', public: true, sparseManifests: true };
    assert.deepEqual(await findProject(db.reader, 'team'), project);
    assert.deepEqual(await findProjectById(db.reader, id), project);
    assert.deepEqual(await grantsIn(db, id), [{ principal_id: 1, role: 'projectAdmin', scope: 'project' }]);
    const usage = await db.reader.builder.selectFrom('project_usage').selectAll().execute();
    assert.deepEqual({ ...usage[0] }, { project_id: id, used_bytes: 0, limit_bytes: 5000 });
    assert.deepEqual(await eventsOf(db), [['project.created', 'team', id]]);
  });

  test(`a name that is taken is refused, and nothing of the attempt stays (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    await create(db, 'team');
    await assert.rejects(create(db, 'team'), refusal('CONFLICT', /team already/));
    assert.equal((await eventsOf(db)).length, 1);
    assert.equal((await db.reader.builder.selectFrom('grant').selectAll().execute()).length, 1);
  });

  test(`of several who create one name at once exactly one does (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const dbs = dialect === 'postgres' ? [opened.db, await opened.second()] : [opened.db];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => create(dbs[i % dbs.length] ?? opened.db, 'team')),
    );
    const failed = outcomes.filter((each) => each.status === 'rejected');
    assert.equal(failed.length, 7);
    for (const { reason } of failed) assert.equal((reason as { code?: string }).code, 'CONFLICT');
    assert.equal((await eventsOf(opened.db)).length, 1);
  });

  test(`what cannot be a project makes none (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const names = [
      '',
      'A',
      'a b',
      '-a',
      'a-',
      'a..b',
      'a___b',
      'a._b',
      'a-_b',
      'a/b',
      'ä',
      'a\0',
      '_catalog',
      'a\n',
      'x'.repeat(201),
    ];
    for (const name of names) await assert.rejects(create(db, name), refusal('BAD_REQUEST'), name);
    for (const limitBytes of [0, -2, 1.5, Number.NaN, 2 ** 50 + 1])
      await assert.rejects(create(db, 'team', { limitBytes }), refusal('BAD_REQUEST'));
    for (const ownerId of [2, 77])
      await assert.rejects(create(db, 'team', { ownerId }), refusal('NOT_FOUND'));
    assert.deepEqual(await eventsOf(db), []);
    for (const name of ['a', '0', 'v2', 'service', 'x'.repeat(200), 'a.b_c-d', 'a__b', 'a--b---c'])
      await create(db, name);
  });

  test(`what is changed of a project is told once, and what stays as it is not at all (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const projectId = await create(db, 'team');
    await updateProject({ db }, { projectId, public: true, actor });
    await updateProject({ db }, { projectId, public: true, actor });
    await updateProject({ db }, { projectId, sparseManifests: true, actor });
    const project = await findProjectById(db.reader, projectId);
    assert.deepEqual(project, { id: projectId, name: 'team', public: true, sparseManifests: true });
    assert.deepEqual(
      (await eventsOf(db)).map(([type]) => type),
      ['project.created', 'project.updated', 'project.updated'],
    );
    await assert.rejects(updateProject({ db }, { projectId: 77, actor }), refusal('NOT_FOUND'));
  });

  test(`a project that holds an artifact stays (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const projectId = await create(db, 'team');
    await addRepository(db, projectId, 'team/app', true);
    await assert.rejects(
      deleteProject({ db }, { projectId, actor }),
      refusal('PROJECT_NOT_EMPTY', /contains repositories, such as team\/app/),
    );
    assert.equal((await grantsIn(db, projectId)).length, 1);
  });

  test(`a project made again under a deleted one's name begins with nothing (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    const projectId = await create(db, 'team', { public: true });
    await addRepository(db, projectId, 'team/begun', false);
    await addRepository(db, projectId, 'team/emptied', true);
    await db.transaction(async ({ builder }) => {
      await builder.updateTable('artifact').set({ deleted_at: 1, purge_after: 2 }).execute();
    });
    await deleteProject({ db }, { projectId, actor });
    assert.equal(await findProject(db.reader, 'team'), undefined);
    assert.equal(await findProjectById(db.reader, projectId), undefined);
    assert.deepEqual(await grantsIn(db, projectId), []);
    assert.deepEqual(await db.reader.builder.selectFrom('live_repository').selectAll().execute(), []);
    const again = await create(db, 'team');
    assert.notEqual(again, projectId);
    await addRepository(db, again, 'team/begun', false);
    assert.equal((await findProject(db.reader, 'team'))?.public, false);
    await assert.rejects(deleteProject({ db }, { projectId, actor }), refusal('NOT_FOUND'));
    assert.deepEqual(
      (await eventsOf(db)).map(([type]) => type),
      ['project.created', 'project.deleted', 'project.created'],
    );
  });
}

for (const dialect of dialects) {
  test(`groups have their role in a new project, unknown ones are left out, and an owner has so many (${dialect})`, async () => {
    await using opened = await openWithOwner(dialect);
    const { db } = opened;
    await db.transaction(({ builder }) =>
      builder
        .insertInto('user_group')
        .values({ name: 'makers', type: 0, created_at: 0, updated_at: 0 })
        .execute(),
    );
    const members = [
      { group: 'makers', role: 'guest' },
      { group: 'nobody', role: 'guest' },
    ];
    const id = await create(db, 'team', { members, maxOwned: 1 });
    const roles = (await grantsIn(db, id)).map(({ role }) => role);
    assert.deepEqual(roles.toSorted(), ['guest', 'projectAdmin']);
    await assert.rejects(create(db, 'second', { maxOwned: 1 }), refusal('DENIED', /may own 1 projects/));
  });
}
