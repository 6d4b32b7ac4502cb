export interface UnchangedAnswersOptions {
  readonly db: { readonly commits: number | undefined };
  readonly maxEntries: number;
}

/** What was found, and whether only a commit can change it: what time ends is found anew. */
export interface Found<T> {
  readonly value: T;
  readonly lasts: boolean;
}

/**
 * What was read and worked out since the last commit, which would come out the same again. Of a database in which others
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

  async ask(key: string, ask: () => Promise<Found<T>>): Promise<T> {
    const { commits } = this.#db;
    if (commits === undefined) return (await ask()).value;
    if (commits !== this.#since) this.#forget(commits);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const { value, lasts } = await ask();
    // What somebody has committed meanwhile may be missing in it.
    if (lasts && commits === this.#db.commits && commits === this.#since) this.#keep(key, value);
    return value;
  }

  #forget(commits: number): void {
    this.#entries.clear();
    this.#since = commits;
  }

  #keep(key: string, value: T): void {
    if (this.#entries.size >= this.#maxEntries) this.#entries.clear();
    this.#entries.set(key, value);
  }
}
