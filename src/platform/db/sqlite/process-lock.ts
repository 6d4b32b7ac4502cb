import { DatabaseSync } from 'node:sqlite';
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

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** @throws DataFolderLocked */
  static take(path: string): ProcessLock {
    const db = withPrivateUmask(() => new DatabaseSync(path, { timeout: 0 }));
    try {
      withPrivateUmask(() => db.exec('begin exclusive'));
      return new ProcessLock(db);
    } catch (error) {
      db.close();
      if (isSqliteBusy(error))
        throw new DataFolderLocked(`${path} is locked by another process`, { cause: error });
      throw error;
    }
  }

  release(): void {
    this.#db.close();
  }
}
