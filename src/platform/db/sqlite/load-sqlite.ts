import { constants } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { FileOps } from '../../files/file-ops.ts';
import type { DumpedTable, TableEnd } from '../dump/dump-format.ts';
import { DamagedDump } from '../dump/dump-format.ts';
import { type DumpTarget, type LoadInput, loadDump } from '../dump/load-dump.ts';
import { stepsUpTo } from '../dump/steps-up-to.ts';
import type { Value } from '../prepare.ts';
import { migrateSqlite } from './migrate-sqlite.ts';

/**
 * Makes a database from a dump, in a file of its own that nobody else knows yet. It is durable when this resolves; the
 * name of the file in its folder is not.
 * @throws DamagedDump, SchemaTooNew
 */
export async function loadSqlite(
  paths: { readonly database: string; readonly snapshots: string },
  input: LoadInput,
  deps: { readonly files: FileOps; readonly clock: Clock },
): Promise<number> {
  await migrateSqlite(paths, deps, stepsUpTo(input.header.schema));
  const rows = await fill(paths.database, input);
  // No connection is open any more, so a descriptor takes nobody's locks away.
  const fd = await deps.files.open(paths.database, constants.O_RDONLY);
  try {
    await deps.files.fdatasync(fd);
  } finally {
    await deps.files.close(fd);
  }
  return rows;
}

/**
 * What fails or is cut is thrown away as a whole, so nothing is kept to go back to, and one sync at the end is enough.
 * Foreign keys are checked together before the commit. The cache (256 MiB) keeps rows with random keys from reading every
 * page of their index again.
 */
const fillPragmas = [
  'pragma journal_mode = off',
  'pragma synchronous = off',
  'pragma foreign_keys = off',
  'pragma cache_size = -262144',
] as const;

async function fill(path: string, input: LoadInput): Promise<number> {
  using db = new DatabaseSync(path, { timeout: 5000 });
  for (const pragma of fillPragmas) db.exec(pragma);
  db.exec('begin immediate');
  const rows = await loadDump(new SqliteTarget(db), input);
  const dangling = db.prepare('pragma foreign_key_check').all().length;
  if (dangling > 0) throw new DamagedDump(`${dangling} of its rows refer to rows that are not there`);
  db.exec('commit');
  const [verdict] = db.prepare('pragma integrity_check(1)').all() as { integrity_check?: unknown }[];
  if (verdict?.integrity_check !== 'ok')
    throw new Error(`the restored database is damaged: ${String(verdict?.integrity_check)}`);
  return rows;
}

class SqliteTarget implements DumpTarget {
  readonly #db: DatabaseSync;
  #statement: { readonly table: string; readonly insert: StatementSync } | undefined;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  insert({ table, columns }: DumpedTable, rows: readonly Value[][]): void {
    if (this.#statement?.table !== table) {
      const names = columns.map((name) => `"${name}"`).join(', ');
      const slots = columns.map(() => '?').join(', ');
      const insert = this.#db.prepare(`insert into "${table}" (${names}) values (${slots})`);
      this.#statement = { table, insert };
    }
    for (const row of rows) this.#statement.insert.run(...row);
  }

  endTable({ table }: DumpedTable, { sequence }: TableEnd): void {
    if (sequence === undefined) return;
    const raise = this.#db.prepare('update sqlite_sequence set seq = max(seq, ?) where name = ?');
    if (raise.run(sequence, table).changes === 0)
      this.#db.prepare('insert into sqlite_sequence (name, seq) values (?, ?)').run(table, sequence);
  }
}
