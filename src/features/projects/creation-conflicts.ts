import { AppError } from '../../lib/errors.ts';

const maxConflicts = 30;
const windowMs = 60_000;
const maxPrincipals = 10_000;

interface Window {
  count: number;
  readonly endsAt: number;
}

/**
 * That a name is taken tells that a project exists, which its stranger must not learn; who may create projects has
 * to be told all the same. So it is told so often a minute, to each account. An attempt counts from its beginning and
 * is given back when it told nothing: attempts at the same time are not more than those one after another.
 */
export class CreationConflicts {
  readonly #windows = new Map<string, Window>();
  readonly #clock: () => number;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /**
   * Returns what gives the attempt back.
   * @throws AppError TOO_MANY_REQUESTS
   */
  begin(principal: string): () => void {
    const now = this.#clock();
    const known = this.#windows.get(principal);
    const window = known !== undefined && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs };
    if (window.count >= maxConflicts) {
      const seconds = Math.max(1, Math.ceil((window.endsAt - now) / 1000));
      throw new AppError('TOO_MANY_REQUESTS', {
        message: 'too many of the names asked for were taken; try again later',
        headers: { 'Retry-After': String(seconds) },
      });
    }
    window.count += 1;
    this.#windows.delete(principal);
    this.#windows.set(principal, window);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size > maxPrincipals && oldest !== undefined) this.#windows.delete(oldest);
    return () => {
      window.count -= 1;
    };
  }
}
