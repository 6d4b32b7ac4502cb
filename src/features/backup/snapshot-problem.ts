import { isAhead } from '../../content/snapshots/by-age.ts';
import { listSnapshots } from '../../content/snapshots/snapshot-store.ts';
import type { DailySnapshotDeps } from './daily-snapshot.ts';
import { firstAccountAt } from './database-age-store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const lateMs = 2 * dayMs;

/** One sentence for everybody when the newest snapshot in the storage is more than two days old. */
export async function snapshotProblem({
  db,
  store,
}: Pick<DailySnapshotDeps, 'db' | 'store'>): Promise<string | undefined> {
  const now = await db.now();
  const newest = (await listSnapshots(store)).findLast((each) => !isAhead(each, now))?.takenAt;
  const since = newest ?? (await firstAccountAt(db.reader)) ?? now;
  if (now - since < lateMs) return undefined;
  const days = Math.floor((now - since) / dayMs);
  const what =
    newest === undefined
      ? 'no snapshot of the database was taken for'
      : 'the newest snapshot of the database is older than';
  return `${what} ${days} days; the log of the server says why`;
}
