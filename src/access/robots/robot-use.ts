import { isLogged } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { setRobotUse } from './robot-writes.ts';

const writeEveryMs = 2000;
/** How old what is written of a robot in use may be: a build farm signs in all the time. */
const freshMs = 60_000;

interface Use {
  readonly address: string;
  readonly client: string;
}

/** When, from where and by what client a robot was last used: written seldom, for many robots at once. */
export class RobotUse implements AsyncDisposable {
  readonly #deps: { readonly db: Database; readonly log: Logger };
  readonly #timer: NodeJS.Timeout;
  readonly #waiting = new Map<number, Use>();
  /** By the monotonic clock, for those of the last minute. */
  readonly #writtenAt = new Map<number, number>();
  #running: Promise<void> = Promise.resolve();

  constructor(deps: { readonly db: Database; readonly log: Logger }) {
    this.#deps = deps;
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#writeAndReport());
    }, writeEveryMs).unref();
  }

  note(robotId: number, use: Use): void {
    const writtenAt = this.#writtenAt.get(robotId);
    if (writtenAt !== undefined && performance.now() - writtenAt < freshMs) return;
    this.#waiting.set(robotId, { address: use.address.slice(0, 200), client: use.client.slice(0, 200) });
  }

  /** Writes down what waits. */
  async write(): Promise<void> {
    const now = performance.now();
    for (const [id, at] of this.#writtenAt) if (now - at >= freshMs) this.#writtenAt.delete(id);
    if (this.#waiting.size === 0) return;
    const uses = [...this.#waiting].toSorted(([a], [b]) => a - b);
    this.#waiting.clear();
    for (const [id] of uses) this.#writtenAt.set(id, now);
    const { db } = this.#deps;
    const at = await db.now();
    await db.transaction(
      async (tx) => {
        // In the order of ids, so that instances do not wait for each other in a circle.
        for (const [id, use] of uses) await setRobotUse(tx, { id, at, ...use });
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
      this.#deps.log.warn({ error }, 'the last use of some robot accounts was not written down');
    }
  }
}
