import type { FileOps } from '../files/file-ops.ts';
import { isFull } from './translate-file-error.ts';

/** Notes every sync that failed: what it covered may be lost, whatever comes of later ones. */
export class LostWrites {
  /** The files it was given, watched. */
  readonly files: FileOps;
  #lost = false;

  constructor(files: FileOps) {
    this.files = {
      ...files,
      fdatasync: (fd) => this.#note(files.fdatasync(fd)),
      syncFolder: (path) => this.#note(files.syncFolder(path)),
    };
  }

  /** What somebody should look at, in one sentence that anybody may read. */
  get problem(): string | undefined {
    return this.#lost
      ? 'the disk of the storage has lost what was written, and the pushes that it belonged to were refused; check the disk, then start the server again'
      : undefined;
  }

  /** A full disk tells so by itself, and a folder that cannot be opened has lost nothing. */
  async #note(sync: Promise<void>): Promise<void> {
    try {
      await sync;
    } catch (error) {
      const { syscall } = error as NodeJS.ErrnoException;
      if ((syscall === 'fsync' || syscall === 'fdatasync') && !isFull(error)) this.#lost = true;
      throw error;
    }
  }
}
