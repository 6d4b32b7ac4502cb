import pg from 'pg';
import { AppError } from '../../../lib/errors.ts';
import { parsePostgresUrl } from '../../../lib/postgres-url.ts';
import type { Secret } from '../../../lib/secret.ts';
import { clientConfigs, noPassword } from './client-configs.ts';
import { requirePrimary } from './require-primary.ts';
import { UnusableServer } from './unusable-server.ts';

/** How long a caller waits for a connection while all are in use. */
const freeConnectionMs = 10_000;

export interface PoolOptions {
  /** Connections to one host. */
  readonly size: number;
  readonly onIdleError: (error: unknown) => void;
}

interface HostPool {
  readonly pool: pg.Pool;
  readonly connectMs: number;
  readonly hasPassword: boolean;
}

/**
 * Connections to the one of several servers that takes changes: each new one is asked. Who was the primary last is
 * asked first, then the others in their order, so that a promotion needs nobody to tell of it.
 */
export class PrimaryPool {
  readonly #hosts: readonly HostPool[];
  #last = 0;
  /** Connections that were made under another number are not used any more. */
  #age = 0;
  readonly #ages = new WeakMap<pg.PoolClient, number>();

  private constructor(hosts: readonly HostPool[]) {
    this.#hosts = hosts;
  }

  /** Connects to nothing yet. @throws StartProblem configInvalid */
  static async open(url: Secret, { size, onIdleError }: PoolOptions): Promise<PrimaryPool> {
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
        pool.on('error', onIdleError);
        return {
          pool,
          connectMs: config.connectionTimeoutMillis ?? freeConnectionMs,
          hasPassword: config.password !== noPassword,
        };
      }),
    );
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
