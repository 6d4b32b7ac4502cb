/**
 * Shares one sync of the write-ahead log among all who wait. A sync covers only what was committed before it
 * began: whoever commits while one runs waits for the next.
 */
export class LogFlusher {
  readonly #sync: () => Promise<void>;
  readonly #die: (what: string, cause: unknown) => void;
  #committed = 0;
  #flushed = 0;
  #running = false;
  #flushes = 0;
  #waiting: { upTo: number; resolve: () => void }[] = [];

  /**
   * @param sync `fdatasync` of the live log file
   * @param die ends the process: after a failed sync Linux may report the next one as done although the data is lost
   */
  constructor(sync: () => Promise<void>, die: (what: string, cause: unknown) => void) {
    this.#sync = sync;
    this.#die = die;
  }

  get flushes(): number {
    return this.#flushes;
  }

  /** To be called after each COMMIT has returned. */
  committed(): void {
    this.#committed += 1;
  }

  /** Resolves when everything committed before this call is on stable storage. */
  flushed(): Promise<void> {
    if (this.#flushed === this.#committed) return Promise.resolve();
    const upTo = this.#committed;
    return new Promise((resolve) => {
      this.#waiting.push({ upTo, resolve });
      this.#start();
    });
  }

  #start(): void {
    if (this.#running) return;
    this.#running = true;
    const covers = this.#committed;
    this.#sync().then(
      () => this.#finish(covers),
      // `#running` stays true: nobody is ever told that a later sync succeeded.
      (cause: unknown) => this.#die('the log of the database could not be synced', cause),
    );
  }

  #finish(covers: number): void {
    this.#running = false;
    this.#flushed = covers;
    this.#flushes += 1;
    const done = this.#waiting.filter((waiter) => waiter.upTo <= covers);
    this.#waiting = this.#waiting.filter((waiter) => waiter.upTo > covers);
    for (const waiter of done) waiter.resolve();
    if (this.#waiting.length > 0) this.#start();
  }
}
