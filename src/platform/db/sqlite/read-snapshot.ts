import type { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Lets the reads of one turn of the event loop share a read transaction: taking and giving back SQLite's lock costs
 * more than a lookup. Whoever commits ends it, so a read never misses a commit of this process, and there is no other.
 */
export class ReadSnapshot {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  #open = false;

  constructor(reader: DatabaseSync) {
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
    this.#commit.run();
  }
}
