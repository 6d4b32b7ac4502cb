import type pg from 'pg';
import { isDatabaseAway } from '../../../lib/errors.ts';
import type { Logger } from '../../log/logger.ts';
import type { DatabaseUse } from '../database.ts';
import type { Row } from '../prepare.ts';
import { CommitInDoubt } from './commit-in-doubt.ts';
import { type PrimaryPool, useClient } from './primary-pool.ts';
import { probePostgres } from './probe-postgres.ts';
import { Reachability } from './reachability.ts';
import { SilentConnections } from './silent-connections.ts';
import { isConnectionError, isLostConnection, translatePostgres } from './translate-postgres.ts';
import { UnusableServer } from './unusable-server.ts';

/**
 * For one query of a server that answers others. Measured here: a limit of the server's own would be a setting of the
 * session. Dumps have none, nor have migrations and the loading of dumps, which have connections of their own.
 */
const queryMs = 30_000;

/** The pool, and whether the server at its other end answers. */
export class Connections implements AsyncDisposable {
  readonly reachability: Reachability;
  readonly #primary: PrimaryPool;
  readonly #clients = new Map<pg.Pool, Set<pg.PoolClient>>();
  readonly #silent = new SilentConnections(queryMs);

  constructor(primary: PrimaryPool, log: Pick<Logger, 'error' | 'info'>) {
    this.#primary = primary;
    this.reachability = new Reachability({
      probe: () => this.#probe(),
      breakAll: () => {
        for (const clients of this.#clients.values()) breakThem(clients);
      },
      isBroken: (error) => isDatabaseAway(error) || isConnectionError(error),
      log,
    });
    for (const pool of primary.pools) {
      const clients = new Set<pg.PoolClient>();
      this.#clients.set(pool, clients);
      // Not when it connects: the first one did that before anybody listened here.
      pool.on('acquire', (client) => {
        clients.add(client);
        this.#silent.add(client);
      });
      pool.on('remove', (client) => clients.delete(client));
      pool.on('release', (_error, client) => this.#silent.delete(client));
      // One that nobody uses was lost. The pool hangs the whole connection on the error, which is not for the log.
      pool.on('error', (error) => {
        Reflect.deleteProperty(error, 'client');
        this.reachability.failed(error);
      });
    }
  }

  get use(): NonNullable<DatabaseUse['pool']> {
    const sum = { size: 0, idle: 0, waiting: 0, limit: this.#primary.size };
    for (const { totalCount, idleCount, waitingCount } of this.#primary.pools) {
      sum.size += totalCount;
      sum.idle += idleCount;
      sum.waiting += waitingCount;
    }
    return sum;
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
      const answer = await this.#ask(query);
      reachability.answered(true);
      return answer;
    } catch (error) {
      failure = causeOf(error);
      reachability.answered(!isUnanswered(failure));
    }
    if (again && isLostConnection(failure)) return this.read(query, false);
    throw this.translate(failure);
  }

  /**
   * One of the hosts has to be a primary; the first that answers is enough. Where the one that was it so far is silent,
   * nobody waits any longer for what was asked there.
   */
  async #probe(): Promise<void> {
    const { pools, configs, last } = this.#primary;
    const probes = configs.map(probePostgres);
    await Promise.any(probes);
    probes[last]?.catch(() => breakThem(this.#clients.get(pools[last] as pg.Pool) ?? []));
  }

  async #ask(query: pg.QueryConfig): Promise<pg.QueryResult<Row>> {
    const client = await this.#primary.connect();
    return useClient(this.#primary, client, () => client.query<Row>(query));
  }

  async transact<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connected();
    return useClient(this.#primary, client, () => work(client));
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
      return await this.#primary.connect();
    } catch (error) {
      throw this.reachability.failed(causeOf(error));
    }
  }

  translate(error: unknown): unknown {
    if (error instanceof CommitInDoubt) return this.reachability.failed(error.cause);
    return isUnanswered(error) ? this.reachability.failed(error) : translatePostgres(error);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#silent[Symbol.dispose]();
    this.reachability[Symbol.dispose]();
    await this.#primary.end();
  }
}

function breakThem(clients: Iterable<pg.PoolClient>): void {
  for (const client of clients) client.connection.stream.destroy();
}

/** Why no connection could be had. */
function causeOf(error: unknown): unknown {
  return isDatabaseAway(error) && error.cause !== undefined ? error.cause : error;
}

/** Nobody who could answer did: the server is gone, or is none that takes changes. */
function isUnanswered(error: unknown): boolean {
  return isConnectionError(error) || error instanceof UnusableServer;
}
