import type { FolderSnapshot, SnapshotFolder } from '../../content/snapshots/snapshot-folder.ts';
import { snapshotName } from '../../content/snapshots/snapshot-name.ts';
import {
  listSnapshots,
  putSnapshot,
  removeIncomplete,
  removeSnapshot,
} from '../../content/snapshots/snapshot-store.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { DumpableDatabase } from '../../platform/db/database.ts';
import { checkDump } from '../../platform/db/dump/read-dump.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { firstAccountAt } from './database-age-store.ts';
import { unlessAborted } from './unless-aborted.ts';

export interface DailySnapshotDeps {
  readonly db: DumpableDatabase;
  readonly store: BlobStore;
  readonly folder: SnapshotFolder;
  readonly storeIsOurs: () => Promise<boolean>;
  /** How many stay, in each of the two places. */
  readonly keep: number;
  readonly log: Logger;
}

const everyMs = 24 * 60 * 60 * 1000;
/** Before that there is nothing to lose. */
const youngMs = 60 * 60 * 1000;

/**
 * Takes a snapshot if the newest one is a day old, and puts it into the storage, too. What failed halfway is gone on
 * with by the next call: a storage that was full costs no second dump. One at a time over all instances.
 */
export async function dailySnapshot(deps: DailySnapshotDeps, signal: AbortSignal): Promise<void> {
  const { db, store, folder, keep, log } = deps;
  // Its marker is gone, or it is another one: nothing is written into it or removed from it.
  if (!(await deps.storeIsOurs())) return;
  const startedAt = performance.now();
  const now = await db.now();
  let newest = (await folder.list()).at(-1);
  const stored = (await listSnapshots(store)).at(-1);
  const last = Math.max(newest?.takenAt ?? 0, stored?.takenAt ?? 0);
  if (last === 0 && now - ((await firstAccountAt(db.reader)) ?? now) < youngMs) return;
  if (now - last >= everyMs) {
    newest = await take(deps, snapshotName(now), signal);
    const ms = Math.round(performance.now() - startedAt);
    log.info({ snapshot: newest?.name, ms }, 'a snapshot of the database was taken');
  }
  // Whether or not the storage takes it: it may be full for weeks.
  for (const old of beyond(keep, await folder.list())) await folder.remove(old);
  if (newest !== undefined && newest.name > (stored?.name ?? '')) {
    await removeIncomplete(store);
    await putSnapshot(store, newest.name, unlessAborted(folder.open(newest), signal));
  }
  for (const old of beyond(keep, await listSnapshots(store))) await removeSnapshot(store, old);
}

function beyond<T>(keep: number, oldestFirst: readonly T[]): readonly T[] {
  return oldestFirst.slice(0, Math.max(0, oldestFirst.length - keep));
}

async function take(
  { db, folder }: DailySnapshotDeps,
  name: string,
  signal: AbortSignal,
): Promise<FolderSnapshot | undefined> {
  await folder.removeIncomplete();
  await folder.write(name, unlessAborted(db.dump(), signal), checkDump);
  return (await folder.list()).find((each) => each.name === name);
}
