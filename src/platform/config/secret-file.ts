import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * A file for a secret that its owner alone may read (0600). It is opened before the secret is asked for: a secret that
 * is shown once must not be lost to a folder that cannot be written, or to a file that is there already.
 */
export class SecretFile implements Disposable {
  readonly #path: string;
  readonly #written: string;
  readonly #file: number;
  #isKept = false;

  /** Throws what the system says; without `replace` also `EEXIST`. */
  constructor(path: string, { cwd, replace }: { readonly cwd: string; readonly replace: boolean }) {
    this.#path = resolve(cwd, path);
    this.#written = replace ? `${this.#path}.${process.pid}` : this.#path;
    this.#file = openSync(this.#written, 'wx', 0o600);
  }

  keep(secret: string): void {
    writeSync(this.#file, `${secret}\n`);
    fsyncSync(this.#file);
    this.#isKept = true;
    if (this.#written !== this.#path) renameSync(this.#written, this.#path);
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    if (!this.#isKept) rmSync(this.#written, { force: true });
  }
}
