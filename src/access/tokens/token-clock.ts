import { type Clock, systemClock } from '../../platform/clock.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Logger } from '../../platform/log/logger.ts';

const lookEveryMs = 10_000;
/** A clock that is slewed is followed; one that is set is a step. */
const stepMs = 1000;
/** By less than what readers of tokens allow. */
const tellAboveMs = 30_000;
/** An answer that took longer says too little about when it was true. */
const slowMs = 5000;

export interface TokenClockDeps {
  readonly db: Pick<Database, 'now'>;
  readonly log: Logger;
  readonly wall?: Clock;
  /** Milliseconds since any moment, which nobody can set. */
  readonly monotonic?: Clock;
}

/**
 * The machine's clock as tokens see it: it goes on evenly when the machine's clock is set while the server runs. A step
 * is followed only where it leads towards the database's clock, which all instances share. So nobody is thrown out, or
 * let in beyond the end of a token, because somebody set the clock of one machine wrong.
 */
export class TokenClock implements Disposable {
  readonly #deps: TokenClockDeps;
  readonly #wall: Clock;
  readonly #monotonic: Clock;
  readonly #timer: NodeJS.Timeout;
  /** The time at the monotonic clock's zero. */
  #base: number;
  /** Of what was told last, so that it is told once. */
  #told = { step: 0, apart: false };

  constructor(deps: TokenClockDeps) {
    this.#deps = deps;
    this.#wall = deps.wall ?? systemClock;
    this.#monotonic = deps.monotonic ?? (() => performance.now());
    this.#base = this.#wall() - this.#monotonic();
    this.#timer = setInterval(() => void this.look(), lookEveryMs).unref();
  }

  readonly now: Clock = () => this.#base + this.#monotonic();

  /** Compares the three clocks. */
  async look(): Promise<void> {
    const shared = await this.#sharedBase();
    const wall = this.#wall() - this.#monotonic();
    const step = wall - this.#base;
    if (Math.abs(step) <= stepMs) this.#base = wall;
    else if (shared === undefined) return;
    else if (Math.abs(wall - shared) < Math.abs(this.#base - shared)) this.#base = wall;
    else this.#tellOfStep(step);
    if (shared !== undefined) this.#tellOfDistance(this.#base - shared);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** The database's time at the monotonic clock's zero; undefined while it does not say. */
  async #sharedBase(): Promise<number | undefined> {
    const askedAt = this.#monotonic();
    // That it is away is told by those who need it.
    const now = await this.#deps.db.now().catch(() => undefined);
    const answeredAt = this.#monotonic();
    if (now === undefined || answeredAt - askedAt > slowMs) return undefined;
    return now - (askedAt + answeredAt) / 2;
  }

  #tellOfStep(step: number): void {
    const isKnown = Math.abs(step - this.#told.step) <= stepMs;
    this.#told.step = step;
    if (isKnown) return;
    const seconds = Math.round(step / 1000);
    this.#deps.log.warn(
      { seconds },
      "this machine's clock was set, away from the database's: tokens go on by the time before",
    );
  }

  #tellOfDistance(distance: number): void {
    const apart = Math.abs(distance) > tellAboveMs;
    if (apart === this.#told.apart) return;
    this.#told.apart = apart;
    const seconds = Math.round(distance / 1000);
    if (apart)
      this.#deps.log.warn(
        { seconds },
        "this machine's clock differs from the database's: other instances may refuse its tokens, and it theirs",
      );
    else this.#deps.log.info({ seconds }, "this machine's clock agrees with the database's again");
  }
}
