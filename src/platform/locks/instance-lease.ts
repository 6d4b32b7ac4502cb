import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';
import type { Logger } from '../log/logger.ts';

const leaseMs = 30_000;
const renewEveryMs = 10_000;
const prefix = 'instance/';

const renew = prepare((db, values: { name: string; holder: string; until: number }) =>
  db
    .insertInto('lease')
    .values({ name: values.name, holder: values.holder, until: values.until })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ until: values.until })),
);

const others = prepare((db, values: { name: string; low: string; high: string; now: number }) =>
  db
    .selectFrom('lease')
    .select('name')
    .where('name', '>', values.low)
    .where('name', '<', values.high)
    .where('name', '<>', values.name)
    .where('until', '>', values.now)
    .limit(1),
);

const remove = prepare((db, values: { name: string }) =>
  db.deleteFrom('lease').where('name', '=', values.name),
);

/** Says in a shared database that this process lives, for as long as it does. With SQLite there is no other. */
export class InstanceLease implements AsyncDisposable {
  readonly #db: Database;
  readonly #name: string;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database, instance: string, log: Logger) {
    this.#db = db;
    this.#name = `${prefix}${instance}`;
    this.#log = log;
  }

  /** Returns whether another instance of this database lives. */
  async take(): Promise<boolean> {
    const now = await this.#db.now();
    const found = await this.#db.transaction(async (tx) => {
      await tx.run(renew, { name: this.#name, holder: this.#name, until: now + leaseMs });
      return tx.first(others, { name: this.#name, low: prefix, high: `${prefix}~`, now });
    });
    this.#timer = setInterval(() => void this.#renew(), renewEveryMs).unref();
    return found !== undefined;
  }

  async #renew(): Promise<void> {
    try {
      const until = (await this.#db.now()) + leaseMs;
      await this.#db.transaction((tx) => tx.run(renew, { name: this.#name, holder: this.#name, until }), {
        durability: 'relaxed',
      });
    } catch (error) {
      if (isLogged(error)) return;
      this.#log.warn({ error }, 'this instance could not say that it lives');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#db.transaction((tx) => tx.run(remove, { name: this.#name }));
    } catch (error) {
      // What else has to end still ends; the lease runs out by itself.
      this.#log.warn({ error }, 'this instance could not say that it ends');
    }
  }
}
