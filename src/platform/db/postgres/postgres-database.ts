import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CompiledQuery, Kysely } from 'kysely';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { AppError } from '../../../lib/errors.ts';
import type { Secret } from '../../../lib/secret.ts';
import { builderOver } from '../builder-over.ts';
import type { Connection, DumpableDatabase, Queries, TransactionOptions, Tx } from '../database.ts';
import { refuseInside, runInside } from '../nested-db-use.ts';
import { bind, type Prepared, type Row, type Values } from '../prepare.ts';
import type { Schema } from '../schema.ts';
import { commitDurably } from './commit-durably.ts';
import { dumpPostgres } from './dump-postgres.ts';
import { migratePostgres } from './migrate-postgres.ts';
import { PrimaryPool } from './primary-pool.ts';
import { refuseForeignTables } from './refuse-foreign-tables.ts';

/** Serialisation failure, deadlock, and a primary that has just become read-only. */
const retriedCodes = new Set(['40001', '40P01', '25006']);
const readOnlyCode = '25006';
const maxAttempts = 10;
/** BEGIN waits for nobody: whoever does not answer it is gone. */
const beginMs = 10_000;
const defaultPoolSize = 20;

export interface OpenOptions {
  /** Connections at most. */
  readonly size?: number;
  /** Throws when nothing may be written to a database that holds nothing yet. */
  readonly beforeFresh?: (() => Promise<void>) | undefined;
}

/** PostgreSQL, shared by any number of instances. Nothing here relies on the session: no SET, no session locks. */
export class PostgresDatabase implements DumpableDatabase {
  readonly dialect = 'postgres';
  readonly reader: Queries;
  readonly #pool: PrimaryPool;

  private constructor(pool: PrimaryPool) {
    this.#pool = pool;
    this.reader = new PostgresQueries(pool, refuseInside);
  }

  /** @throws AppError DATABASE_UNAVAILABLE; UnusableServer; SchemaTooNew; StartProblem configInvalid */
  static async open(
    url: Secret,
    onIdleError: (error: unknown) => void,
    { size = defaultPoolSize, beforeFresh }: OpenOptions = {},
  ): Promise<PostgresDatabase> {
    const pool = await PrimaryPool.open(url, { size, onIdleError });
    try {
      await withClient(pool, async (client) => {
        await askBeforeFresh(client, beforeFresh);
        await migratePostgres(client);
      });
      return new PostgresDatabase(pool);
    } catch (error) {
      await pool.end();
      throw translatePostgres(error);
    }
  }

  /** PostgreSQL answers COMMIT when its log is on stable storage, and on the synchronous standbys. */
  async transaction<T>(
    body: (tx: Tx) => Promise<T>,
    { durability = 'durable' }: TransactionOptions = {},
  ): Promise<T> {
    refuseInside();
    for (let attempt = 1; ; attempt++) {
      try {
        return await withClient(this.#pool, (client) => inTransaction(client, body, durability));
      } catch (error) {
        if (attempt === maxAttempts || !retriedCodes.has(postgresCode(error) ?? ''))
          throw translatePostgres(error);
      }
      await delay(randomInt(1, 2 + attempt * attempt));
    }
  }

  async *dump(): AsyncGenerator<Uint8Array> {
    refuseInside();
    const now = await this.now();
    const client = await this.#pool.connect();
    let broken = true;
    try {
      yield* dumpPostgres(client, now);
      broken = false;
    } catch (error) {
      throw translatePostgres(error);
    } finally {
      // One that stopped in the middle is not used again.
      client.release(broken);
    }
  }

  async now(): Promise<number> {
    refuseInside();
    try {
      const { rows } = await withClient(this.#pool, (client) =>
        client.query<{ now: number }>({ name: 'berth_now', text: nowSql }),
      );
      return rows[0]?.now ?? Number.NaN;
    } catch (error) {
      throw translatePostgres(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}

const nowSql = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now';

/** Queries over the pool, or over the one client of a transaction. */
class PostgresQueries implements Queries, Connection {
  readonly dialect = 'postgres';
  readonly #client: PrimaryPool | PoolClient;
  readonly #guard: () => void;
  /** Something was certainly changed. */
  wrote = false;
  #builder: Kysely<Schema> | undefined;

  constructor(client: PrimaryPool | PoolClient, guard: () => void) {
    this.#client = client;
    this.#guard = guard;
  }

  get builder(): Kysely<Schema> {
    this.#builder ??= builderOver(this);
    return this.#builder;
  }

  async execute(query: CompiledQuery): Promise<{ rows: Row[]; changes: number }> {
    const { rows, rowCount } = await this.#query({ text: query.sql, values: [...query.parameters] });
    return { rows, changes: rowCount ?? 0 };
  }

  async first<V extends Values, R extends Row>(query: Prepared<V, R>, values: V): Promise<R | undefined> {
    return (await this.#prepared(query, values)).rows[0] as R | undefined;
  }

  async all<V extends Values, R extends Row>(query: Prepared<V, R>, values: V): Promise<R[]> {
    return (await this.#prepared(query, values)).rows as R[];
  }

  async run<V extends Values>(query: Prepared<V, Row>, values: V): Promise<number> {
    return (await this.#prepared(query, values)).rowCount ?? 0;
  }

  #prepared<V extends Values>(query: Prepared<V, Row>, values: V): Promise<QueryResult<Row>> {
    const statement = query.statement('postgres');
    return this.#query({ name: statement.name, text: statement.sql, values: bind(statement, values) });
  }

  async #query(config: QueryConfig): Promise<QueryResult<Row>> {
    this.#guard();
    const target = this.#client;
    // Inside a transaction the code decides about a retry, so a failure is translated only at the end.
    if (!(target instanceof PrimaryPool)) {
      const result = await target.query<Row>(config);
      this.wrote ||= result.command !== 'SELECT' && (result.rowCount ?? 0) > 0;
      return result;
    }
    try {
      return await withClient(target, (client) => client.query<Row>(config));
    } catch (error) {
      throw translatePostgres(error);
    }
  }
}

/** Uses a connection to the primary and gives it back, unless it is of no use any more. */
export async function withClient<T>(pool: PrimaryPool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  // A connection that breaks between two queries tells nobody else, and an error that nobody hears ends the process.
  const onError = (): void => {
    broken = true;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    if (postgresCode(error) === readOnlyCode) {
      broken = true;
      pool.forgetConnections();
    }
    broken ||= isConnectionError(error);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function askBeforeFresh(client: PoolClient, ask: OpenOptions['beforeFresh']): Promise<void> {
  if ((await refuseForeignTables(client)) === 'ours') return;
  try {
    await ask?.();
  } catch (error) {
    // Another instance that starts at the same time may have filled the database, and then what was asked about.
    if ((await refuseForeignTables(client)) === 'fresh') throw error;
  }
}

async function inTransaction<T>(
  client: PoolClient,
  body: (tx: Tx) => Promise<T>,
  durability: 'durable' | 'relaxed',
): Promise<T> {
  let open = true;
  const queries = new PostgresQueries(client, () => {
    if (!open) throw new Error('this transaction has ended; its tx must not be used any more');
  });
  const tx: Tx = Object.assign(queries, { isTransaction: true as const });
  const begin: QueryConfig & { query_timeout: number } = { text: 'begin', query_timeout: beginMs };
  await client.query(begin);
  try {
    const value = await runInside(() => body(tx));
    open = false;
    await commitDurably(client, queries.wrote || durability === 'relaxed');
    return value;
  } catch (error) {
    open = false;
    if (!isConnectionError(error)) await client.query('rollback');
    throw error;
  }
}

export function postgresCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Class 08 and 57 of SQLSTATE, a broken socket, or the driver's own words for one. */
function isConnectionError(error: unknown): boolean {
  const code = postgresCode(error);
  if (code !== undefined) return /^(08|57)/.test(code) || /^E[A-Z]+$/.test(code);
  return (
    error instanceof Error &&
    /connection|timeout exceeded|read timeout/i.test(error.message) &&
    !(error instanceof AppError)
  );
}

export function translatePostgres(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = postgresCode(error);
  if (code === '53100')
    return new AppError('STORAGE_FULL', { message: 'the disk of the database is full' }, { cause: error });
  if (isConnectionError(error) || code?.startsWith('53') === true || retriedCodes.has(code ?? '')) {
    return new AppError('DATABASE_UNAVAILABLE', {}, { cause: error });
  }
  return error;
}
