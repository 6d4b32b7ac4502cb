import { AppError } from '../../../lib/errors.ts';
import type { Logger } from '../../log/logger.ts';

const lookEveryMs = 500;
/** Queries are out and not one is answered for so long: then somebody asks whether the server lives. */
const silenceMs = 2000;
const askAgainMs = 500;
/** Connections that break one after the other, while the server answers others, are told of so often. */
const tellEveryMs = 10_000;

export interface ReachabilityDeps {
  /** Asks the server something by a connection of its own. Rejects, in a few seconds, when nobody answers. */
  readonly probe: () => Promise<void>;
  /** Ends every connection: what waits for an answer on one fails. */
  readonly breakAll: () => void;
  /** Whether a question failed without an answer, as opposed to a refusal by a server that lives. */
  readonly isBroken: (error: unknown) => boolean;
  readonly log: Pick<Logger, 'error' | 'info'>;
}

interface Outage {
  readonly since: number;
  readonly cause: unknown;
  refused: number;
}

/**
 * Whether the database answers. From the moment that nobody does until somebody does again, everybody is refused at
 * once: whoever waited for a time-out would hold up those who can go on without it. A slow query is no outage, as long
 * as the server answers another one.
 */
export class Reachability implements Disposable {
  readonly #deps: ReachabilityDeps;
  readonly #timer: NodeJS.Timeout;
  #outage: Outage | undefined;
  #asking: Promise<void> | undefined;
  #ended = false;
  #waiting = 0;
  /** By the monotonic clock: the first of those that wait came. */
  #askedAt = 0;
  #answeredAt = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(deps: ReachabilityDeps) {
    this.#deps = deps;
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref();
  }

  /** For how long nobody has answered; 0 while somebody does. */
  get awayMs(): number {
    return this.#outage === undefined ? 0 : performance.now() - this.#outage.since;
  }

  /** @throws AppError DATABASE_UNAVAILABLE during an outage */
  refuseWhileAway(): void {
    if (this.#outage === undefined) return;
    this.#outage.refused += 1;
    throw away(this.#outage.cause);
  }

  /**
   * Runs one question to the database.
   * @throws AppError DATABASE_UNAVAILABLE, without asking, during an outage
   */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    this.asked();
    try {
      const answer = await question();
      this.answered(true);
      return answer;
    } catch (error) {
      this.answered(!this.#deps.isBroken(error));
      throw error;
    }
  }

  /**
   * The same in two halves.
   * @throws AppError DATABASE_UNAVAILABLE, and then there is no second half
   */
  asked(): void {
    this.refuseWhileAway();
    if (this.#waiting === 0) this.#askedAt = performance.now();
    this.#waiting += 1;
  }

  /** @param answer false: the question failed without one */
  answered(answer: boolean): void {
    this.#waiting -= 1;
    if (answer) this.#answeredAt = performance.now();
  }

  /**
   * A question failed because its connection could not be had, or broke. Its cause is in the log when this returns.
   * @returns what whoever asked is told
   */
  failed(cause: unknown): AppError {
    const now = performance.now();
    if (this.#outage === undefined && now - this.#toldAt > tellEveryMs) {
      this.#toldAt = now;
      this.#deps.log.error({ error: cause }, 'the database did not answer');
    }
    this.#suspect(cause);
    return away(cause);
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    clearInterval(this.#timer);
  }

  #look(): void {
    if (this.#waiting === 0) return;
    if (performance.now() - Math.max(this.#askedAt, this.#answeredAt) < silenceMs) return;
    this.#suspect(new Error(`no query was answered for ${silenceMs / 1000} s`));
  }

  /** Finds out, once for all who wonder. */
  #suspect(cause: unknown): void {
    if (this.#ended || this.#outage !== undefined || this.#asking !== undefined) return;
    this.#asking = this.#verify(cause).finally(() => {
      this.#asking = undefined;
    });
  }

  async #verify(cause: unknown): Promise<void> {
    const askedAt = performance.now();
    try {
      await this.#deps.probe();
      // Slow, and alive: the next silence is another one.
      this.#answeredAt = performance.now();
    } catch (error) {
      // A server that takes no new connections and yet answers on those that there are is not away.
      if (this.#answeredAt < askedAt) this.#begin(error instanceof Error ? error : cause);
    }
  }

  #begin(cause: unknown): void {
    if (this.#ended) return;
    this.#outage = { since: performance.now(), cause, refused: 0 };
    this.#deps.log.error(
      { error: cause },
      'the database is away: pulls by digest go on for a minute, everything else is refused until it is back',
    );
    this.#deps.breakAll();
    this.#askLater();
  }

  #askLater(): void {
    setTimeout(() => {
      if (this.#ended) return;
      this.#deps.probe().then(
        () => this.#end(),
        () => this.#askLater(),
      );
    }, askAgainMs).unref();
  }

  #end(): void {
    if (this.#outage === undefined) return;
    const { since, refused } = this.#outage;
    const seconds = Math.round((performance.now() - since) / 100) / 10;
    this.#outage = undefined;
    this.#toldAt = Number.NEGATIVE_INFINITY;
    this.#deps.log.info({ seconds, refused }, 'the database is back');
  }
}

function away(cause: unknown): AppError {
  return new AppError('DATABASE_UNAVAILABLE', { logged: true }, { cause });
}
