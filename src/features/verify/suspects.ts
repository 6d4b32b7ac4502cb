import { setTimeout as delay } from 'node:timers/promises';

/** So many wait at most; then the walk waits for the oldest. */
const maxWaiting = 20_000;

/**
 * What looked wrong is looked at a second time a little later, since pushes and deletions go on meanwhile. The walk
 * goes on in between.
 */
export class Suspects<T> {
  readonly #afterMs: number;
  readonly #again: (suspect: T) => Promise<void>;
  readonly #signal: AbortSignal;
  readonly #waiting: { readonly suspect: T; readonly dueAt: number }[] = [];

  constructor(afterMs: number, signal: AbortSignal, again: (suspect: T) => Promise<void>) {
    this.#afterMs = afterMs;
    this.#signal = signal;
    this.#again = again;
  }

  async add(suspect: T): Promise<void> {
    this.#waiting.push({ suspect, dueAt: performance.now() + this.#afterMs });
    await this.#settle(maxWaiting);
  }

  /** Resolves when all were looked at again. */
  async end(): Promise<void> {
    await this.#settle(0);
  }

  async #settle(atMost: number): Promise<void> {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      this.#signal.throwIfAborted();
      const earlyMs = first.dueAt - performance.now();
      if (earlyMs > 0) {
        if (this.#waiting.length <= atMost) return;
        await delay(earlyMs, undefined, { signal: this.#signal });
      }
      this.#waiting.shift();
      await this.#again(first.suspect);
    }
  }
}
