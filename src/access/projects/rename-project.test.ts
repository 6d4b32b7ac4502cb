import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../platform/db/database.ts';
import { raiseSequence } from '../../platform/db/raise-sequence.ts';
import { dialects, openTestDatabase } from '../../platform/db/testing/test-database.ts';
import type { Actor } from '../../platform/events/append.ts';
import { findCurrentName } from '../names/former-name-reads.ts';
import { releaseName } from '../names/release-name.ts';
import { plantRepository } from '../testing/plant-repository.ts';
import { insertUser } from '../users/user-writes.ts';
import { createProject } from './create-project.ts';
import { findProject } from './project-reads.ts';
import { renameProject } from './rename-project.ts';

const actor: Actor = { principal: 'user:1', address: '127.0.0.1', client: 'test', requestId: 'r' };
const keptMs = 60_000;
const conflict = (message: RegExp) => ({ name: 'AppError', code: 'CONFLICT', message });

async function open(dialect: (typeof dialects)[number]) {
  const opened = await openTestDatabase(dialect);
  await opened.db.transaction(async (tx) => {
    await insertUser(tx, { id: 1, username: 'owner', passwordHash: null, now: 0, deletedAt: null });
    await raiseSequence(tx, 'user');
  });
  const dbs = dialect === 'postgres' ? [opened.db, await opened.second()] : [opened.db, opened.db];
  const [first = opened.db, second = opened.db] = dbs;
  return { opened, first, second };
}

function create(db: Database, name: string): Promise<number> {
  const fixed = { public: false, sparseManifests: false, ownerId: 1, limitBytes: -1, actor };
  return createProject({ db }, { name, ...fixed });
}
const rename = (db: Database, projectId: number, name: string, kept = keptMs): Promise<void> =>
  renameProject({ db }, { projectId, name, keptMs: kept, actor });
const current = async (db: Database, project: string, path: string): Promise<string | undefined> =>
  (await findCurrentName({ db }, { project, path }))?.name.fullName;
const namesOf = async (db: Database): Promise<string[]> =>
  (
    await db.reader.builder.selectFrom('live_repository').select('full_name').orderBy('full_name').execute()
  ).map((row) => row.full_name);
const repository = (db: Database, projectId: number, name: string) =>
  db.transaction((tx) => plantRepository(tx, { projectId, name, artifact: true }));

for (const dialect of dialects) {
  test(`a renamed project keeps its id, and its repositories get the new name (${dialect})`, async () => {
    const { opened, first: db } = await open(dialect);
    await using _ = opened;
    const id = await create(db, 'pay');
    const other = await create(db, 'payments');
    await repository(db, id, 'pay/api');
    await repository(db, id, 'pay/pay/api');
    await repository(db, other, 'payments/api');
    await rename(db, id, 'money');
    assert.equal((await findProject(db.reader, 'money'))?.id, id);
    assert.equal(await findProject(db.reader, 'pay'), undefined);
    assert.deepEqual(await namesOf(db), ['money/api', 'money/pay/api', 'payments/api']);
    assert.equal(await current(db, 'pay', 'api'), 'money/api');
    assert.equal(await current(db, 'money', 'api'), undefined);
    const events = await db.reader.builder.selectFrom('event').select(['type', 'object', 'data']).execute();
    assert.deepEqual(
      { ...events.at(-1) },
      {
        type: 'project.renamed',
        object: 'money',
        data: '{"nameBefore":"pay","name":"money"}',
      },
    );
    await rename(db, id, 'money');
    assert.equal((await db.reader.builder.selectFrom('event').select('id').execute()).length, events.length);
  });

  test(`a name that was given up is free again after its time, or when it is released (${dialect})`, async () => {
    const { opened, first: db } = await open(dialect);
    await using _ = opened;
    const id = await create(db, 'one');
    await rename(db, id, 'two', 0);
    assert.equal(await current(db, 'one', 'x'), undefined);
    await create(db, 'one');
    await rename(db, id, 'three');
    await assert.rejects(
      create(db, 'two'),
      conflict(/two was given up by a rename and is kept free until \d{4}-/),
    );
    const other = await create(db, 'other');
    await assert.rejects(rename(db, other, 'two'), conflict(/kept free until/));
    await releaseName({ db }, { name: 'two', actor });
    assert.equal(await current(db, 'two', 'x'), undefined);
    await create(db, 'two');
    await assert.rejects(releaseName({ db }, { name: 'two', actor }), { code: 'NOT_FOUND' });
    await rename(db, id, 'four');
    await rename(db, id, 'three');
    assert.equal(await current(db, 'four', 'x'), 'three/x');
  });

  test(`a repository whose name would be too long stops the rename (${dialect})`, async () => {
    const { opened, first: db } = await open(dialect);
    await using _ = opened;
    const id = await create(db, 'p');
    await repository(db, id, `p/${'a'.repeat(228)}`);
    await assert.rejects(rename(db, id, 'pp'), { code: 'BAD_REQUEST' });
    await rename(db, id, 'q');
    assert.equal((await namesOf(db))[0]?.length, 230);
  });

  test(`of several who take one name at once, by renaming and by creating, exactly one does (${dialect})`, async () => {
    const { opened, first, second } = await open(dialect);
    await using _ = opened;
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map((name) => create(first, name)));
    const outcomes = await Promise.allSettled([
      ...ids.map((id, i) => rename(i % 2 === 0 ? first : second, id, 'wanted')),
      create(first, 'wanted'),
      create(second, 'wanted'),
    ]);
    const failed = outcomes.filter((each) => each.status === 'rejected');
    assert.equal(failed.length, 5);
    for (const { reason } of failed) assert.equal((reason as { code?: string }).code, 'CONFLICT');
    const wanted = await first.reader.builder
      .selectFrom('live_project')
      .select('id')
      .where('name', '=', 'wanted')
      .execute();
    assert.equal(wanted.length, 1);
  });

  test(`who creates a project under a name that is being given up gets none (${dialect})`, async () => {
    const { opened, first, second } = await open(dialect);
    await using _ = opened;
    const id = await create(first, 'old0');
    for (let i = 0; i < 10; i += 1) {
      const [, made] = await Promise.allSettled([
        rename(first, id, `old${i + 1}`),
        create(second, `old${i}`),
      ]);
      assert.equal(made.status, 'rejected');
    }
    assert.equal(await current(first, 'old0', 'x'), 'old10/x');
  });
}
