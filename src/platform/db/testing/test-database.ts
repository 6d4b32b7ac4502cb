import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
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

let postgresTemplate: Promise<string> | undefined;

async function openPostgres(url: string): Promise<TestDatabase> {
  postgresTemplate ??= makePostgresTemplate(url);
  const name = `berth_${randomUUID().replaceAll('-', '')}`;
  await administer(url, `create database ${name} template ${await postgresTemplate} strategy file_copy`);
  const own = new Secret(withDatabase(url, name));
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
      await administer(url, `drop database ${name} with (force)`);
    },
  };
}

async function makePostgresTemplate(url: string): Promise<string> {
  const name = `berth_template_${process.pid}`;
  await administer(url, `drop database if exists ${name}`);
  await administer(url, `create database ${name}`);
  const db = await PostgresDatabase.open(new Secret(withDatabase(url, name)));
  await db[Symbol.asyncDispose]();
  return name;
}

/** SQLSTATE: somebody is connected still. PostgreSQL waits for 5 s, which a busy machine may need to end a connection. */
const inUse = '55006';

async function administer(url: string, sql: string, attempts = 6): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
    return;
  } catch (error) {
    if (attempts === 1 || (error as { code?: string }).code !== inUse) throw error;
  } finally {
    await client.end();
  }
  await administer(url, sql, attempts - 1);
}

function withDatabase(url: string, name: string): string {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}
