import { isDatabaseAway } from '../../lib/errors.ts';

const lifeMs = 60_000;

export interface RecentAnswersOptions {
  /** Those that came first go first. */
  readonly maxEntries: number;
  /** A monotonic clock in milliseconds; another one in tests. */
  readonly now?: () => number;
}

interface Entry<T> {
  readonly group: string;
  value: T;
  /** When it was asked for. */
  at: number;
}

/**
 * What the database has answered within the last minute, for those who may go on while it is away. It is always asked;
 * what is kept counts only when it does not answer at all. Kept are answers that there is something; one that there is
 * nothing any more, and a refusal, take back what was kept.
 */
export class RecentAnswers<T> {
  readonly #maxEntries: number;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry<T>>();
  /** When something of a group was taken away here; of all groups at once: `#forgottenAt`. */
  readonly #forgotten = new Map<string, number>();
  #forgottenAt = Number.NEGATIVE_INFINITY;

  constructor({ maxEntries, now = () => performance.now() }: RecentAnswersOptions) {
    this.#maxEntries = maxEntries;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  /**
   * @param group what is forgotten together
   * @throws AppError DATABASE_UNAVAILABLE when nothing is kept; what `ask` throws otherwise
   */
  async ask(group: string, key: string, ask: () => Promise<T>): Promise<T> {
    const at = this.#now();
    let answer: T;
    try {
      answer = await ask();
    } catch (error) {
      if (!isDatabaseAway(error)) {
        this.#entries.delete(key);
        throw error;
      }
      const entry = this.#entries.get(key);
      if (entry === undefined || !this.#counts(entry)) throw error;
      return entry.value;
    }
    if (answer === undefined) this.#entries.delete(key);
    else this.#keep(group, key, { value: answer, at });
    return answer;
  }

  /** What is kept of a group counts no more, nor what is being asked now. */
  forget(group: string): void {
    // Marks are as many as what is kept at most; without them nothing is certain any more.
    if (this.#forgotten.size >= this.#maxEntries) this.forgetAll();
    this.#forgotten.set(group, this.#now());
  }

  forgetAll(): void {
    this.#entries.clear();
    this.#forgotten.clear();
    this.#forgottenAt = this.#now();
  }

  #keep(group: string, key: string, { value, at }: { value: T; at: number }): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      entry.value = value;
      entry.at = at;
      return;
    }
    this.#entries.set(key, { group, value, at });
    const [oldest] = this.#entries.size > this.#maxEntries ? this.#entries.keys() : [];
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  #counts({ group, at }: Entry<T>): boolean {
    const forgottenAt = Math.max(this.#forgottenAt, this.#forgotten.get(group) ?? Number.NEGATIVE_INFINITY);
    return at > forgottenAt && at + lifeMs > this.#now();
  }
}
