import type { Routes } from '../../platform/http/server.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { type BackupDeps, type BackupInput, type BackupReport, backupDatabase } from './backup-database.ts';
import { type DailySnapshotDeps, dailySnapshot } from './daily-snapshot.ts';
import type { RestoreReport } from './restore-database.ts';
import { restoreStopped, type StoppedDeps, type StoppedServer } from './restore-stopped.ts';
import { backupRoutes } from './routes.ts';
import { snapshotProblem } from './snapshot-problem.ts';

export type DatabaseBackup = BackupReport;
export type DatabaseRestore = RestoreReport;

export interface Backup {
  readonly adminRoutes: Routes;
  readonly database: (input: BackupInput) => Promise<DatabaseBackup>;
}

export function createBackup(deps: BackupDeps): Backup {
  let last: Promise<unknown> = Promise.resolve();
  // One after the other: two would write the same file, and the database keeps its log for both.
  const database = (input: BackupInput): Promise<BackupReport> => {
    const next = last.then(() => backupDatabase(deps, input));
    last = next.catch(() => undefined);
    return next;
  };
  return { adminRoutes: backupRoutes(database), database };
}

const lookEveryMs = 60 * 60 * 1000;

export interface Snapshots {
  /** Empty where none are to be taken. */
  readonly jobs: readonly PeriodicJob[];
  /** Undefined, or in one sentence that the newest one is old. */
  readonly problem: () => Promise<string | undefined>;
}

export function createSnapshots(deps: DailySnapshotDeps): Snapshots {
  if (deps.keep === 0) return { jobs: [], problem: () => Promise.resolve(undefined) };
  const run = (signal: AbortSignal) => dailySnapshot(deps, signal);
  return {
    jobs: [{ name: 'database-snapshot', everyMs: lookEveryMs, run }],
    problem: () => snapshotProblem(deps),
  };
}

/**
 * Puts a dump in place of the database of a server that does not run. The next start binds it to the storage.
 * @param wanted `newest`, or the path of a file
 * @throws DataFolderLocked, StartProblem, SchemaTooNew
 */
export function restoreInto(
  server: StoppedServer,
  deps: StoppedDeps,
  wanted: string,
): Promise<DatabaseRestore> {
  return restoreStopped(server, deps, wanted);
}
