import { isLogged } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';

const writeEveryMs = 2000;
/** How old what is written of something in use may be: a build farm signs in all the time. */
const freshMs = 60_000;

export interface Use {
  readonly address: string;
  readonly client: string;
}

export interface LastUseDeps {
  readonly db: Database;
  readonly log: Logger;
  /** What is used, as the log calls it. */
  readonly what: string;
  readonly write: (tx: Tx, use: Use & { readonly id: number; readonly at: number }) => Promise<void>;
}

/** When, from where and by what client something was last used: written seldom, for many at once. */
export class LastUse implements AsyncDisposable {
  readonly #deps: LastUseDeps;
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Map<number, Use>();
  /** By the monotonic clock, for those of the last minute. */
  readonly #writtenAt = new Map<number, number>();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: LastUseDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#writeAndReport());
    }, writeEveryMs).unref();
  }

  note(id: number, use: Use): void {
    const writtenAt = this.#writtenAt.get(id);
    if (writtenAt !== undefined && performance.now() - writtenAt < freshMs) return;
    this.#waiting.set(id, { address: use.address.slice(0, 200), client: use.client.slice(0, 200) });
  }

  /** Writes down what waits. */
  async write(): Promise<void> {
    const now = performance.now();
    for (const [id, at] of this.#writtenAt) if (now - at >= freshMs) this.#writtenAt.delete(id);
    if (this.#waiting.size === 0) return;
    const uses = [...this.#waiting].toSorted(([a], [b]) => a - b);
    this.#waiting.clear();
    for (const [id] of uses) this.#writtenAt.set(id, now);
    const { db, write } = this.#deps;
    const at = await db.now();
    await db.transaction(
      async (tx) => {
        // In the order of ids, so that instances do not wait for each other in a circle.
        for (const [id, use] of uses) await write(tx, { id, at, ...use });
      },
      { durability: 'relaxed' },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
    await this.#writeAndReport();
  }

  async #writeAndReport(): Promise<void> {
    try {
      await this.write();
    } catch (error) {
      if (isLogged(error)) return;
      this.#deps.log.warn({ error }, `the last use of some ${this.#deps.what} was not written down`);
    }
  }
}
