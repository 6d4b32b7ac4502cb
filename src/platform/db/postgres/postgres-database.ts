import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CompiledQuery, Kysely } from 'kysely';
import type pg from 'pg';
import { AppError } from '../../../lib/errors.ts';
import type { Secret } from '../../../lib/secret.ts';
import type { Logger } from '../../log/logger.ts';
import { WorkMeter } from '../../metrics/work-meter.ts';
import { builderOver } from '../builder-over.ts';
import type {
  Connection,
  DatabaseUse,
  MeasuredDatabase,
  Queries,
  TransactionOptions,
  Tx,
} from '../database.ts';
import { refuseInside, runInside } from '../nested-db-use.ts';
import { bind, type Prepared, type Row, type Values } from '../prepare.ts';
import type { Schema } from '../schema.ts';
import { commitDurably } from './commit-durably.ts';
import { CommitInDoubt } from './commit-in-doubt.ts';
import { Connections } from './connections.ts';
import { dumpPostgres } from './dump-postgres.ts';
import { migratePostgres, minCompatibleVersionSql } from './migrate-postgres.ts';
import { PrimaryPool, useClient } from './primary-pool.ts';
import type { Reachability } from './reachability.ts';
import { refuseForeignTables } from './refuse-foreign-tables.ts';
import { SchemaWatch } from './schema-watch.ts';
import {
  isConnectionError,
  isLostConnection,
  postgresCode,
  retriedCodes,
  translatePostgres,
} from './translate-postgres.ts';

const maxAttempts = 10;
const defaultPoolSize = 20;
/**
 * A transaction that was begun, lives for one transaction, and is one round trip: an instance that stands still in the
 * middle of it, or whose network is gone, must not keep its locks.
 */
const begin = 'begin; set local idle_in_transaction_session_timeout = 15000';

export interface OpenOptions {
  /** Connections to one host at most. */
  readonly size?: number | undefined;
  /** Throws when nothing may be written to a database that holds nothing yet. */
  readonly beforeFresh?: (() => Promise<void>) | undefined;
  /** Of a server, which lives long enough for others to change the schema; without one little is told. */
  readonly log?: Logger;
}

/** PostgreSQL, shared by any number of instances. Nothing here relies on the session: no SET, no session locks. */
export class PostgresDatabase implements MeasuredDatabase {
  readonly dialect = 'postgres';
  readonly changes = undefined;
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

  /** @throws AppError DATABASE_UNAVAILABLE; UnusableServer; SchemaTooNew; StartProblem schemaBusy, configInvalid */
  static async open(
    url: Secret,
    { size = defaultPoolSize, beforeFresh, log }: OpenOptions = {},
  ): Promise<PostgresDatabase> {
    const primary = await PrimaryPool.open(url, size);
    try {
      const client = await primary.connect();
      await useClient(primary, client, async () => {
        await askBeforeFresh(client, beforeFresh);
        // Nothing limits how long a step may take.
        await migratePostgres(client, undefined, { onWait: (step) => log?.warn({ step }, waitsForLock) });
      });
    } catch (error) {
      await primary.end();
      throw translatePostgres(error);
    }
    return new PostgresDatabase(new Connections(primary, log ?? silent), log);
  }

  get awayMs(): number {
    return this.#connections.reachability.awayMs;
  }

  get problem(): string | undefined {
    return this.#watch?.problem;
  }

  get use(): DatabaseUse {
    return { transactions: this.#transactions, pool: this.#connections.use };
  }

  /**
   * PostgreSQL answers COMMIT when its log is on stable storage, and on the synchronous standbys. A connection that breaks before
   * COMMIT was sent took the transaction with it, so the body runs again; what became of a COMMIT without an answer
   * nobody knows, so it is not sent again.
   */
  transaction<T>(
    body: (tx: Tx) => Promise<T>,
    { durability = 'durable' }: TransactionOptions = {},
  ): Promise<T> {
    return this.#transactions.measure(() => this.#transact(body, durability));
  }

  async #transact<T>(body: (tx: Tx) => Promise<T>, durability: 'durable' | 'relaxed'): Promise<T> {
    this.#guard();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#connections.transact((client) =>
          inTransaction(client, { body, durability, reachability: this.#connections.reachability }),
        );
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

interface Transaction<T> {
  readonly body: (tx: Tx) => Promise<T>;
  readonly durability: 'durable' | 'relaxed';
  readonly reachability: Reachability;
}

async function inTransaction<T>(
  client: pg.PoolClient,
  { body, durability, reachability }: Transaction<T>,
): Promise<T> {
  let open = true;
  let wrote = durability === 'relaxed';
  // The code of an error decides about another run, so it is translated only at the end.
  const send: Send = async (query) => {
    const result = await reachability.ask(() => client.query<Row>(query));
    wrote ||= result.command !== 'SELECT' && (result.rowCount ?? 0) > 0;
    return result;
  };
  const queries = new PostgresQueries(send, () => {
    if (!open) throw new Error('this transaction has ended; its tx must not be used any more');
  });
  const told: (() => void)[] = [];
  const tx: Tx = Object.assign(queries, {
    isTransaction: true as const,
    onCommit: (tell: () => void) => void told.push(tell),
  });
  await reachability.ask(() => client.query(begin));
  try {
    const value = await runInside(() => body(tx));
    open = false;
    await commit(client, wrote, reachability);
    for (const tell of told) tell();
    return value;
  } catch (error) {
    open = false;
    if (!(error instanceof CommitInDoubt || isConnectionError(error))) await client.query('rollback');
    throw error;
  }
}

async function commit(client: pg.PoolClient, wrote: boolean, reachability: Reachability): Promise<void> {
  try {
    await reachability.ask(() => commitDurably(client, wrote));
  } catch (cause) {
    throw isConnectionError(cause) ? new CommitInDoubt('COMMIT was not answered', { cause }) : cause;
  }
}

async function askBeforeFresh(client: pg.PoolClient, ask: OpenOptions['beforeFresh']): Promise<void> {
  if ((await refuseForeignTables(client)) === 'ours') return;
  try {
    await ask?.();
  } catch (error) {
    // Another instance that starts at the same time may have filled the database, and then what was asked about.
    if ((await refuseForeignTables(client)) === 'fresh') throw error;
  }
}

function mayRunAgain(error: unknown): boolean {
  if (error instanceof AppError || error instanceof CommitInDoubt) return false;
  return retriedCodes.has(postgresCode(error) ?? '') || isLostConnection(error);
}
