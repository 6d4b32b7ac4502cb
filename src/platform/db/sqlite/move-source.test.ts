import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { fileOps } from '../../files/file-ops.ts';
import { notDumped } from '../dump/dump-format.ts';
import { keyOf, type MovedRow, type MovedTable } from '../move/moved-table.ts';
import type { Value } from '../prepare.ts';
import { fillEveryTable } from '../testing/fill-every-table.ts';
import { makeTempFolder, sqlitePaths } from '../testing/test-database.ts';
import { migrateSqlite } from './migrate-sqlite.ts';
import { MoveSource } from './move-source.ts';

async function sourceOf(fill: (db: DatabaseSync) => void): Promise<MoveSource & Disposable> {
  const folder = makeTempFolder();
  const paths = sqlitePaths(folder);
  await migrateSqlite(paths, { files: fileOps, clock: systemClock });
  const db = new DatabaseSync(paths.database);
  db.exec('pragma synchronous = off; pragma foreign_keys = off; begin');
  fill(db);
  db.exec('commit');
  db.close();
  const source = MoveSource.open(paths.database);
  // The open file stays readable.
  rmSync(folder, { recursive: true });
  return source;
}

function tableOf(source: MoveSource, name: string): MovedTable {
  const table = source.tables.find((each) => each.table === name);
  assert.ok(table, name);
  return table;
}

async function rowsOf(source: MoveSource, name: string, after: Value[] | null = null): Promise<MovedRow[]> {
  const pages: MovedRow[][] = [];
  for await (const page of source.pages(tableOf(source, name), after)) pages.push(page);
  return pages.flat();
}

test('every table has its key, its columns with their types, and the highest id ever given', async () => {
  using source = await sourceOf((db) => {
    fillEveryTable(db);
    db.exec(`insert into label values (41, 'gone', '', '', null, 0, 0); delete from label where id = 41`);
  });
  for (const table of source.tables) {
    assert.ok(!notDumped.has(table.table), table.table);
    assert.ok(table.key.length > 0, table.table);
    assert.equal(source.count(table), (await rowsOf(source, table.table)).length);
  }
  const names = ({ columns, key }: MovedTable) => key.map((place) => columns[place]?.name);
  assert.deepEqual(names(tableOf(source, 'blob_link')), ['repository_id', 'blob_id']);
  assert.deepEqual(names(tableOf(source, 'login_failure')), ['account', 'address']);
  assert.equal(tableOf(source, 'label').sequence, 41);
  assert.equal(tableOf(source, 'session').sequence, undefined);
  assert.equal(tableOf(source, 'manifest').columns[1]?.type, 'blob');
});

test('a table that was written to without getting a row has no highest id', async () => {
  using source = await sourceOf((db) => {
    db.exec(`insert into label (name, description, color, created_at, updated_at)
      select 'none', '', '', 0, 0 where 1 = 0`);
  });
  assert.equal(tableOf(source, 'label').sequence, undefined);
});

test('rows come in the order of their key, and go on behind any of them', async () => {
  using source = await sourceOf((db) => {
    const insert = db.prepare('insert into login_failure values (?, ?, 0, 0, 0)');
    for (let no = 0; no < 5000; no++) insert.run(`account ${no % 70}`, `192.0.2.${no}`);
    for (const account of ['é', '\u{ffee}', '😀']) insert.run(account, '');
  });
  const table = tableOf(source, 'login_failure');
  const all = await rowsOf(source, 'login_failure');
  assert.equal(all.length, 5003);
  assert.deepEqual(
    all.slice(-3).map(([account]) => account),
    ['é', '\u{ffee}', '😀'],
  );
  for (const place of [0, 1999, 2000, 5002]) {
    const rest = await rowsOf(source, 'login_failure', keyOf(table, all[place] ?? []));
    assert.deepEqual(rest, all.slice(place + 1));
  }
});

test('a page is bounded by rows and by bytes', async () => {
  using source = await sourceOf((db) => {
    const insert = db.prepare('insert into setting values (?, ?, 0)');
    for (let no = 0; no < 10; no++) insert.run(`large ${no}`, 'x'.repeat(3 * 1024 * 1024));
    for (let no = 0; no < 5000; no++) insert.run(`small ${no}`, '');
  });
  const sizes: number[] = [];
  for await (const page of source.pages(tableOf(source, 'setting'), null)) sizes.push(page.length);
  assert.deepEqual(sizes.slice(0, 5), [2, 2, 2, 2, 2]);
  assert.ok(Math.max(...sizes) <= 2000, `${Math.max(...sizes)} rows in a page`);
});
