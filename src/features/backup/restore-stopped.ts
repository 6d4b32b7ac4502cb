import { join } from 'node:path';
import { findMasterKey } from '../../access/tokens/open-master-key.ts';
import { SnapshotFolder } from '../../content/snapshots/snapshot-folder.ts';
import type { Secret } from '../../lib/secret.ts';
import { FsStore } from '../../platform/blobstore/fs-store.ts';
import { ProcessLock } from '../../platform/db/sqlite/process-lock.ts';
import type { SqliteDeps, SqlitePaths } from '../../platform/db/sqlite/sqlite-database.ts';
import { DataFolder } from '../../platform/files/data-folder.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { type RestoreReport, type RestoreTarget, restoreDatabase } from './restore-database.ts';
import { openSqliteTarget } from './sqlite-target.ts';

export interface StoppedServer {
  /** The data folder; made when it is not there. */
  readonly data: string;
  readonly paths: SqlitePaths;
  readonly storage: string;
  readonly secretKey: Secret | undefined;
  /** Undefined: SQLite. */
  readonly databaseUrl: Secret | undefined;
}

export interface StoppedDeps extends SqliteDeps {
  readonly log: Logger;
}

/**
 * Restores while the data folder is nobody else's. The next start binds the database to the storage.
 * @throws DataFolderLocked, StartProblem, SchemaTooNew
 */
export async function restoreStopped(
  server: StoppedServer,
  deps: StoppedDeps,
  wanted: string,
): Promise<RestoreReport> {
  const { data, databaseUrl, paths } = server;
  const { files, log } = deps;
  await using stack = new AsyncDisposableStack();
  let done = false;
  const folder = await DataFolder.open(data, files, { local: databaseUrl === undefined });
  stack.defer(() => (done ? Promise.resolve() : folder.removeNewFolders()));
  const lock = ProcessLock.take(join(data, 'lock.db'));
  stack.defer(() => (done || !lock.isNew ? Promise.resolve(lock.release()) : lock.releaseAndRemove(files)));
  const store = stack.use(
    new FsStore(server.storage, files, (error) => log.warn({ error }, 'a file was not closed')),
  );
  const masterKey = await findMasterKey(folder, server.secretKey);
  const report = await restoreDatabase(
    {
      files,
      store,
      storeName: server.storage,
      snapshots: new SnapshotFolder(files, paths.snapshots),
      now: deps.clock(),
      keyFingerprint: masterKey?.fingerprint,
      openTarget: () => openTarget(server, deps),
    },
    wanted,
  );
  done = true;
  return report;
}

async function openTarget(
  { data, paths, databaseUrl }: StoppedServer,
  deps: SqliteDeps,
): Promise<RestoreTarget> {
  if (databaseUrl === undefined)
    return openSqliteTarget({ path: paths.database, snapshots: paths.snapshots, data }, deps);
  // Whoever uses SQLite does not pay for the driver.
  const { openPostgresTarget } = await import('./postgres-target.ts');
  return openPostgresTarget(databaseUrl);
}
