import { dirname } from 'node:path';
import { type FileOps, systemCode } from './file-ops.ts';

/** What a start is about to make, to be taken away again if it comes to nothing. */
export class Undo implements AsyncDisposable {
  readonly #files: FileOps;
  readonly #made: string[] = [];
  #kept = false;

  constructor(files: FileOps) {
    this.#files = files;
  }

  /** To be called before the path is made. What is there already is somebody's and stays. */
  async before(path: string): Promise<void> {
    let missing: string | undefined;
    for (let at = path; !(await this.#exists(at)); at = dirname(at)) missing = at;
    if (missing !== undefined) this.#made.push(missing);
  }

  /** From now on what was made is of worth. */
  keep(): void {
    this.#kept = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#kept) return;
    for (const path of this.#made.toReversed()) await this.#files.removeAll(path);
  }

  /** What cannot be looked at is not ours to take away. */
  async #exists(path: string): Promise<boolean> {
    try {
      await this.#files.stat(path);
      return true;
    } catch (error) {
      return systemCode(error) !== 'ENOENT';
    }
  }
}
