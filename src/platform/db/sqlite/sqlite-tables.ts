import type { DatabaseSync } from 'node:sqlite';
import { type DumpedTable, notDumped } from '../dump/dump-format.ts';
import { orderTables, type TableReference } from '../dump/order-tables.ts';

/** All tables with rows that make the registry, in an order in which every row finds what it refers to. */
export function sqliteTables(db: DatabaseSync): DumpedTable[] {
  const names = rowsOf<{ name: string }>(
    db,
    `select name from sqlite_master where type = 'table' and name not like 'sqlite~_%' escape '~'`,
  )
    .map(({ name }) => name)
    .filter((name) => !notDumped.has(name));
  const references = names.flatMap((from): TableReference[] =>
    rowsOf<{ table: string }>(db, `pragma foreign_key_list("${from}")`).map(({ table: to }) => ({
      from,
      to,
    })),
  );
  return orderTables(names, references).map((table) => ({
    table,
    columns: rowsOf<{ name: string }>(db, `pragma table_info("${table}")`).map(({ name }) => name),
  }));
}

export function rowsOf<T>(db: DatabaseSync, sql: string): T[] {
  return db.prepare(sql).all() as unknown[] as T[];
}
