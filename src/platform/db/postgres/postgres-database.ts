import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CompiledQuery, Kysely } from 'kysely';
import pg from 'pg';
import { AppError, isDatabaseAway } from '../../../lib/errors.ts';
import type { Secret } from '../../../lib/secret.ts';
import type { Logger } from '../../log/logger.ts';
import { WorkMeter } from '../../metrics/work-meter.ts';
import { builderOver } from '../builder-over.ts';
import type { Connection, DatabaseUse, MeasuredDatabase, Queries, Tx } from '../database.ts';
import { refuseInside, runInside } from '../nested-db-use.ts';
import { bind, type Prepared, type Row, type Values } from '../prepare.ts';
import type { Schema } from '../schema.ts';
import { dumpPostgres } from './dump-postgres.ts';
import { migratePostgres, minCompatibleVersionSql } from './migrate-postgres.ts';
import { probePostgres } from './probe-postgres.ts';
import { Reachability } from './reachability.ts';
import { SchemaWatch } from './schema-watch.ts';
import { SilentConnections } from './silent-connections.ts';

/** Serialisation failure, deadlock, and a primary that has just become read-only. */
const retriedCodes = new Set(['40001', '40P01', '25006']);
const maxAttempts = 10;
const poolSize = 20;
/** Also for one of the pool when all are in use. */
const connectMs = 10_000;
/**
 * For one query of a server that answers others. Measured here: a limit of the server's own would be a setting of the
 * session. Dumps have none, nor have migrations and the loading of dumps, which have connections of their own.
 */
const queryMs = 30_000;
/**
 * A transaction that was begun, lives for one transaction, and is one round trip: an instance that stands still in the
 * middle of it, or whose network is gone, must not keep its locks.
 */
const begin = 'begin; set local idle_in_transaction_session_timeout = 15000';

// int8 as a number: ids and sizes stay below 2^53, and the driver's default would be a string.
const types = { getTypeParser: pg.types.getTypeParser.bind(pg.types) };
const int8 = 20;
function getTypeParser(id: number, format?: 'text' | 'binary'): unknown {
  return id === int8 ? Number : types.getTypeParser(id, format);
}

/** PostgreSQL, shared by any number of instances. Nothing here relies on the session: no SET, no session locks. */
export class PostgresDatabase implements MeasuredDatabase {
  readonly dialect = 'postgres';
  readonly reader: Queries;
  readonly #connections: Connections;
  readonly #watch: SchemaWatch | undefined;
  readonly #transactions = new WorkMeter();

  private constructor(connections: Connections, watchLog: Logger | undefined) {
    this.#connections = connections;
    if (watchLog !== undefined)
      this.#watch = new SchemaWatch({
        minCompatibleVersion: () => minCompatibleVersion(connections),
        log: watchLog,
      });
    this.reader = new PostgresQueries(
      (query) => connections.read(query),
      () => this.#guard(),
    );
  }

  /**
   * @param log of a server, which lives long enough for others to change the schema; without one little is told
   * @throws AppError DATABASE_UNAVAILABLE; SchemaTooNew; StartProblem schemaBusy
   */
  static async open(url: Secret, log?: Logger): Promise<PostgresDatabase> {
    const config = {
      connectionString: url.reveal(),
      connectionTimeoutMillis: connectMs,
      types: { getTypeParser },
    };
    try {
      await migrate(config, (step) => log?.warn({ step }, waitsForLock));
    } catch (error) {
      throw translatePostgres(error);
    }
    return new PostgresDatabase(new Connections(config, log ?? silent), log);
  }

  get awayMs(): number {
    return this.#connections.reachability.awayMs;
  }

  get problem(): string | undefined {
    return this.#watch?.problem;
  }

  get use(): DatabaseUse {
    return { transactions: this.#transactions, pool: this.#connections.pool };
  }

  /**
   * Durable in both modes: PostgreSQL answers COMMIT when its log is on stable storage. A connection that breaks before
   * COMMIT was sent took the transaction with it, so the body runs again; what became of a COMMIT without an answer
   * nobody knows, so it is not sent again.
   */
  transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#transactions.measure(() => this.#transact(body));
  }

  async #transact<T>(body: (tx: Tx) => Promise<T>): Promise<T> {
    this.#guard();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#connections.use((client) => inTransaction(this.#connections, client, body));
      } catch (error) {
        if (attempt === maxAttempts || !mayRunAgain(error)) throw this.#connections.translate(error);
      }
      await delay(randomInt(1, 2 + attempt * attempt));
    }
  }

  async *dump(): AsyncGenerator<Uint8Array> {
    const now = await this.now();
    const client = await this.#connections.patient();
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
    const { rows } = await this.#connections.read({ name: 'berth_now', text: nowSql });
    return (rows[0]?.['now'] as number | undefined) ?? Number.NaN;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    await this.#connections[Symbol.asyncDispose]();
  }

  #guard(): void {
    refuseInside();
    this.#watch?.refuseOutgrown();
  }
}

const waitsForLock =
  'a step of the schema waits until a long transaction, such as a backup, has ended; until then this server does not start';

async function minCompatibleVersion(connections: Connections): Promise<number> {
  const { rows } = await connections.read({ text: minCompatibleVersionSql });
  // Without the row it is nobody's database any more, or one that is being filled.
  return (rows[0]?.['min_compatible_version'] as number | undefined) ?? 0;
}

/** Of a database that is open for a few statements; what goes wrong fails them. */
const silent: Pick<Logger, 'error' | 'info'> = { error() {}, info() {} };

const nowSql = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now';

type Send = (query: pg.QueryConfig) => Promise<pg.QueryResult<Row>>;

/** Queries over the pool, or over the one client of a transaction. */
class PostgresQueries implements Queries, Connection {
  readonly dialect = 'postgres';
  readonly #send: Send;
  readonly #guard: () => void;
  #builder: Kysely<Schema> | undefined;

  constructor(send: Send, guard: () => void) {
    this.#send = send;
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
    return this.#send(config);
  }
}

async function inTransaction<T>(
  { reachability }: Connections,
  client: pg.PoolClient,
  body: (tx: Tx) => Promise<T>,
): Promise<T> {
  let open = true;
  // The code of an error decides about another run, so it is translated only at the end.
  const send: Send = (query) => reachability.ask(() => client.query<Row>(query));
  const queries = new PostgresQueries(send, () => {
    if (!open) throw new Error('this transaction has ended; its tx must not be used any more');
  });
  const tx: Tx = Object.assign(queries, { isTransaction: true as const });
  await reachability.ask(() => client.query(begin));
  try {
    const value = await runInside(() => body(tx));
    open = false;
    await reachability.ask(() => commit(client));
    return value;
  } catch (error) {
    open = false;
    if (!(error instanceof CommitInDoubt || isConnectionError(error))) await client.query('rollback');
    throw error;
  }
}

async function commit(client: pg.PoolClient): Promise<void> {
  let command: string;
  try {
    ({ command } = await client.query('commit'));
  } catch (cause) {
    throw isConnectionError(cause) ? new CommitInDoubt('COMMIT was not answered', { cause }) : cause;
  }
  // What PostgreSQL answers when a statement before had failed.
  if (command !== 'COMMIT') throw new Error(`COMMIT was answered with ${command}: nothing was stored`);
}

/** It may be done, or not: whoever asked for it has to ask again. */
class CommitInDoubt extends Error {
  override readonly name = 'CommitInDoubt';
}

function mayRunAgain(error: unknown): boolean {
  if (error instanceof AppError || error instanceof CommitInDoubt) return false;
  return retriedCodes.has(postgresCode(error) ?? '') || isLostConnection(error);
}

/** Broken, as opposed to silent: nobody waits for a second silence. */
function isLostConnection(error: unknown): boolean {
  return isConnectionError(error) && !(error instanceof Error && /timeout/i.test(error.message));
}

/** On a connection of its own: nothing limits how long a step may take. */
async function migrate(config: pg.ClientConfig, onWait: (step: string) => void): Promise<void> {
  const client = new pg.Client(config);
  // The next query fails, too; an error that nobody hears ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await migratePostgres(client, undefined, { onWait });
  } finally {
    await client.end();
  }
}

/** The pool, and whether the server at its other end answers. */
class Connections implements AsyncDisposable {
  readonly reachability: Reachability;
  readonly #pool: pg.Pool;
  readonly #clients = new Set<pg.PoolClient>();
  readonly #silent = new SilentConnections(queryMs);

  constructor(config: pg.ClientConfig, log: Pick<Logger, 'error' | 'info'>) {
    this.#pool = new pg.Pool({ ...config, max: poolSize });
    this.#pool.on('connect', (client) => this.#clients.add(client));
    this.#pool.on('remove', (client) => this.#clients.delete(client));
    this.#pool.on('acquire', (client) => this.#silent.add(client));
    this.#pool.on('release', (_error, client) => this.#silent.delete(client));
    this.reachability = new Reachability({
      probe: () => probePostgres(config),
      breakAll: () => {
        for (const client of this.#clients) client.connection.stream.destroy();
      },
      isBroken: (error) => isDatabaseAway(error) || isConnectionError(error),
      log,
    });
    // One that nobody uses was lost.
    this.#pool.on('error', (error) => this.reachability.failed(error));
  }

  get pool(): NonNullable<DatabaseUse['pool']> {
    const { totalCount: size, idleCount: idle, waitingCount: waiting, options } = this.#pool;
    return { size, idle, waiting, limit: options.max };
  }

  /**
   * A query of its own, asked a second time when its connection breaks: it may have been lost long before. No layer more
   * than needed: a pull asks three times.
   */
  async read(query: pg.QueryConfig, again = true): Promise<pg.QueryResult<Row>> {
    const { reachability } = this;
    reachability.asked();
    let failure: unknown;
    try {
      const answer = await this.#pool.query<Row>(query);
      reachability.answered(true);
      return answer;
    } catch (error) {
      reachability.answered(!isConnectionError(error));
      failure = error;
    }
    if (again && isLostConnection(failure)) return this.read(query, false);
    throw this.translate(failure);
  }

  async use<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connected();
    let broken = false;
    // A connection that breaks between two queries tells nobody else, and an error that nobody hears ends the process.
    const onError = (): void => {
      broken = true;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      broken ||= error instanceof CommitInDoubt || isConnectionError(error);
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** A connection that may stand still for as long as whoever reads from it. */
  async patient(): Promise<pg.PoolClient> {
    const client = await this.connected();
    this.#silent.delete(client);
    return client;
  }

  /** @throws AppError DATABASE_UNAVAILABLE, at once during an outage */
  async connected(): Promise<pg.PoolClient> {
    this.reachability.refuseWhileAway();
    try {
      return await this.#pool.connect();
    } catch (cause) {
      throw this.reachability.failed(cause);
    }
  }

  translate(error: unknown): unknown {
    if (error instanceof CommitInDoubt) return this.reachability.failed(error.cause);
    return isConnectionError(error) ? this.reachability.failed(error) : translatePostgres(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#silent[Symbol.dispose]();
    this.reachability[Symbol.dispose]();
    await this.#pool.end();
  }
}

export function postgresCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * Class 08 and 57 of SQLSTATE, a transaction that was ended because it stood still, a broken socket, or the driver's own
 * words for one.
 */
export function isConnectionError(error: unknown): boolean {
  const code = postgresCode(error);
  if (code !== undefined) return /^(08|57|25P03)/.test(code) || /^E[A-Z_]+$/.test(code);
  return (
    error instanceof Error &&
    /connection|timeout|not queryable/i.test(error.message) &&
    !(error instanceof AppError)
  );
}

export function translatePostgres(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const code = postgresCode(error);
  if (code === '53100')
    return new AppError('STORAGE_FULL', { message: 'the disk of the database is full' }, { cause: error });
  // Refused before it was asked: no right to connect, no such database, too many connections.
  if (isConnectionError(error) || /^(28|3D|53)/.test(code ?? '') || retriedCodes.has(code ?? '')) {
    return new AppError('DATABASE_UNAVAILABLE', {}, { cause: error });
  }
  return error;
}
