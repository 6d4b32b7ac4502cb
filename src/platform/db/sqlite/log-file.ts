import fs from 'node:fs';
import type { FileOps } from '../../files/file-ops.ts';

/**
 * The log's own descriptor, for syncs only: opened once and held while a connection stays open, because Linux
 * reports a failed write-back once to each descriptor that was open at that moment.
 */
export class LogFile {
  readonly #files: FileOps;
  readonly #path: string;
  readonly #fd: number;

  private constructor(files: FileOps, path: string, fd: number) {
    this.#files = files;
    this.#path = path;
    this.#fd = fd;
  }

  static async open(files: FileOps, path: string): Promise<LogFile> {
    const log = new LogFile(files, path, await files.open(path, fs.constants.O_RDONLY));
    log.assertLive();
    return log;
  }

  sync(): Promise<void> {
    return this.#files.fdatasync(this.#fd);
  }

  /** A descriptor of a file that another program replaced would sync without meaning anything. */
  assertLive(): void {
    const held = fs.fstatSync(this.#fd);
    const named = fs.statSync(this.#path);
    if (held.ino !== named.ino || held.dev !== named.dev || held.nlink !== 1) {
      throw new Error(`${this.#path} was replaced by another program`);
    }
  }

  close(): Promise<void> {
    return this.#files.close(this.#fd);
  }
}
