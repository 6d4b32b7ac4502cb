import type { FileOps } from '../files/file-ops.ts';

/**
 * Shares syncs of a folder. A sync covers only the names that changed before it began, so whoever comes while one
 * runs waits for the next.
 *
 * After a sync that failed, Linux calls the folder clean: the next one succeeds, and says nothing about names that were
 * changed before the failure. So whoever changes names asks for the failures before, and his sync fails when there was
 * another one since, whether it was his own or not.
 */
export class FolderSync {
  readonly #files: FileOps;
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();
  readonly #failed = new Map<string, { readonly count: number; readonly error: unknown }>();

  constructor(files: FileOps) {
    this.#files = files;
  }

  /** How many syncs of the folder have failed; to be asked before names in it are changed. */
  failures(path: string): number {
    return this.#failed.get(path)?.count ?? 0;
  }

  /** The same of whatever folder, as of now: for whoever changes names in many. */
  failuresNow(): (path: string) => number {
    const failed = new Map(this.#failed);
    return (path) => failed.get(path)?.count ?? 0;
  }

  /** @param failuresBefore as they were before the names were changed */
  async sync(path: string, failuresBefore: number): Promise<void> {
    await this.#shared(path);
    if (this.failures(path) !== failuresBefore) throw this.#failed.get(path)?.error;
  }

  #shared(path: string): Promise<void> {
    const waiting = this.#next.get(path);
    if (waiting !== undefined) return waiting;
    const running = this.#running.get(path);
    if (running === undefined) return this.#start(path);
    const next = running.then(ignore, ignore).then(() => {
      this.#next.delete(path);
      return this.#start(path);
    });
    this.#next.set(path, next);
    return next;
  }

  async #syncOnce(path: string): Promise<void> {
    try {
      await this.#files.syncFolder(path);
    } catch (error) {
      // A folder that could not be opened has not been called clean.
      if ((error as NodeJS.ErrnoException).syscall !== 'open')
        this.#failed.set(path, { count: this.failures(path) + 1, error });
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
