import { setTimeout as delay } from 'node:timers/promises';

/** What a process has done for clients so far. */
export interface Served {
  readonly answers: number;
  readonly bytes: number;
}

/** More in a second than somebody makes who looks around: clients are at work. */
const busy: Served = { answers: 25, bytes: 8 * 2 ** 20 };
const lookEveryMs = 200;
/** So long after a look that found them at work they still are: what slows them down is not to take that for their end. */
const calmAfterMs = 1000;
/** Of the time while clients are at work: one part for the work, nineteen for them. */
const restFactor = 19;
const restAtOnceMs = 100;

/** Does a step of work when it is time for it. */
export type Step = <T>(work: () => Promise<T>) => Promise<T>;

/** Where nobody is waited for. */
export const atOnce: Step = (work) => work();

/**
 * Leaves a process whose clients are at work to them. As long as they are not, steps of background work run as they come, also
 * side by side; while they are, one after the other, in a twentieth of the time.
 */
export class Pace {
  readonly #served: () => Served;
  readonly #signal: AbortSignal;
  readonly #onFirstRest: () => void;
  #lookedAt = performance.now();
  #before: Served;
  #busyAt = -Infinity;
  #hasRested = false;
  #last: Promise<void> = Promise.resolve();

  /** @param signal ends each rest at once */
  constructor(served: () => Served, signal: AbortSignal, onFirstRest: () => void) {
    this.#served = served;
    this.#signal = signal;
    this.#onFirstRest = onFirstRest;
    this.#before = served();
  }

  /**
   * A step: some milliseconds of work, or a second.
   * @throws what the step throws; AbortError, or the reason of the signal
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
    if (!this.#hasRested) this.#onFirstRest();
    this.#hasRested = true;
    for (let left = ms; left > 0 && this.#clientsAreAtWork(); left -= restAtOnceMs)
      await delay(Math.min(left, restAtOnceMs), undefined, { signal: this.#signal });
  }

  #clientsAreAtWork(): boolean {
    const now = performance.now();
    const seconds = (now - this.#lookedAt) / 1000;
    if (seconds >= lookEveryMs / 1000) {
      const { answers, bytes } = this.#served();
      const isBusy =
        answers - this.#before.answers >= busy.answers * seconds ||
        bytes - this.#before.bytes >= busy.bytes * seconds;
      if (isBusy) this.#busyAt = now;
      this.#lookedAt = now;
      this.#before = { answers, bytes };
    }
    return now - this.#busyAt < calmAfterMs;
  }
}
