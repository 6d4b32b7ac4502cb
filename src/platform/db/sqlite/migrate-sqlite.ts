import { basename, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import { ensureFolder } from '../../files/ensure-folder.ts';
import type { FileOps } from '../../files/file-ops.ts';
import { withPrivateUmask } from '../../files/private-umask.ts';
import { columnTypes, type Migration } from '../migration.ts';
import { migrations } from '../migrations.ts';
import { checkVersion, versionTables } from '../schema-too-new.ts';
import { connectionPragmas } from './connection-pragmas.ts';

/**
 * Brings the schema up to date on a connection of its own, which is closed before any other opens. An existing
 * database is copied first. Foreign keys are off during a step, because rebuilding a table would otherwise
 * delete its children, and checked before the step commits.
 * @throws SchemaTooNew
 */
export async function migrateSqlite(
  paths: { database: string; snapshots: string },
  deps: { files: FileOps; clock: Clock },
  steps: readonly Migration[] = migrations,
): Promise<void> {
  const db = withPrivateUmask(() => createOrOpen(paths.database));
  try {
    for (const pragma of connectionPragmas) db.exec(pragma);
    db.exec('pragma foreign_keys = off');
    const known = knownMigrations(db);
    checkVersion(readVersion(db), steps);
    const pending = steps.filter((step) => !known.has(step.name));
    const [first] = pending;
    if (first === undefined) return;
    if (known.size > 0) await snapshot(db, paths, deps.files, first);
    for (const step of pending) apply(db, step, deps.clock());
  } finally {
    db.close();
  }
}

/** Its log and shared memory take the file's mode. */
function createOrOpen(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: false });
  db.exec('pragma journal_mode = wal');
  return db;
}

function knownMigrations(db: DatabaseSync): Set<string> {
  if (!hasTable(db, 'schema_migration')) return new Set();
  const rows = db.prepare('select name from schema_migration').all() as { name: string }[];
  return new Set(rows.map((row) => row.name));
}

function readVersion(db: DatabaseSync): { version: number; min_compatible_version: number } | undefined {
  if (!hasTable(db, 'schema_version')) return undefined;
  const row = db.prepare('select version, min_compatible_version from schema_version').get();
  return row as { version: number; min_compatible_version: number } | undefined;
}

function hasTable(db: DatabaseSync, name: string): boolean {
  return db.prepare(`select 1 from sqlite_master where type = 'table' and name = ?`).get(name) !== undefined;
}

async function snapshot(
  db: DatabaseSync,
  paths: { snapshots: string },
  files: FileOps,
  before: Migration,
): Promise<void> {
  await ensureFolder(files, paths.snapshots, 0o700);
  await backup(db, join(paths.snapshots, `before-${basename(before.name)}.db`));
  await files.syncFolder(paths.snapshots);
}

function apply(db: DatabaseSync, step: Migration, now: number): void {
  db.exec('begin immediate');
  try {
    for (const statement of versionTables(columnTypes.sqlite)) db.exec(statement);
    const { rows } = step;
    if (rows !== undefined) db.exec(`update ${rows.table} set ${rows.set} where ${rows.where}`);
    for (const statement of step.statements(columnTypes.sqlite)) db.exec(statement);
    db.prepare('insert into schema_migration (name, applied_at) values (?, ?)').run(step.name, now);
    db.exec('delete from schema_version');
    db.prepare('insert into schema_version (id, version, min_compatible_version) values (1, ?, ?)').run(
      step.version,
      step.minCompatibleVersion,
    );
    const broken = db.prepare('pragma foreign_key_check').all();
    if (broken.length > 0)
      throw new Error(`migration ${step.name} leaves ${broken.length} dangling references`);
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}
