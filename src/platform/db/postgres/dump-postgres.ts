import type { ClientBase } from 'pg';
import {
  type DumpedTable,
  type DumpHeader,
  dumpFormat,
  dumpVersion,
  notDumped,
} from '../dump/dump-format.ts';
import { encodeDump } from '../dump/encode-dump.ts';
import { orderTables, type TableReference } from '../dump/order-tables.ts';

const pageRows = 500;
/** Manifests have up to 4 MiB. */
const pageRowsWithBytes = 50;

/** The dump of all tables in one transaction, which sees the database as it was when it began. */
export async function* dumpPostgres(client: ClientBase, now: number): AsyncGenerator<Uint8Array> {
  // A connection that breaks between two queries tells nobody else, and an error that nobody hears ends the process;
  // the next query fails.
  const onError = (): void => {};
  client.on('error', onError);
  try {
    await client.query('begin isolation level repeatable read read only');
    const header = await headerOf(client, now);
    const withBytes = await tablesWithBytes(client);
    yield* encodeDump({
      header,
      tables: await tablesOf(client),
      rows: (table) => pagesOf(client, table, withBytes.has(table.table) ? pageRowsWithBytes : pageRows),
      sequence: (table) => sequenceOf(client, table),
    });
    await client.query('commit');
  } finally {
    client.off('error', onError);
  }
}

async function headerOf(client: ClientBase, now: number): Promise<DumpHeader> {
  const { rows } = await client.query<{ store_id: string; epoch: number; version: number }>(
    'select store_id, epoch, version from store_identity, schema_version',
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the database belongs to no storage yet');
  return {
    format: dumpFormat,
    version: dumpVersion,
    schema: row.version,
    storeId: row.store_id,
    epoch: row.epoch,
    created: now,
    engine: 'postgres',
  };
}

async function tablesOf(client: ClientBase): Promise<DumpedTable[]> {
  const columns = await client.query<{ table: string; columns: string[] }>(
    `select t.relname as table, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class t join pg_attribute a on a.attrelid = t.oid
     where t.relnamespace = current_schema()::regnamespace and t.relkind = 'r' and a.attnum > 0 and not a.attisdropped
     group by t.relname`,
  );
  const references = await client.query<TableReference>(
    `select c.conrelid::regclass::text as from, c.confrelid::regclass::text as to
     from pg_constraint c where c.contype = 'f' and c.connamespace = current_schema()::regnamespace`,
  );
  const byName = new Map(columns.rows.map((row) => [row.table, row.columns]));
  const names = [...byName.keys()].filter((name) => !notDumped.has(name));
  const unquoted = references.rows.map(({ from, to }) => ({ from: bare(from), to: bare(to) }));
  return orderTables(names, unquoted).map((table) => ({ table, columns: byName.get(table) ?? [] }));
}

/** A name as `regclass` prints it. */
function bare(name: string): string {
  return name.replaceAll('"', '');
}

async function tablesWithBytes(client: ClientBase): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct table_name as name from information_schema.columns
     where table_schema = current_schema() and data_type = 'bytea'`,
  );
  return new Set(rows.map(({ name }) => name));
}

async function* pagesOf(
  client: ClientBase,
  { table, columns }: DumpedTable,
  pageSize: number,
): AsyncGenerator<unknown[][]> {
  const list = columns.map((name) => `"${name}"`).join(', ');
  await client.query(`declare berth_dump no scroll cursor for select ${list} from "${table}"`);
  for (;;) {
    const { rows } = await client.query<unknown[]>({
      text: `fetch ${pageSize} from berth_dump`,
      rowMode: 'array',
    });
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) break;
  }
  await client.query('close berth_dump');
}

async function sequenceOf(client: ClientBase, { table, columns }: DumpedTable): Promise<number | undefined> {
  if (!columns.includes('id')) return undefined;
  const found = await client.query<{ name: string | null }>(
    `select pg_get_serial_sequence($1, 'id') as name`,
    [`"${table}"`],
  );
  const name = found.rows[0]?.name ?? null;
  if (name === null) return undefined;
  // Rows that were given their ids may not have raised it.
  const { rows } = await client.query<{ last: number | null }>(
    `select greatest((select last_value from ${name} where is_called), (select max(id) from "${table}")) as last`,
  );
  return rows[0]?.last ?? undefined;
}
