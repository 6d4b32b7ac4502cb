import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from '../../../lib/secret.ts';
import { systemClock } from '../../clock.ts';
import { environment } from '../../config/environment.ts';
import { type FileOps, fileOps } from '../../files/file-ops.ts';
import { testThreads } from '../../threads/testing/threads.ts';
import type { DumpableDatabase } from '../database.ts';
import type { DialectName } from '../dialect.ts';
import { PostgresDatabase } from '../postgres/postgres-database.ts';
import { migrateSqlite } from '../sqlite/migrate-sqlite.ts';
import { SqliteDatabase, type SqlitePaths } from '../sqlite/sqlite-database.ts';
import { PostgresDatabases } from './postgres-databases.ts';

const postgresUrl = environment()['BERTH_TEST_POSTGRES'];

/** Every store test runs on this: PostgreSQL where the run names one, else SQLite. */
export const dialects: readonly DialectName[] = [postgresUrl === undefined ? 'sqlite' : 'postgres'];

export interface TestDatabase extends AsyncDisposable {
  readonly db: DumpableDatabase;
  /** PostgreSQL only. */
  readonly url: Secret | undefined;
  /** Another process's view: PostgreSQL only. */
  second(): Promise<DumpableDatabase>;
}

export function openTestDatabase(
  dialect: DialectName,
  options: { files?: FileOps } = {},
): Promise<TestDatabase> {
  return dialect === 'sqlite' ? openSqlite(options.files ?? fileOps) : openPostgres(postgresUrl ?? '');
}

/** A folder of its own for one test, with the names that a data folder has. */
export function sqlitePaths(folder: string): SqlitePaths {
  return {
    database: join(folder, 'berth.db'),
    snapshots: join(folder, 'snapshots'),
  };
}

export function makeTempFolder(): string {
  return mkdtempSync(join(tmpdir(), 'berth-test-'));
}

/** A failure that would end the process fails the test instead. */
export function dieInTest(what: string, cause: unknown): never {
  throw new Error(`the process would have ended: ${what}`, { cause });
}

let template: Promise<string> | undefined;

/** Migrated once, then copied: migrating for each test takes ten times as long. */
async function makeTemplate(): Promise<string> {
  const folder = makeTempFolder();
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const paths = sqlitePaths(folder);
  await migrateSqlite(paths, { files: fileOps, clock: systemClock });
  return paths.database;
}

async function openSqlite(files: FileOps): Promise<TestDatabase> {
  template ??= makeTemplate();
  const folder = makeTempFolder();
  const paths = sqlitePaths(folder);
  copyFileSync(await template, paths.database);
  const deps = { files, threads: testThreads, clock: systemClock, die: dieInTest };
  const db = await SqliteDatabase.open(paths, deps);
  return {
    db,
    url: undefined,
    second: () => Promise.reject(new Error('SQLite has one process')),
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let postgres: PostgresDatabases | undefined;

async function openPostgres(server: string): Promise<TestDatabase> {
  postgres ??= new PostgresDatabases(server);
  const databases = postgres;
  const url = await databases.take();
  const own = new Secret(url);
  const open = () => PostgresDatabase.open(own);
  const opened: DumpableDatabase[] = [await open()];
  return {
    db: opened[0] as DumpableDatabase,
    url: own,
    async second() {
      const other = await open();
      opened.push(other);
      return other;
    },
    async [Symbol.asyncDispose]() {
      for (const db of opened) await db[Symbol.asyncDispose]();
      await databases.giveBack(url);
    },
  };
}
