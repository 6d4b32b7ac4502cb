import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import pg from 'pg';
import { StartProblem } from '../../../lib/start-problem.ts';
import type { Migration } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { dialects, openTestDatabase } from '../testing/test-database.ts';
import { migratePostgres } from './migrate-postgres.ts';

const last = migrations.at(-1)?.minCompatibleVersion ?? 0;
const next: Migration = {
  name: '209901010000-next',
  version: migrations.length + 1,
  minCompatibleVersion: last,
  statements: (t) => [`alter table tag add column planted ${t.int}`, 'create table planted (id bigint)'],
};
const steps = [...migrations, next];

async function connected(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

for (const dialect of dialects.filter((each) => each === 'postgres')) {
  test(`${dialect}: a step waits for a table until who holds it has ended, and tells that once`, async () => {
    await using opened = await openTestDatabase(dialect);
    const url = opened.url?.reveal() ?? '';
    await using reader = await connected(url);
    await using migrating = await connected(url);
    await reader.query('begin isolation level repeatable read read only');
    await reader.query('select count(*) from tag');
    const waits: string[] = [];
    const done = migratePostgres(migrating, steps, { onWait: (step) => waits.push(step), pauseMs: 1 });
    const ended = done.then(() => 'migrated');
    // Whoever comes while the step waits gets through, again and again: it never waits for longer than its time.
    for (let round = 0; round < 5; round++) {
      const result = await Promise.race([
        ended,
        opened.db.reader.builder.selectFrom('tag').selectAll().execute(),
      ]);
      assert.deepEqual(result, []);
    }
    while (waits.length === 0) await reader.query('select pg_sleep(0.05)');
    await reader.query('commit');
    await done;
    assert.deepEqual(waits, [next.name]);
    const { rows } = await reader.query<{ version: number }>(
      'select version::int as version from schema_version',
    );
    assert.deepEqual(rows, [{ version: next.version }]);
  });

  test(`${dialect}: a step that a writer and it keep each other from is tried again behind the writer`, async () => {
    await using opened = await openTestDatabase(dialect);
    const url = opened.url?.reveal() ?? '';
    await using writer = await connected(url);
    await using migrating = await connected(url);
    const untilLocked = async (mode: string, granted: boolean): Promise<void> => {
      const locked = sql`select 1 from pg_locks
        where relation = 'tag'::regclass and mode = ${mode} and granted = ${granted}`;
      while ((await locked.execute(opened.db.reader.builder)).rows.length === 0)
        await opened.db.reader.builder.selectNoFrom([sql`pg_sleep(0.01)`.as('slept')]).execute();
    };
    const index: Migration = {
      ...next,
      // The second one waits long enough for the writer to wait for the first.
      statements: () => [
        'create index planted_index on tag (name)',
        'select pg_sleep(1)',
        'drop index planted_index',
      ],
    };
    await writer.query('begin');
    await writer.query('select count(*) from tag');
    const waits: string[] = [];
    const done = migratePostgres(migrating, [...migrations, index], {
      onWait: (step) => waits.push(step),
      pauseMs: 1,
    });
    await untilLocked('ShareLock', true);
    const written = writer.query('update tag set name = name').then(() => writer.query('commit'));
    await untilLocked('RowExclusiveLock', false);
    await Promise.all([written, done]);
    assert.deepEqual(waits, [next.name]);
  });

  test(`${dialect}: a step that gets no lock for too long changes nothing, and the start is refused`, async () => {
    await using opened = await openTestDatabase(dialect);
    const url = opened.url?.reveal() ?? '';
    await using reader = await connected(url);
    await using migrating = await connected(url);
    await reader.query('begin');
    await reader.query('select count(*) from tag');
    await assert.rejects(
      migratePostgres(migrating, steps, { pauseMs: 1, patienceMs: 1 }),
      (error) =>
        error instanceof StartProblem && error.code === 'schemaBusy' && error.values['step'] === next.name,
    );
    await reader.query('commit');
    const { rows } = await reader.query(`select to_regclass('planted') as planted`);
    assert.deepEqual(rows, [{ planted: null }]);
  });

  test(`${dialect}: rows are changed some at a time, and a change that was broken off is gone on with`, async () => {
    await using opened = await openTestDatabase(dialect);
    const url = opened.url?.reveal() ?? '';
    await using migrating = await connected(url);
    await migrating.query(`insert into user_group (id, name, type, created_at, updated_at)
      select n, 'g' || n, 0, 0, 0 from generate_series(1, 5000) as n`);
    const filling: Migration = {
      ...next,
      // Nobody can divide by the row 4500.
      rows: { table: 'user_group', set: 'created_at = 9000 / (id - 4500) + 10000', where: 'created_at = 0' },
    };
    const all = [...migrations, filling];
    const counted = async () =>
      (
        await migrating.query<{ open: number; last: number }>(
          `select count(*)::int as open, (select max(id)::int from user_group where created_at > 0) as last
            from user_group where created_at = 0`,
        )
      ).rows[0];
    await assert.rejects(migratePostgres(migrating, all), /division by zero/);
    assert.deepEqual(await counted(), { open: 1000, last: 4000 });
    await migrating.query('delete from user_group where id = 4500');
    await migratePostgres(migrating, all);
    assert.deepEqual(await counted(), { open: 0, last: 5000 });
    const { rows } = await migrating.query(`select to_regclass('planted') is not null as planted`);
    assert.deepEqual(rows, [{ planted: true }]);
  });

  const indexed: Migration = {
    ...next,
    indexes: [{ name: 'planted_index', on: 'tag (name, pushed_at) where deleted_at is null' }],
  };
  const valid = `select indisvalid as valid from pg_index where indexrelid = to_regclass('planted_index')`;

  test(`${dialect}: an index is made while others write, and the step comes behind it`, async () => {
    await using opened = await openTestDatabase(dialect);
    const url = opened.url?.reveal() ?? '';
    await using writer = await connected(url);
    await using migrating = await connected(url);
    await using watching = await connected(url);
    await writer.query('begin');
    await writer.query('update tag set name = name');
    const done = migratePostgres(migrating, [...migrations, indexed]);
    while ((await watching.query(valid)).rows.length === 0) await watching.query('select pg_sleep(0.01)');
    // Whoever comes now does not wait for it.
    await watching.query(`set lock_timeout = '1min'; update tag set name = name`);
    assert.deepEqual((await watching.query(valid)).rows, [{ valid: false }]);
    assert.deepEqual((await watching.query(`select to_regclass('planted') as made`)).rows, [{ made: null }]);
    await writer.query('commit');
    await done;
    assert.deepEqual((await watching.query(valid)).rows, [{ valid: true }]);
    const { rows } = await watching.query(`select to_regclass('planted') is not null as made`);
    assert.deepEqual(rows, [{ made: true }]);
  });

  test(`${dialect}: an index that was broken off is made anew, by two at the same time`, async () => {
    await using opened = await openTestDatabase(dialect);
    const url = opened.url?.reveal() ?? '';
    await using writer = await connected(url);
    await using migrating = await connected(url);
    await using other = await connected(url);
    await writer.query('begin');
    await writer.query('update tag set name = name');
    await assert.rejects(
      migratePostgres(migrating, [...migrations, indexed], { patienceMs: 50 }),
      (error) => error instanceof StartProblem && error.code === 'schemaBusy',
    );
    assert.deepEqual((await other.query(valid)).rows, [{ valid: false }]);
    await writer.query('commit');
    await Promise.all([migrating, other].map((each) => migratePostgres(each, [...migrations, indexed])));
    assert.deepEqual((await other.query(valid)).rows, [{ valid: true }]);
  });
}
