import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { systemClock } from '../../clock.ts';
import { fileOps } from '../../files/file-ops.ts';
import { testThreads } from '../../threads/testing/threads.ts';
import type { Database, DumpableDatabase, Tx } from '../database.ts';
import type { DialectName } from '../dialect.ts';
import { migrations } from '../migrations.ts';
import { DatabaseNotEmpty, loadPostgres } from '../postgres/load-postgres.ts';
import { SchemaTooNew } from '../schema-too-new.ts';
import { dumpSqlite } from '../sqlite/dump-sqlite.ts';
import { loadSqlite } from '../sqlite/load-sqlite.ts';
import { migrateSqlite } from '../sqlite/migrate-sqlite.ts';
import { SqliteDatabase } from '../sqlite/sqlite-database.ts';
import { rowsForEveryTable } from '../testing/fill-every-table.ts';
import {
  dialects,
  dieInTest,
  makeTempFolder,
  openTestDatabase,
  sqlitePaths,
  type TestDatabase,
} from '../testing/test-database.ts';
import { DamagedDump, type DumpHeader } from './dump-format.ts';
import type { LoadInput } from './load-dump.ts';
import { checkDump, readDumpHeader } from './read-dump.ts';
import { stepsUpTo } from './steps-up-to.ts';

async function* from(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function dumpOf(db: DumpableDatabase): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of db.dump()) all.push(piece);
  return Buffer.concat(all);
}

const inputOf = async (dump: Uint8Array, more: Partial<LoadInput> = {}): Promise<LoadInput> => ({
  header: await readDumpHeader(from(dump)),
  source: from(dump),
  leaveOut: new Set(),
  ...more,
});

/** What a dump says, whatever the engine and the order of rows within a table. */
function contentOf(dump: Uint8Array): string[] {
  const lines = gunzipSync(dump).toString().trimEnd().split('\n').slice(1);
  let table = '';
  return lines
    .map((line) => {
      const { table: name, end, rows, sequence } = JSON.parse(line) as Record<string, unknown>;
      if (typeof name === 'string') table = name;
      return line.startsWith('[') ? `${table} ${line}` : JSON.stringify([table, name, end, rows, sequence]);
    })
    .toSorted();
}

async function fill(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    for (const statement of rowsForEveryTable) {
      const bytes = (text: string) =>
        db.dialect === 'sqlite' ? `x'${Buffer.from(text).toString('hex')}'` : `'${text}'`;
      const own = statement.replace(`'bytes'`, bytes('bytes')).replace(`'wrapped'`, bytes('wrapped'));
      // The file's order is not that of the references.
      await sql.raw(db.dialect === 'sqlite' ? own : statement).execute(tx.builder);
    }
  });
}

/** An empty database of the engine, and how a dump gets into it. */
interface Target extends AsyncDisposable {
  load(input: LoadInput): Promise<number>;
  open(): Promise<DumpableDatabase>;
}

function sqliteTarget(): Target {
  const folder = makeTempFolder();
  const deps = { files: fileOps, threads: testThreads, clock: systemClock, die: dieInTest };
  const opened: SqliteDatabase[] = [];
  return {
    load: (input) => loadSqlite(sqlitePaths(folder), input, deps),
    open: async () => {
      const db = await SqliteDatabase.open(sqlitePaths(folder), deps);
      opened.push(db);
      return db;
    },
    async [Symbol.asyncDispose]() {
      for (const db of opened) await db[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgresTarget(): Promise<Target> {
  const opened = await openTestDatabase('postgres');
  return {
    load: (input) => loadPostgres(urlOf(opened), input),
    open: () => Promise.resolve(opened.db),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

function urlOf({ url }: TestDatabase) {
  if (url === undefined) throw new Error('no PostgreSQL');
  return url;
}

const targetOf = (dialect: DialectName) =>
  dialect === 'sqlite' ? Promise.resolve(sqliteTarget()) : postgresTarget();

/** On PostgreSQL also to and from SQLite: that is how a registry moves between them. */
const ways = dialects.flatMap((dialect): [DialectName, DialectName][] =>
  dialect === 'sqlite'
    ? [['sqlite', 'sqlite']]
    : [
        ['postgres', 'postgres'],
        ['postgres', 'sqlite'],
        ['sqlite', 'postgres'],
      ],
);

for (const [one, other] of ways) {
  test(`${one} to ${other}: rows of every table come back, and ids go on behind the highest ever given`, async () => {
    await using before = await openTestDatabase(one);
    await fill(before.db);
    // Given once and gone again: not to be given to another.
    await before.db.transaction(async (tx) => {
      await sql`insert into label (id, name, description, color, created_at, updated_at)
        values (41, 'gone', '', '', 0, 0)`.execute(tx.builder);
      await sql`delete from label where id = 41`.execute(tx.builder);
      if (one === 'postgres') await sql`select setval('label_id_seq', 41)`.execute(tx.builder);
    });
    const dump = await dumpOf(before.db);
    const { tables, header } = await checkDump(from(dump));
    assert.equal(header.engine, one);
    for (const [table, rows] of Object.entries(tables)) assert.ok(rows > 0, `nothing of ${table}`);
    // They are about processes that ran then.
    for (const table of ['instance', 'lease', 'periodic_job']) assert.ok(!(table in tables), table);

    await using target = await targetOf(other);
    await target.load(await inputOf(dump));
    const after = await target.open();
    await after.transaction(bindAgain);
    assert.deepEqual(contentOf(await dumpOf(after)), contentOf(dump));
    const made = await after.transaction(async (tx) => {
      const { rows } = await sql<{
        id: number;
      }>`insert into label (name, description, color, created_at, updated_at)
        values ('next', '', '', 0, 0) returning id`.execute(tx.builder);
      return rows[0]?.id;
    });
    assert.equal(made, 42);
  });
}

for (const [one, other] of ways) {
  test(`${one} to ${other}: a table that was written to and never got a row is no obstacle`, async () => {
    await using before = await openTestDatabase(one);
    await before.db.transaction(async (tx) => {
      await bindAgain(tx);
      await sql`insert into label (name, description, color, created_at, updated_at)
        select 'none', '', '', 0, 0 where 1 = 0`.execute(tx.builder);
    });
    await using target = await targetOf(other);
    await target.load(await inputOf(await dumpOf(before.db)));
    const { rows } = await sql`select id from label`.execute((await target.open()).reader.builder);
    assert.deepEqual(rows, []);
  });
}

/** A dump is of a registry with a storage. */
async function bindAgain(tx: Tx): Promise<void> {
  await sql`insert into store_identity values (1, 's', 2, 'n', null)`.execute(tx.builder);
}

for (const dialect of dialects) {
  test(`${dialect}: tables that are to stay behind do`, async () => {
    await using before = await openTestDatabase(dialect);
    await fill(before.db);
    await using target = await targetOf(dialect);
    const leaveOut = new Set(['upload', 'upload_part']);
    await target.load(await inputOf(await dumpOf(before.db), { leaveOut }));
    const after = await target.open();
    const { rows } = await sql`select id from upload`.execute(after.reader.builder);
    assert.deepEqual(rows, []);
  });

  test(`${dialect}: a damaged dump leaves nothing in the database`, async () => {
    await using before = await openTestDatabase(dialect);
    await fill(before.db);
    const dump = await dumpOf(before.db);
    await using target = await targetOf(dialect);
    const half = { source: from(dump.subarray(0, dump.length - 30)) };
    await assert.rejects(target.load(await inputOf(dump, half)), DamagedDump);
    const after = await target.open();
    const { rows } = await sql`select id from blob`.execute(after.reader.builder);
    assert.deepEqual(rows, []);
  });

  test(`${dialect}: a dump of a newer schema is refused`, async () => {
    await using before = await openTestDatabase(dialect);
    await before.db.transaction(bindAgain);
    const input = await inputOf(await dumpOf(before.db));
    await using newer = await targetOf(dialect);
    const header: DumpHeader = { ...input.header, schema: input.header.schema + 1 };
    await assert.rejects(newer.load({ ...input, header }), SchemaTooNew);
  });

  test(`${dialect}: a dump shows one instant, whatever is written while it is read`, async () => {
    await using before = await openTestDatabase(dialect);
    const { db } = before;
    await db.transaction(async (tx) => {
      await bindAgain(tx);
      for (let no = 0; no < 1500; no++)
        await sql`insert into setting values (${`s${no}`}, ${pseudoRandom(no, 4000)}, 0)`.execute(tx.builder);
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of db.dump()) {
      pieces.push(piece);
      if (pieces.length > 1) continue;
      await db.transaction(async (tx) => {
        await sql`delete from setting where name > 's2'`.execute(tx.builder);
        await sql`insert into label values (1, 'new', '', '', null, 0, 0)`.execute(tx.builder);
      });
    }
    assert.ok(pieces.length > 2, `${pieces.length} pieces`);
    const { tables } = await checkDump(from(Buffer.concat(pieces)));
    assert.deepEqual([tables['setting'], tables['label']], [1500, 0]);
  });

  test(`${dialect}: a dump that nobody reads to its end is given up, and the database closes`, async () => {
    await using before = await openTestDatabase(dialect);
    await before.db.transaction(bindAgain);
    for await (const piece of before.db.dump()) {
      assert.ok(piece.length > 0);
      break;
    }
    await assert.rejects(
      (async () => {
        for await (const _ of before.db.dump()) throw new Error('no more');
      })(),
      /no more/,
    );
  });
}

test('a dump of an older schema is filled into that schema, which is then brought up to date', async () => {
  const folder = makeTempFolder();
  const paths = sqlitePaths(folder);
  await migrateSqlite(paths, { files: fileOps, clock: systemClock }, stepsUpTo(4));
  const old = new DatabaseSync(paths.database);
  old.exec(`insert into store_identity values (1, 's', 1, 'n', null)`);
  old.exec(`insert into setting values ('a', 'kept', 0)`);
  old.close();
  const pieces: Uint8Array[] = [];
  for await (const piece of dumpSqlite(testThreads, { path: paths.database, now: 0 })) pieces.push(piece);
  rmSync(folder, { recursive: true });
  const dump = Buffer.concat(pieces);
  assert.equal((await readDumpHeader(from(dump))).schema, 4);
  await using target = sqliteTarget();
  await target.load(await inputOf(dump));
  const { builder } = (await target.open()).reader;
  const steps = await sql<{ version: number }>`select version from schema_version`.execute(builder);
  assert.equal(steps.rows[0]?.version, migrations.at(-1)?.version);
  const kept = await sql<{ value: string }>`select value from setting`.execute(builder);
  assert.deepEqual(kept.rows[0]?.value, 'kept');
  assert.deepEqual((await sql`select * from periodic_job`.execute(builder)).rows, []);
});

/** Does not compress away. */
function pseudoRandom(seed: number, length: number): string {
  let state = seed + 1;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return String.fromCharCode(33 + (state % 90));
  }).join('');
}

for (const dialect of dialects.filter((name) => name === 'postgres')) {
  test(`${dialect}: a database that holds a registry is not touched`, async () => {
    await using before = await openTestDatabase(dialect);
    await fill(before.db);
    const dump = await dumpOf(before.db);
    await assert.rejects(loadPostgres(urlOf(before), await inputOf(dump)), DatabaseNotEmpty);
    assert.deepEqual(contentOf(await dumpOf(before.db)), contentOf(dump));
  });

  test(`${dialect}: what a first start left that was refused its storage is replaced`, async () => {
    await using before = await openTestDatabase(dialect);
    await fill(before.db);
    const dump = await dumpOf(before.db);
    await using half = await openTestDatabase(dialect);
    await half.db.transaction(async (tx) => {
      await sql`insert into "user" (username, realname, password_version, created_at, updated_at)
        values ('admin', '', 1, 0, 0)`.execute(tx.builder);
    });
    await loadPostgres(urlOf(half), await inputOf(dump));
    await half.db.transaction(bindAgain);
    assert.deepEqual(contentOf(await dumpOf(half.db)), contentOf(dump));
  });
}
