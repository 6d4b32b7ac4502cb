import { setTimeout as delay } from 'node:timers/promises';

/** More requests in a second than somebody makes who looks around: clients are at work. */
const busyPerSecond = 25;
const lookEveryMs = 200;
/** Of the time while clients are at work: one part for the work, nine for them. */
const restFactor = 9;
const restAtOnceMs = 100;

/**
 * Leaves a process whose clients are at work to them. As long as they are not, steps of background work run as they come, also
 * side by side; while they are, one after the other, in a tenth of the time.
 */
export class Pace {
  readonly #requestsEnded: () => number;
  readonly #signal: AbortSignal;
  #lookedAt = performance.now();
  #endedBefore: number;
  #isBusy = false;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param requestsEnded how many the process has answered so far
   * @param signal ends each rest at once
   */
  constructor(requestsEnded: () => number, signal: AbortSignal) {
    this.#requestsEnded = requestsEnded;
    this.#signal = signal;
    this.#endedBefore = requestsEnded();
  }

  /**
   * A step: some milliseconds of work, or a second.
   * @throws what the step throws; the reason of the signal
   */
  async step<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#clientsAreAtWork()) return work();
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    try {
      await before;
      this.#signal.throwIfAborted();
      const beganAt = performance.now();
      const result = await work();
      await this.#rest(restFactor * (performance.now() - beganAt));
      return result;
    } finally {
      resolve();
    }
  }

  async #rest(ms: number): Promise<void> {
    for (let left = ms; left > 0 && this.#clientsAreAtWork(); left -= restAtOnceMs) {
      await delay(Math.min(left, restAtOnceMs), undefined, { signal: this.#signal });
    }
  }

  #clientsAreAtWork(): boolean {
    const now = performance.now();
    const ms = now - this.#lookedAt;
    if (ms < lookEveryMs) return this.#isBusy;
    const ended = this.#requestsEnded();
    this.#isBusy = ((ended - this.#endedBefore) * 1000) / ms >= busyPerSecond;
    this.#lookedAt = now;
    this.#endedBefore = ended;
    return this.#isBusy;
  }
}
