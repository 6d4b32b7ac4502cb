import pg from 'pg';
import { AppError } from '../../../lib/errors.ts';
import { parsePostgresUrl } from '../../../lib/postgres-url.ts';
import type { Secret } from '../../../lib/secret.ts';
import { clientConfigs, noPassword } from './client-configs.ts';
import { CommitInDoubt } from './commit-in-doubt.ts';
import { requirePrimary } from './require-primary.ts';
import { isConnectionError, postgresCode } from './translate-postgres.ts';
import { UnusableServer } from './unusable-server.ts';

/** How long a caller waits for a connection while all are in use. */
const freeConnectionMs = 10_000;

interface HostPool {
  readonly config: pg.ClientConfig;
  readonly pool: pg.Pool;
  readonly connectMs: number;
  readonly hasPassword: boolean;
}

/**
 * Connections to the one of several servers that takes changes: each new one is asked. Who was the primary last is
 * asked first, then the others in their order, so that a promotion needs nobody to tell of it.
 */
export class PrimaryPool {
  /** Connections to one host at most. */
  readonly size: number;
  readonly #hosts: readonly HostPool[];
  #last = 0;
  /** Connections that were made under another number are not used any more. */
  #age = 0;
  readonly #ages = new WeakMap<pg.PoolClient, number>();

  private constructor(hosts: readonly HostPool[], size: number) {
    this.#hosts = hosts;
    this.size = size;
  }

  /**
   * Connects to nothing yet.
   * @param size connections to one host at most
   * @throws StartProblem configInvalid
   */
  static async open(url: Secret, size: number): Promise<PrimaryPool> {
    const configs = await clientConfigs(parsePostgresUrl(url.reveal()));
    return new PrimaryPool(
      configs.map((config) => {
        // The pool has one limit for two things: a free connection, which another caller may keep for long, and a new
        // one, for which the next host should not have to wait.
        class Client extends pg.Client {
          constructor() {
            super(config);
          }
        }
        const pool = new pg.Pool({ Client, max: size, connectionTimeoutMillis: freeConnectionMs });
        // Of one that nobody uses: the next that is asked for is another one. Who wants to know listens, too.
        pool.on('error', () => {});
        return {
          config,
          pool,
          connectMs: config.connectionTimeoutMillis ?? freeConnectionMs,
          hasPassword: config.password !== noPassword,
        };
      }),
      size,
    );
  }

  /** Which of the hosts was the primary when it was asked last. */
  get last(): number {
    return this.#last;
  }

  get configs(): pg.ClientConfig[] {
    return this.#hosts.map(({ config }) => config);
  }

  get pools(): pg.Pool[] {
    return this.#hosts.map(({ pool }) => pool);
  }

  /** A connection to the primary, to be released. @throws AppError DATABASE_UNAVAILABLE, with what says most as its cause */
  async connect(): Promise<pg.PoolClient> {
    const failures: unknown[] = [];
    const first = this.#last;
    for (const step of this.#hosts.keys()) {
      const at = (first + step) % this.#hosts.length;
      const host = this.#hosts[at];
      if (host === undefined) continue;
      try {
        const client = await this.#connectTo(host);
        this.#last = at;
        return client;
      } catch (error) {
        failures.push(error);
      }
    }
    const [telling] = failures.toSorted((a, b) => weightOf(b) - weightOf(a));
    throw new AppError('DATABASE_UNAVAILABLE', {}, { cause: telling });
  }

  /** None of the present connections is used again: the server that they lead to is not the primary any more. */
  forgetConnections(): void {
    this.#age += 1;
  }

  async end(): Promise<void> {
    await Promise.all(this.#hosts.map(({ pool }) => pool.end()));
  }

  async #connectTo({ pool, connectMs, hasPassword }: HostPool): Promise<pg.PoolClient> {
    for (;;) {
      const client = await pool.connect().catch((error: unknown) => {
        throw hasPassword || !isWrongPassword(error) ? error : passwordNeeded();
      });
      const age = this.#ages.get(client);
      if (age === this.#age) return client;
      if (age === undefined) {
        await checked(client, connectMs);
        this.#ages.set(client, this.#age);
        return client;
      }
      client.release(true);
    }
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}

function passwordNeeded(): UnusableServer {
  return new UnusableServer('passwordNeeded', 'the server asks for a password, and none was given');
}

async function checked(client: pg.PoolClient, limitMs: number): Promise<void> {
  // The query fails as well, and an error that nobody hears ends the process.
  const onError = (): void => {};
  client.on('error', onError);
  try {
    await requirePrimary(client, limitMs);
    client.off('error', onError);
  } catch (error) {
    client.off('error', onError);
    client.release(true);
    throw error;
  }
}

/** A host that does not answer says less than a standby, and that less than a primary that refuses. */
function weightOf(error: unknown): number {
  if (error instanceof UnusableServer) return error.reason === 'readOnly' ? 1 : 2;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^(?:28|3D|ERR_|CERT_|SELF_|DEPTH_|UNABLE_)/.test(code) ? 2 : 0;
}

const readOnlyCode = '25006';

/** Uses a connection to the primary and gives it back, unless it is of no use any more. */
export async function useClient<T>(
  primary: PrimaryPool,
  client: pg.PoolClient,
  work: () => Promise<T>,
): Promise<T> {
  let broken = false;
  // A connection that breaks between two queries tells nobody else, and an error that nobody hears ends the process.
  const onError = (): void => {
    broken = true;
  };
  client.on('error', onError);
  try {
    return await work();
  } catch (error) {
    if (postgresCode(error) === readOnlyCode) {
      broken = true;
      primary.forgetConnections();
    }
    broken ||= error instanceof CommitInDoubt || isConnectionError(error);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
