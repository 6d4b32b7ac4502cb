/**
 * Some of many works under way at a time, so that they wait together for what each of them waits for: the disk behind a
 * commit, above all.
 */
export class Lanes implements AsyncDisposable {
  readonly #count: number;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Begins it as soon as there is room.
   * @throws what an earlier one has thrown; then it is not begun
   */
  async add(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#count) await Promise.race(this.#running);
    this.#throwFailure();
    const running = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /**
   * Resolves when none is under way.
   * @throws what one of them has thrown
   */
  async end(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  /** Whatever failed: nothing is under way any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
