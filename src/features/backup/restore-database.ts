import { retireForeignKeys } from '../../access/tokens/retire-foreign-keys.ts';
import { beginEpoch } from '../../content/blobs/begin-epoch.ts';
import { readStoreMarker } from '../../content/blobs/claim-store.ts';
import { byAge } from '../../content/snapshots/by-age.ts';
import type { SnapshotFolder } from '../../content/snapshots/snapshot-folder.ts';
import { listSnapshots, openSnapshot } from '../../content/snapshots/snapshot-store.ts';
import { StartProblem } from '../../lib/start-problem.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import { DamagedDump } from '../../platform/db/dump/dump-format.ts';
import type { LoadInput } from '../../platform/db/dump/load-dump.ts';
import { readDumpHeader } from '../../platform/db/dump/read-dump.ts';
import { type FileOps, systemCode } from '../../platform/files/file-ops.ts';
import { filePieces } from '../../platform/files/file-pieces.ts';

/** The place of a database, which is empty or holds the one that is to be replaced. */
export interface RestoreTarget {
  /** Of the present database, as far as it can be read; 0 when there is none. */
  readonly presentEpoch: number;
  /** Returns the number of rows. */
  load(input: LoadInput): Promise<number>;
  /** What was loaded, brought up to date. */
  open(): Promise<Database>;
  /** Makes it the database. Returns where the one before is kept; undefined when there was none. */
  putInPlace(): Promise<string | undefined>;
  /** Removes what was loaded and not put in place. */
  discard(): Promise<void>;
}

export interface RestoreDeps {
  readonly files: FileOps;
  readonly store: BlobStore;
  /** What is said of the store in problems. */
  readonly storeName: string;
  readonly snapshots: SnapshotFolder;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Of the master key there is; undefined when there is none yet. */
  readonly keyFingerprint: string | undefined;
  readonly openTarget: () => Promise<RestoreTarget>;
}

export interface RestoreReport {
  /** The file, or the name of the snapshot in the storage. */
  readonly from: string;
  /** ISO 8601: what happened since is not in it. */
  readonly taken: string;
  readonly rows: number;
  readonly epoch: number;
  /** The database before it; null when there was none. */
  readonly kept: string | null;
  /** How many keys only another master key could have unwrapped. */
  readonly renewedKeys: number;
}

/** An upload that was in progress then has gone on, or ended, since; its client begins anew. */
const leaveOut: ReadonlySet<string> = new Set(['upload', 'upload_part']);

/** `newest`, or a path. */
export const newest = 'newest';

/**
 * Puts the database of a dump in place of the present one, which is kept. Until that last step nothing has changed.
 * Nobody may be using the database; the next start on it binds it to the store, with a later epoch.
 * @throws StartProblem, SchemaTooNew
 */
export async function restoreDatabase(deps: RestoreDeps, wanted: string): Promise<RestoreReport> {
  const dump = await findDump(deps, wanted);
  try {
    return await restore(deps, dump);
  } catch (error) {
    throw dumpProblem(error, dump.name);
  }
}

interface Dump {
  readonly name: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

async function restore(deps: RestoreDeps, dump: Dump): Promise<RestoreReport> {
  const { store, storeName, keyFingerprint } = deps;
  const header = await readDumpHeader(dump.open());
  const marker = await readStoreMarker(store, storeName);
  if (marker === undefined) throw new StartProblem('storeMarkerMissing', { storage: storeName });
  if (marker.storeId !== header.storeId)
    throw new StartProblem('backupOfAnother', { file: dump.name, storage: storeName });
  const target = await deps.openTarget();
  try {
    const rows = await target.load({ header, source: dump.open(), leaveOut });
    const epoch = Math.max(marker.epoch, header.epoch, target.presentEpoch) + 1;
    const renewedKeys = await bind(target, { storeId: header.storeId, epoch, keyFingerprint });
    const taken = new Date(header.created).toISOString();
    const kept = (await target.putInPlace()) ?? null;
    return { from: dump.name, taken, rows, epoch, kept, renewedKeys };
  } catch (error) {
    await target.discard();
    throw error;
  }
}

/** The marker of the store follows with the next start. */
async function bind(
  target: RestoreTarget,
  to: { readonly storeId: string; readonly epoch: number; readonly keyFingerprint: string | undefined },
): Promise<number> {
  await using db = await target.open();
  const renewed = await retireForeignKeys(db, to.keyFingerprint);
  // Last: with an identity it is a registry's.
  await beginEpoch(db, to);
  return renewed;
}

async function findDump(deps: RestoreDeps, wanted: string): Promise<Dump> {
  const { files, store, storeName, snapshots, now } = deps;
  if (wanted !== newest) return { name: wanted, open: () => filePieces(files, wanted) };
  const found = byAge(
    [
      ...(await listSnapshots(store)).map((stored) => ({
        takenAt: stored.takenAt,
        name: `${storeName}: ${stored.name}`,
        open: () => openSnapshot(store, stored),
      })),
      // Of two that are the same, this one.
      ...(await snapshots.list()).map((held) => ({
        takenAt: held.takenAt,
        name: held.path,
        open: () => snapshots.open(held),
      })),
    ],
    now,
  ).at(-1);
  if (found === undefined) throw new StartProblem('snapshotMissing', { storage: storeName });
  return found;
}

function dumpProblem(cause: unknown, file: string): unknown {
  const options = { cause };
  if (cause instanceof DamagedDump)
    return new StartProblem('backupDamaged', { file, cause: cause.message }, options);
  const code = systemCode(cause);
  const path = cause instanceof Error && 'path' in cause ? cause.path : undefined;
  if (path === file && code !== undefined)
    return new StartProblem('backupUnreadable', { file, cause: code }, options);
  // Reading a folder fails without naming it.
  if (code === 'EISDIR') return new StartProblem('backupUnreadable', { file, cause: code }, options);
  return cause;
}
