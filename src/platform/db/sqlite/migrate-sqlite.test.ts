import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, beforeEach, test } from 'node:test';
import { fileOps } from '../../files/file-ops.ts';
import type { Migration } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { SchemaTooNew } from '../schema-too-new.ts';
import { fillEveryTable } from '../testing/fill-every-table.ts';
import { makeTempFolder, sqlitePaths } from '../testing/test-database.ts';
import { migrateSqlite } from './migrate-sqlite.ts';

let folder = '';
const folders: string[] = [];
beforeEach(() => {
  folder = makeTempFolder();
  folders.push(folder);
});
after(() => {
  for (const each of folders) rmSync(each, { recursive: true, force: true });
});

const deps = { files: fileOps, clock: () => 1000 };
const migrate = (steps?: readonly Migration[]) => migrateSqlite(sqlitePaths(folder), deps, steps);
const openRaw = () => new DatabaseSync(sqlitePaths(folder).database);

const next: Migration = {
  name: '209901010000-next',
  version: migrations.length + 1,
  minCompatibleVersion: 1,
  statements: (t) => [
    // A rebuild: with foreign keys on it would delete the children of the table.
    `create table user_new (
      id ${t.id}, username ${t.text} not null, email ${t.text}, realname ${t.text} not null,
      password_hash ${t.text}, password_version ${t.int} not null, created_at ${t.int} not null,
      updated_at ${t.int} not null, deleted_at ${t.int}, disabled ${t.int} not null, comment ${t.text} not null,
      nickname ${t.text}
    )${t.strict}`,
    `insert into user_new select *, null from "user"`,
    `drop table "user"`,
    `alter table user_new rename to "user"`,
  ],
};

test('a database with rows in every table keeps them all through a step that rebuilds a table', async () => {
  await migrate();
  {
    using db = openRaw();
    fillEveryTable(db);
  }
  const before = countRows();
  assert.ok(
    Object.values(before).every((count) => count > 0),
    JSON.stringify(before),
  );
  await migrate([...migrations, next]);
  assert.deepEqual(countRows(), { ...before, schema_migration: (before['schema_migration'] ?? 0) + 1 });
  using db = openRaw();
  assert.deepEqual(db.prepare('pragma foreign_key_check').all(), []);
  assert.deepEqual(
    db
      .prepare('pragma integrity_check')
      .all()
      .map((row) => ({ ...row })),
    [{ integrity_check: 'ok' }],
  );
});

function countRows(): Record<string, number> {
  using db = openRaw();
  const tables = db
    .prepare(`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`)
    .all();
  const counts = tables.map(({ name }) => {
    const row = db.prepare(`select count(*) as count from "${String(name)}"`).get();
    return [String(name), Number(row?.['count'])] as const;
  });
  return Object.fromEntries(counts);
}

test('an existing database is copied before a step, a new one is not', async () => {
  await migrate();
  assert.equal(existsSync(sqlitePaths(folder).snapshots), false);
  await migrate([...migrations, next]);
  assert.deepEqual(readdirSync(sqlitePaths(folder).snapshots), [`before-${next.name}.db`]);
  using copy = new DatabaseSync(join(sqlitePaths(folder).snapshots, `before-${next.name}.db`));
  assert.equal(copy.prepare('select version from schema_version').get()?.['version'], migrations.length);
});

test('a step that fails leaves the schema as it was, and the next start tries it again', async () => {
  await migrate();
  const failing: Migration = { ...next, statements: (t) => [...next.statements(t), 'select * from nowhere'] };
  await assert.rejects(migrate([...migrations, failing]), /nowhere/);
  using db = openRaw();
  assert.equal(
    db.prepare(`select count(*) as c from pragma_table_info('user') where name = 'nickname'`).get()?.['c'],
    0,
  );
  assert.equal(db.prepare('select version from schema_version').get()?.['version'], migrations.length);
  db.close();
  await migrate([...migrations, next]);
});

test('a step that leaves dangling references is refused', async () => {
  await migrate();
  {
    using db = openRaw();
    fillEveryTable(db);
  }
  const careless: Migration = { ...next, statements: () => [`delete from "user" where id = 1`] };
  await assert.rejects(migrate([...migrations, careless]), /dangling/);
});

test('each step is applied once', async () => {
  await migrate();
  await migrate();
  using db = openRaw();
  assert.equal(db.prepare('select count(*) as c from schema_migration').get()?.['c'], migrations.length);
});

test('a newer schema is refused only when it says that this code cannot work on it', async () => {
  await migrate();
  const set = (version: number, oldest: number): void => {
    using db = openRaw();
    db.prepare('update schema_version set version = ?, min_compatible_version = ?').run(version, oldest);
  };
  set(99, 1);
  await migrate();
  set(99, 98);
  await assert.rejects(migrate(), (error) => error instanceof SchemaTooNew && error.needed === 98);
});

test('the database is readable by its owner only', async () => {
  await migrate();
  const { mode } = await fileOps.stat(sqlitePaths(folder).database);
  assert.equal(mode & 0o777, 0o600);
});

test('steps are named by time, in order, with rising versions', () => {
  assert.deepEqual(
    migrations.map((step) => step.name),
    migrations.map((step) => step.name).toSorted(),
  );
  assert.deepEqual(
    migrations.map((step) => step.version),
    migrations.map((_, index) => index + 1),
  );
  for (const step of migrations) assert.match(step.name, /^\d{12}-[a-z0-9-]+$/);
});
