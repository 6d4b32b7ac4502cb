import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Lets the reads of one turn of the event loop share a read transaction: taking and giving back SQLite's lock costs
 * more than a lookup. Whoever commits ends it, so a read never misses a commit of this process, and there is no other.
 */
export class ReadSnapshot {
  readonly #reader: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #open = false;

  constructor(reader: DatabaseSync) {
    this.#reader = reader;
    this.#begin = reader.prepare('begin');
    this.#commit = reader.prepare('commit');
  }

  /** Before each read. */
  enter(): void {
    if (this.#open) return;
    this.#begin.run();
    this.#open = true;
    setImmediate(() => this.end());
  }

  /** After each commit of the writer, and at the end of the turn. */
  end(): void {
    if (!this.#open) return;
    this.#open = false;
    // An error of a read may have ended it already.
    if (this.#reader.isTransaction) this.#commit.run();
  }
}
