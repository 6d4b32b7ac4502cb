import type { FileOps } from '../files/file-ops.ts';

/**
 * Shares syncs of a folder. A sync covers only the names that changed before it began, so whoever comes while one
 * runs waits for the next. A sync that failed is not trusted again for the life of the process.
 */
export class FolderSync {
  readonly #files: FileOps;
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();
  /** Linux reports a lost write once and calls the folder clean from then on. */
  readonly #failed = new Map<string, unknown>();

  constructor(files: FileOps) {
    this.#files = files;
  }

  /** Some folder takes no new names until the next start. */
  get failed(): boolean {
    return this.#failed.size > 0;
  }

  sync(path: string): Promise<void> {
    const waiting = this.#next.get(path);
    if (waiting !== undefined) return waiting;
    const running = this.#running.get(path);
    if (running === undefined) return this.#start(path);
    // A failure of the running one is its own callers' business; the next one finds out for itself.
    const next = running.then(ignore, ignore).then(() => {
      this.#next.delete(path);
      return this.#start(path);
    });
    this.#next.set(path, next);
    return next;
  }

  async #syncOnce(path: string): Promise<void> {
    if (this.#failed.has(path)) throw this.#failed.get(path);
    try {
      await this.#files.syncFolder(path);
    } catch (error) {
      this.#failed.set(path, error);
      throw error;
    }
  }

  #start(path: string): Promise<void> {
    const running = this.#syncOnce(path).finally(() => {
      if (this.#running.get(path) === running) this.#running.delete(path);
    });
    this.#running.set(path, running);
    return running;
  }
}

function ignore(): void {}
