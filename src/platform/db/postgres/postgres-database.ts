import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CompiledQuery, Kysely } from 'kysely';
import pg from 'pg';
import { AppError } from '../../../lib/errors.ts';
import type { Secret } from '../../../lib/secret.ts';
import type { Logger } from '../../log/logger.ts';
import { builderOver } from '../builder-over.ts';
import type { Connection, DumpableDatabase, Queries, Tx } from '../database.ts';
import { refuseInside, runInside } from '../nested-db-use.ts';
import { bind, type Prepared, type Row, type Values } from '../prepare.ts';
import type { Schema } from '../schema.ts';
import { dumpPostgres } from './dump-postgres.ts';
import { migratePostgres, minCompatibleVersionSql } from './migrate-postgres.ts';
import { SchemaWatch } from './schema-watch.ts';

/** Serialisation failure, deadlock, and a primary that has just become read-only. */
const retriedCodes = new Set(['40001', '40P01', '25006']);
const maxAttempts = 10;
const poolSize = 20;

// int8 as a number: ids and sizes stay below 2^53, and the driver's default would be a string.
const types = { getTypeParser: pg.types.getTypeParser.bind(pg.types) };
const int8 = 20;
function getTypeParser(id: number, format?: 'text' | 'binary'): unknown {
  return id === int8 ? Number : types.getTypeParser(id, format);
}

/** PostgreSQL, shared by any number of instances. Nothing here relies on the session: no SET, no session locks. */
export class PostgresDatabase implements DumpableDatabase {
  readonly dialect = 'postgres';
  readonly reader: Queries;
  readonly #pool: pg.Pool;
  readonly #watch: SchemaWatch | undefined;

  private constructor(pool: pg.Pool, watchLog: Logger | undefined) {
    this.#pool = pool;
    if (watchLog !== undefined)
      this.#watch = new SchemaWatch({
        minCompatibleVersion: () => minCompatibleVersion(pool),
        log: watchLog,
      });
    this.reader = new PostgresQueries(pool, () => this.#guard());
  }

  /**
   * @param log of a server, which lives long enough for others to change the schema
   * @throws AppError DATABASE_UNAVAILABLE; SchemaTooNew; StartProblem schemaBusy
   */
  static async open(
    url: Secret,
    onIdleError: (error: unknown) => void,
    log?: Logger,
  ): Promise<PostgresDatabase> {
    const pool = new pg.Pool({
      connectionString: url.reveal(),
      max: poolSize,
      connectionTimeoutMillis: 10_000,
      types: { getTypeParser },
    });
    pool.on('error', onIdleError);
    try {
      const onWait = (step: string): void => log?.warn({ step }, waitsForLock);
      await withClient(pool, (client) => migratePostgres(client, undefined, { onWait }));
      return new PostgresDatabase(pool, log);
    } catch (error) {
      await pool.end();
      throw translatePostgres(error);
    }
  }

  get problem(): string | undefined {
    return this.#watch?.problem;
  }

  /** Durable in both modes: PostgreSQL answers COMMIT when its log is on stable storage. */
  async transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    this.#guard();
    for (let attempt = 1; ; attempt++) {
      try {
        return await withClient(this.#pool, (client) => inTransaction(client, body));
      } catch (error) {
        if (attempt === maxAttempts || !retriedCodes.has(postgresCode(error) ?? ''))
          throw translatePostgres(error);
      }
      await delay(randomInt(1, 2 + attempt * attempt));
    }
  }

  async *dump(): AsyncGenerator<Uint8Array> {
    const now = await this.now();
    const client = await connected(this.#pool);
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
    this.#guard();
    try {
      const { rows } = await this.#pool.query<{ now: number }>({ name: 'berth_now', text: nowSql });
      return rows[0]?.now ?? Number.NaN;
    } catch (error) {
      throw translatePostgres(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    await this.#pool.end();
  }

  #guard(): void {
    refuseInside();
    this.#watch?.refuseOutgrown();
  }
}

const waitsForLock =
  'a step of the schema waits until a long transaction, such as a backup, has ended; until then this server does not start';

async function minCompatibleVersion(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ min_compatible_version: number }>(minCompatibleVersionSql);
  // Without the row it is nobody's database any more, or one that is being filled.
  return rows[0]?.min_compatible_version ?? 0;
}

const nowSql = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now';

/** Queries over the pool, or over the one client of a transaction. */
class PostgresQueries implements Queries, Connection {
  readonly dialect = 'postgres';
  readonly #client: pg.Pool | pg.PoolClient;
  readonly #guard: () => void;
  #builder: Kysely<Schema> | undefined;

  constructor(client: pg.Pool | pg.PoolClient, guard: () => void) {
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

  #prepared<V extends Values>(query: Prepared<V, Row>, values: V): Promise<pg.QueryResult<Row>> {
    const statement = query.statement('postgres');
    return this.#query({ name: statement.name, text: statement.sql, values: bind(statement, values) });
  }

  async #query(config: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    this.#guard();
    try {
      return await this.#client.query<Row>(config);
    } catch (error) {
      // Inside a transaction the code decides about a retry, so it is translated only at the end.
      throw this.#client instanceof pg.Pool ? translatePostgres(error) : error;
    }
  }
}

function connected(pool: pg.Pool): Promise<pg.PoolClient> {
  return pool.connect().catch((cause: unknown) => {
    throw new AppError('DATABASE_UNAVAILABLE', {}, { cause });
  });
}

async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await connected(pool);
  let broken = false;
  // A connection that breaks between two queries tells nobody else, and an error that nobody hears ends the process.
  const onError = (): void => {
    broken = true;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    broken ||= isConnectionError(error);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

async function inTransaction<T>(client: pg.PoolClient, body: (tx: Tx) => Promise<T>): Promise<T> {
  let open = true;
  const queries = new PostgresQueries(client, () => {
    if (!open) throw new Error('this transaction has ended; its tx must not be used any more');
  });
  const tx: Tx = Object.assign(queries, { isTransaction: true as const });
  await client.query('begin');
  try {
    const value = await runInside(() => body(tx));
    open = false;
    await client.query('commit');
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
    /connection|timeout exceeded/i.test(error.message) &&
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
