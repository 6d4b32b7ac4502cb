import { byAge, isAhead } from '../../content/snapshots/by-age.ts';
import type { FolderSnapshot, SnapshotFolder } from '../../content/snapshots/snapshot-folder.ts';
import { snapshotName } from '../../content/snapshots/snapshot-name.ts';
import {
  listSnapshots,
  putSnapshot,
  removeIncomplete,
  removeSnapshot,
  type StoreSnapshot,
} from '../../content/snapshots/snapshot-store.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { DumpableDatabase } from '../../platform/db/database.ts';
import { checkDump } from '../../platform/db/dump/read-dump.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { firstAccountAt } from './database-age-store.ts';
import { unlessAborted } from './unless-aborted.ts';

export type SnapshotPlace = 'folder' | 'store';

export interface DailySnapshotDeps {
  readonly db: DumpableDatabase;
  readonly store: BlobStore;
  readonly folder: SnapshotFolder;
  readonly storeIsOurs: () => Promise<boolean>;
  /** @throws AppError STORAGE_FULL: what is kept for other things is not filled with snapshots */
  readonly requireRoom: (place: SnapshotPlace) => Promise<void>;
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
  let newest = byAge(await folder.list(), now).at(-1);
  const stored = byAge(await listSnapshots(store), now).at(-1);
  const taken = [newest, stored].filter((each) => each !== undefined);
  const last = Math.max(0, ...taken.filter((each) => !isAhead(each, now)).map((each) => each.takenAt));
  if (taken.length === 0 && now - ((await firstAccountAt(db.reader)) ?? now) < youngMs) return;
  if (now - last >= everyMs) {
    newest = await take(deps, snapshotName(now), signal);
    const ms = Math.round(performance.now() - startedAt);
    log.info({ snapshot: newest?.name, ms }, 'a snapshot of the database was taken');
  }
  // Whether or not the storage takes it: it may be full for weeks.
  for (const old of beyond(keep, byAge(await folder.list(), now))) await folder.remove(old);
  if (newest !== undefined && isNewer(newest, stored, now)) {
    await removeIncomplete(store);
    const pieces = unlessAborted(folder.open(newest), signal);
    await putSnapshot(store, newest.name, whileRoom(deps, 'store', pieces));
  }
  for (const old of beyond(keep, byAge(await listSnapshots(store), now))) await removeSnapshot(store, old);
}

function isNewer(held: FolderSnapshot, stored: StoreSnapshot | undefined, now: number): boolean {
  if (stored === undefined) return true;
  return held.name !== stored.name && byAge<FolderSnapshot | StoreSnapshot>([stored, held], now)[1] === held;
}

async function take(
  deps: DailySnapshotDeps,
  name: string,
  signal: AbortSignal,
): Promise<FolderSnapshot | undefined> {
  const { db, folder } = deps;
  await folder.removeIncomplete();
  await deps.requireRoom('folder');
  await folder.write(name, whileRoom(deps, 'folder', unlessAborted(db.dump(), signal)), (pieces) =>
    checkDump(unlessAborted(pieces, signal)),
  );
  return (await folder.list()).find((each) => each.name === name);
}

async function* whileRoom(
  { requireRoom }: DailySnapshotDeps,
  place: SnapshotPlace,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    await requireRoom(place);
    yield piece;
  }
}

function beyond<T>(keep: number, oldestFirst: readonly T[]): readonly T[] {
  return oldestFirst.slice(0, Math.max(0, oldestFirst.length - keep));
}
