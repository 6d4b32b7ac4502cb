import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRestWorld } from '../../access/testing/rest-world.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { dialects } from '../../platform/db/testing/test-database.ts';
import type { ApiAnswer } from '../../platform/http/api/api-route.ts';
import { createProjects } from './projects.ts';

const open = (dialect: (typeof dialects)[number]) =>
  openRestWorld(dialect, (deps) => createProjects(deps).routes);

async function limitsIn(db: Database): Promise<unknown> {
  const rows = await db.reader.builder
    .selectFrom('live_project')
    .innerJoin('project_usage', 'project_usage.project_id', 'live_project.id')
    .select(['live_project.name', 'project_usage.limit_bytes'])
    .where('live_project.id', '>', 1)
    .orderBy('live_project.id')
    .execute();
  return rows.map(({ name, limit_bytes }) => [name, limit_bytes]);
}

const fails = (status: number) => (error: unknown) =>
  error instanceof AppError && error.row.status === status;
const namesOf = ({ body }: ApiAnswer) => (body as { name: string }[]).map(({ name }) => name);

for (const dialect of dialects) {
  test(`a storage limit is taken from administrators of the system only (${dialect})`, async () => {
    await using world = await open(dialect);
    const make = (who: string, project_name: string, storage_limit?: number) =>
      world.ask('createProject', who, {
        body: { project_name, ...(storage_limit === undefined ? {} : { storage_limit }) },
      });
    await make('admin', 'a', 1024);
    await make('admin', 'b', 0);
    await make('admin', 'c');
    await make('alice', 'd', 1024);
    await make('alice', 'e', 2 ** 60);
    await assert.rejects(make('admin', 'f', -2), fails(400));
    assert.deepEqual(await limitsIn(world.db), [
      ['a', 1024],
      ['b', -1],
      ['c', -1],
      ['d', -1],
      ['e', -1],
    ]);
  });

  test(`who may not see a project gets the answer of one that is missing (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.ask('createProject', 'alice', { body: { project_name: 'closed' } });
    for (const operation of ['getProject', 'updateProject', 'deleteProject']) {
      for (const project_name_or_id of ['closed', 'absent', '2', '9007199254740993', '9223372036854775808']) {
        const ask = (who: string) =>
          world.ask(operation, who, { parameters: { project_name_or_id }, body: {} });
        await assert.rejects(
          ask('bob'),
          (error) => error instanceof AppError && error.message === 'forbidden',
        );
      }
      const beyond = { parameters: { project_name_or_id: '9223372036854775808' }, body: {} };
      await assert.rejects(world.ask(operation, 'admin', beyond), fails(404));
    }
  });

  test(`a grant that has ended shows nothing (${dialect})`, async () => {
    await using world = await open(dialect);
    await world.ask('createProject', 'alice', { body: { project_name: 'closed' } });
    const listed = async () => namesOf(await world.ask('listProjects', 'alice'));
    assert.deepEqual(await listed(), ['closed', 'library']);
    await world.db.transaction((tx) => {
      const past = tx.builder.updateTable('grant').set({ expires_at: 1 }).where('principal_id', '=', 3);
      return past.execute();
    });
    assert.deepEqual(await listed(), ['library']);
    const one = { parameters: { project_name_or_id: 'closed' } };
    await assert.rejects(world.ask('getProject', 'alice', one), fails(403));
  });

  test(`a list without a limit, and a page far beyond the end, are answered (${dialect})`, async () => {
    await using world = await open(dialect);
    for (const project_name of ['a', 'b', 'c'])
      await world.ask('createProject', 'alice', { body: { project_name } });
    const list = (page: number, page_size: number) =>
      world.ask('listProjects', 'alice', { parameters: { page, page_size } });
    assert.deepEqual(namesOf(await list(1, 0)), ['a', 'b', 'c', 'library']);
    assert.deepEqual(namesOf(await list(2, 3)), ['library']);
    const beyond = await list(Number.MAX_SAFE_INTEGER, 100);
    assert.deepEqual([beyond.body, beyond.headers?.['X-Total-Count']], [[], '4']);
  });
}
