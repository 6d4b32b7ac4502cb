import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { MovedColumn, MovedRow, MovedTable } from '../move/moved-table.ts';
import type { Value } from '../prepare.ts';
import { connectionPragmas } from './connection-pragmas.ts';
import { rowsOf, sqliteTables } from './sqlite-tables.ts';

const pageRows = 2000;
/** Manifests have up to 4 MiB. */
const pageBytes = 4 * 1024 * 1024;
const openTimeoutMs = 5000;

/** The rows of a database that is to be moved, as of one instant, in the order of their keys. */
export class MoveSource implements Disposable {
  readonly tables: readonly MovedTable[];
  /** Number of the schema. */
  readonly schema: number;
  readonly #db: DatabaseSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
    const sequences = new Map(
      rowsOf<{ name: string; seq: number }>(db, 'select name, seq from sqlite_sequence').map((row) => [
        row.name,
        row.seq,
      ]),
    );
    this.tables = sqliteTables(db).map(({ table }) => ({
      table,
      ...columnsOf(db, table),
      // A table that was written to without getting a row has 0.
      sequence: (sequences.get(table) ?? 0) === 0 ? undefined : sequences.get(table),
    }));
    this.schema = rowsOf<{ version: number }>(db, 'select version from schema_version')[0]?.version ?? 0;
  }

  static open(path: string): MoveSource {
    const db = new DatabaseSync(path, { readOnly: true, timeout: openTimeoutMs });
    try {
      for (const pragma of connectionPragmas) db.exec(pragma);
      db.exec('begin');
      return new MoveSource(db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  count({ table }: MovedTable): number {
    return rowsOf<{ count: number }>(this.#db, `select count(*) as count from "${table}"`)[0]?.count ?? 0;
  }

  /** @param after the key of the last row that is not wanted any more; null: all rows are */
  async *pages(
    { table, columns, key }: MovedTable,
    after: readonly Value[] | null,
  ): AsyncGenerator<MovedRow[]> {
    const names = columns.map(({ name }) => `"${name}"`);
    const keyNames = key.map((place) => names[place]).join(', ');
    const slots = key.map(() => '?').join(', ');
    const rest = after === null ? '' : `where (${keyNames}) > (${slots})`;
    const statement = this.#db.prepare(
      `select ${names.join(', ')} from "${table}" ${rest} order by ${keyNames}`,
    );
    statement.setReturnArrays(true);
    let page: MovedRow[] = [];
    let bytes = 0;
    const rows = statement.iterate(...((after ?? []) as SQLInputValue[])) as Iterable<unknown>;
    for (const row of rows as Iterable<Value[]>) {
      page.push(row);
      for (const value of row)
        if (value instanceof Uint8Array || typeof value === 'string') bytes += value.length;
      if (page.length < pageRows && bytes < pageBytes) continue;
      yield page;
      page = [];
      bytes = 0;
    }
    if (page.length > 0) yield page;
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

function columnsOf(db: DatabaseSync, table: string): Pick<MovedTable, 'columns' | 'key'> {
  const found = rowsOf<{ name: string; type: string; pk: number }>(db, `pragma table_info("${table}")`);
  const columns = found.map(({ name, type }): MovedColumn => {
    const lower = type.toLowerCase();
    if (lower !== 'integer' && lower !== 'text' && lower !== 'blob')
      throw new Error(`the column ${table}.${name} has a type that cannot be moved`);
    return { name, type: lower };
  });
  const key = found
    .map(({ pk }, place) => ({ pk, place }))
    .filter(({ pk }) => pk > 0)
    .toSorted((one, other) => one.pk - other.pk)
    .map(({ place }) => place);
  if (key.length === 0) throw new Error(`the table ${table} has no key to move it by`);
  return { columns, key };
}
