export interface UnchangedAnswersOptions {
  readonly db: { readonly changes: number | undefined };
  readonly maxEntries: number;
}

/**
 * What was read since the last commit that changed more than content, which would be the same again; for reads of
 * anything but content. Of a database in which others
 * commit without this process nothing is kept.
 */
export class UnchangedAnswers<T extends object> {
  readonly #db: UnchangedAnswersOptions['db'];
  readonly #maxEntries: number;
  readonly #entries = new Map<string, T>();
  #since: number | undefined;

  constructor({ db, maxEntries }: UnchangedAnswersOptions) {
    this.#db = db;
    this.#maxEntries = maxEntries;
  }

  /** What is kept, without waiting; undefined also where nothing is. */
  known(key: string): T | undefined {
    const { changes } = this.#db;
    return changes !== undefined && changes === this.#since ? this.#entries.get(key) : undefined;
  }

  /** @param isKept default: all that is found */
  async ask<F extends T | undefined>(
    key: string,
    ask: () => Promise<F>,
    isKept: (found: T) => boolean = () => true,
  ): Promise<F | T> {
    const { changes } = this.#db;
    if (changes === undefined) return ask();
    if (changes !== this.#since) this.#forget(changes);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const found = await ask();
    // What somebody has committed meanwhile may be missing in it.
    const isNow = changes === this.#db.changes && changes === this.#since;
    if (found !== undefined && isNow && isKept(found)) this.#keep(key, found);
    return found;
  }

  #forget(changes: number): void {
    this.#entries.clear();
    this.#since = changes;
  }

  #keep(key: string, value: T): void {
    if (this.#entries.size >= this.#maxEntries) this.#entries.clear();
    this.#entries.set(key, value);
  }
}
