import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { FileOps } from '../../files/file-ops.ts';
import { withPrivateUmask } from '../../files/private-umask.ts';
import { isSqliteBusy } from './sqlite-connection.ts';

/** Thrown when another process holds the data folder. */
export class DataFolderLocked extends Error {
  override readonly name = 'DataFolderLocked';
}

/**
 * Keeps a second server out of a data folder. The lock is SQLite's own on an empty database, so it ends with the
 * process however that dies. Nobody may open the file by other means: closing it would drop the lock.
 */
export class ProcessLock {
  readonly #db: DatabaseSync;
  readonly #path: string;

  /** Its file was made by this start. */
  readonly isNew: boolean;

  private constructor(db: DatabaseSync, path: string, isNew: boolean) {
    this.isNew = isNew;
    this.#db = db;
    this.#path = path;
  }

  /** @throws DataFolderLocked */
  static take(path: string): ProcessLock {
    const isNew = !existsSync(path);
    const db = withPrivateUmask(() => new DatabaseSync(path, { timeout: 0 }));
    try {
      withPrivateUmask(() => db.exec('begin exclusive'));
      // Whoever held it may have taken the file away: then others lock another one of that name.
      if (!existsSync(path)) throw new DataFolderLocked(`${path} was just removed by another process`);
      return new ProcessLock(db, path, isNew);
    } catch (error) {
      db.close();
      if (isSqliteBusy(error))
        throw new DataFolderLocked(`${path} is locked by another process`, { cause: error });
      throw error;
    }
  }

  /**
   * Removes the lock's file before the lock goes: whoever waits for that file then finds it gone, and makes its own.
   */
  async releaseAndRemove(files: FileOps): Promise<void> {
    try {
      await files.removeAll(this.#path);
    } finally {
      this.release();
    }
  }

  release(): void {
    this.#db.close();
  }
}
