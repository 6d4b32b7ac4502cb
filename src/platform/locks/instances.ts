import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';
import type { Logger } from '../log/logger.ts';

const writeEveryMs = 10_000;
/** Who has said nothing for so long is dead. */
const silentMs = 30_000;

/** How busy a server process is. */
export interface InstanceLoad {
  /** The next two: over ten seconds. */
  readonly requestsPerMinute: number;
  readonly lagP99Us: number;
  /** Connections to the database; 0 with SQLite. */
  readonly poolUsed: number;
  readonly poolLimit: number;
  readonly poolWaiting: number;
  /** Uploads that it is writing. */
  readonly leases: number;
  readonly rssBytes: number;
}

export interface InstanceIdentity {
  readonly name: string;
  readonly host: string;
  readonly version: string;
  readonly pid: number;
  readonly startedAt: number;
}

/** A server process that lives, and when it said so. */
export interface Instance extends InstanceIdentity, InstanceLoad {
  readonly seenAt: number;
}

export interface InstancesDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly load: () => Promise<InstanceLoad>;
  /** Shorter in tests. */
  readonly writeEveryMs?: number;
}

type Values = { readonly [K in keyof Instance]: Instance[K] };

const write = prepare((db, values: Values) => {
  const load = {
    seen_at: values.seenAt,
    requests_per_minute: values.requestsPerMinute,
    lag_p99_us: values.lagP99Us,
    pool_used: values.poolUsed,
    pool_limit: values.poolLimit,
    pool_waiting: values.poolWaiting,
    leases: values.leases,
    rss_bytes: values.rssBytes,
  };
  return db
    .insertInto('instance')
    .values({
      name: values.name,
      host: values.host,
      version: values.version,
      pid: values.pid,
      started_at: values.startedAt,
      ...load,
    })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(load));
});

const removeSilent = prepare((db, values: { before: number }) =>
  db.deleteFrom('instance').where('seen_at', '<', values.before),
);

const remove = prepare((db, values: { name: string }) =>
  db.deleteFrom('instance').where('name', '=', values.name),
);

const living = prepare((db, values: { after: number }) =>
  db
    .selectFrom('instance')
    .select([
      'name',
      'host',
      'version',
      'pid',
      'started_at as startedAt',
      'seen_at as seenAt',
      'requests_per_minute as requestsPerMinute',
      'lag_p99_us as lagP99Us',
      'pool_used as poolUsed',
      'pool_limit as poolLimit',
      'pool_waiting as poolWaiting',
      'leases',
      'rss_bytes as rssBytes',
    ])
    .where('seen_at', '>=', values.after)
    .orderBy('started_at')
    .orderBy('name'),
);

/**
 * What the server processes on one database say about themselves, by the database's clock. With SQLite there is one,
 * and nothing is written.
 */
export class Instances implements AsyncDisposable {
  readonly #deps: InstancesDeps;
  readonly #own: InstanceIdentity;
  readonly #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  private constructor(deps: InstancesDeps, own: InstanceIdentity) {
    this.#deps = deps;
    this.#own = own;
    if (deps.db.dialect === 'sqlite') return;
    this.#timer = setInterval(() => void this.#writeOnce(), deps.writeEveryMs ?? writeEveryMs).unref();
  }

  static async start(deps: InstancesDeps, own: Omit<InstanceIdentity, 'startedAt'>): Promise<Instances> {
    const instances = new Instances(deps, { ...own, startedAt: await deps.db.now() });
    if (instances.#timer !== undefined) await instances.#writeOnce();
    return instances;
  }

  /** Those that live, the oldest first. */
  async list(): Promise<readonly Instance[]> {
    const { db } = this.#deps;
    if (db.dialect === 'sqlite') return [await this.#now()];
    return db.reader.all(living, { after: (await db.now()) - silentMs });
  }

  async #now(): Promise<Instance> {
    const { db, load } = this.#deps;
    return { ...this.#own, ...(await load()), seenAt: await db.now() };
  }

  /** One that takes longer than the time between two is not overtaken by the next. */
  #writeOnce(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { db, log } = this.#deps;
    try {
      const now = await this.#now();
      await db.transaction(
        async (tx) => {
          await tx.run(removeSilent, { before: now.seenAt - silentMs });
          await tx.run(write, now);
        },
        { durability: 'relaxed' },
      );
    } catch (error) {
      if (isLogged(error)) return;
      log.warn({ error }, 'this instance could not tell the others how busy it is');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    if (this.#timer === undefined) return;
    const { db, log } = this.#deps;
    try {
      await db.transaction((tx) => tx.run(remove, { name: this.#own.name }));
    } catch (error) {
      // What else has to end still ends; the others see that it is silent.
      log.warn({ error }, 'this instance could not tell the others that it ends');
    }
  }
}
