import type { ClientBase } from 'pg';
import type { Secret } from '../../../lib/secret.ts';
import { type DumpedTable, madeAnew, notDumped, type TableEnd } from '../dump/dump-format.ts';
import { type DumpTarget, type LoadInput, loadDump } from '../dump/load-dump.ts';
import { stepsUpTo } from '../dump/steps-up-to.ts';
import type { Value } from '../prepare.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { PrimaryPool, useClient } from './primary-pool.ts';
import { refuseForeignTables } from './refuse-foreign-tables.ts';
import { translatePostgres } from './translate-postgres.ts';

/** The protocol counts them with 16 bits. */
const maxParameters = 32_000;

/** The database holds a registry, or was made for a newer one. */
export class DatabaseNotEmpty extends Error {
  override readonly name = 'DatabaseNotEmpty';
}

/**
 * Fills a database that holds no registry from a dump, in one transaction. What a first start left that came to
 * nothing goes.
 * @throws DatabaseNotEmpty, DamagedDump, SchemaTooNew, AppError DATABASE_UNAVAILABLE
 */
export async function loadPostgres(url: Secret, input: LoadInput): Promise<number> {
  const pool = await PrimaryPool.open(url, 1);
  try {
    const client = await pool.connect();
    return await useClient(pool, client, async () => {
      await refuseForeignTables(client);
      await migratePostgres(client, stepsUpTo(input.header.schema));
      return inTransaction(client, input);
    });
  } catch (error) {
    throw translatePostgres(error);
  } finally {
    // Ends a transaction that was not committed, too.
    await pool.end();
  }
}

async function inTransaction(client: ClientBase, input: LoadInput): Promise<number> {
  await client.query('begin');
  await requireEmpty(client, input.header.schema);
  const rows = await loadDump(new PostgresTarget(client), input);
  await client.query('commit');
  return rows;
}

async function requireEmpty(client: ClientBase, schema: number): Promise<void> {
  const { rows } = await client.query<{ schema: number; registries: number }>(
    `select (select version from schema_version)::int as schema,
      (select count(*) from store_identity)::int as registries`,
  );
  if (rows[0]?.registries !== 0 || rows[0].schema !== schema)
    throw new DatabaseNotEmpty('the database is in use, or of another version');
  const tables = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'r'`,
  );
  // What a move began to fill is no registry either.
  const filled = tables.rows
    .map(({ name }) => name)
    .filter((name) => !notDumped.has(name) || name === 'database_move' || madeAnew.includes(name));
  await client.query(`truncate ${filled.map((name) => `"${name}"`).join(', ')} restart identity`);
}

class PostgresTarget implements DumpTarget {
  readonly #client: ClientBase;

  constructor(client: ClientBase) {
    this.#client = client;
  }

  async insert({ table, columns }: DumpedTable, rows: readonly Value[][]): Promise<void> {
    const names = columns.map((name) => `"${name}"`).join(', ');
    const atOnce = Math.floor(maxParameters / columns.length);
    for (let from = 0; from < rows.length; from += atOnce) {
      const some = rows.slice(from, from + atOnce);
      const slots = some.map((row, index) => `(${slotsOf(row.length, index * row.length)})`).join(', ');
      await this.#client.query(`insert into "${table}" (${names}) values ${slots}`, some.flat());
    }
  }

  async endTable({ table }: DumpedTable, { sequence }: TableEnd): Promise<void> {
    // SQLite has 0 for a table that was written to without getting a row; here they begin at 1.
    if (sequence === undefined || sequence === 0) return;
    await this.#client.query(`select setval(pg_get_serial_sequence($1, 'id'), $2)`, [`"${table}"`, sequence]);
  }
}

/** `$4, $5, $6` */
function slotsOf(count: number, before: number): string {
  return Array.from({ length: count }, (_, index) => `$${before + index + 1}`).join(', ');
}
