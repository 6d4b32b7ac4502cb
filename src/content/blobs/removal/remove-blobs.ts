import { randomBytes } from 'node:crypto';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import type { BlobStore } from '../../../platform/blobstore/blob-store.ts';
import type { Database, Tx } from '../../../platform/db/database.ts';
import type { BlobState } from '../../../platform/db/schema.ts';
import { atOnce, type Step } from '../../../platform/jobs/pace.ts';
import { foreignStore } from '../foreign-store.ts';
import { Lanes } from './lanes.ts';
import {
  type Begun,
  beginRemovals,
  burnRemoved,
  forgetRemoved,
  giveUpRemovals,
  type Lock,
  leftRemovals,
  takeOverRemovals,
} from './removal-writes.ts';

export interface RemovalDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly storeIsOurs: () => Promise<boolean>;
}

export interface FailedRemoval {
  readonly digest: CanonicalDigest;
  readonly error: unknown;
}

/** What became of content that nothing needed. */
export interface Removed {
  /** Rows that went. */
  count: number;
  /** Bytes that the storage has got rid of. */
  bytes: number;
  /** Of `count`: there was no object, so that nothing was freed. */
  absent: number;
  readonly failed: FailedRemoval[];
}

export interface RemovalHow {
  /** The states from which they are deleted; default: whatever can be. */
  readonly from?: readonly BlobState[];
  /** Default: to wait for whoever holds one. */
  readonly lock?: Lock;
  /** Batches whose objects are deleted at a time. */
  readonly workers?: number;
  /** No further batches are begun. */
  readonly signal?: AbortSignal;
  /** Does the work of a batch when it is time for it. */
  readonly step?: Step;
  /** After each transaction that ended some, and where some have failed. */
  readonly onBatch?: (removed: Removed) => void;
}

/** Begins the names of all workers of this kind, for ever: rows that are left are found by it. */
const prefix = 'purge-';
/** One for each batch that this process is at: nobody else may end those, whose objects may be about to go. */
const working = new Set<string>();
/** Each batch of files syncs each of the 256 folders above them, however many are in it; in memory it takes some MiB. */
export const removalBatch = 5_000;
/** Rows of one transaction: everybody else's writes wait for it. */
const rowsAtOnce = 250;
const transactionsAtOnce = 4;
/** What a power cut takes back is found as a deletion that was begun, and ended again. */
const maybeLost = { durability: 'relaxed' } as const;
/** After so long another instance is taken for dead; when it lives, it unlinks late. */
const patienceMs = 60_000;

/**
 * Deletes what nothing needs any more: row and object, on every instance. What is needed again stays. What the storage does
 * not delete is told of, and left to `finishLeftRemovals`.
 * @throws AppError STORAGE_UNAVAILABLE while the storage is not the one of this database
 */
export function removeBlobs(
  deps: RemovalDeps,
  blobIds: readonly number[],
  how: RemovalHow = {},
): Promise<Removed> {
  return removeBatches(deps, pagesOf(blobIds, removalBatch), how);
}

/** The same of batches that are asked for one after the other, while the objects of others go. */
export async function removeBatches(
  deps: RemovalDeps,
  batches: Iterator<readonly number[]> | AsyncIterator<readonly number[]>,
  how: RemovalHow = {},
): Promise<Removed> {
  const { step = atOnce } = how;
  const removed: Removed = { count: 0, bytes: 0, absent: 0, failed: [] };
  const work = async (): Promise<void> => {
    for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
      how.signal?.throwIfAborted();
      const { value } = next;
      await step(() => removeBatch(deps, value, how, removed));
    }
  };
  // While the objects of two batches are deleted the rows of the one before them end, and those of the next one begin.
  const results = await Promise.allSettled(Array.from({ length: 3 + (how.workers ?? 1) }, work));
  const broken = results.find(({ status }) => status === 'rejected');
  if (broken?.status === 'rejected') throw broken.reason;
  return removed;
}

async function removeBatch(
  deps: RemovalDeps,
  blobIds: readonly number[],
  how: RemovalHow,
  removed: Removed,
): Promise<void> {
  const { from = ['live', 'missing', 'condemned'], lock = 'wait' } = how;
  const { db } = deps;
  if (!(await deps.storeIsOurs())) throw foreignStore();
  await asWorker(async (worker) => {
    const begun: Begun[] = [];
    const begin = async (ids: readonly number[], options?: typeof maybeLost): Promise<void> => {
      const input = { ids, from, lock, worker, now: await db.now() };
      begun.push(...(await db.transaction((tx) => beginRemovals(tx, input), options)));
    };
    // Next to each other in the table.
    const pages = [...pagesOf(blobIds.toSorted((a, b) => a - b))];
    const last = pages.pop() ?? [];
    await using lanes = new Lanes(transactionsAtOnce);
    for (const page of pages) await lanes.add(() => begin(page, maybeLost));
    await lanes.end();
    // Durable before an object goes, and with it all that was committed before it.
    await begin(last);
    const now = await db.now();
    await removeObjects(deps, begun, removed, (tx, some) => forgetRemoved(tx, some, now), how.onBatch);
  });
}

async function asWorker(work: (worker: string) => Promise<void>): Promise<void> {
  const worker = `${prefix}${randomBytes(9).toString('base64url')}`;
  working.add(worker);
  try {
    await work(worker);
  } finally {
    // What has failed is left to `finishLeftRemovals`.
    working.delete(worker);
  }
}

/** @param end what becomes of rows whose object is gone; returns those that were still its own */
async function removeObjects(
  { db, store }: RemovalDeps,
  begun: readonly Begun[],
  removed: Removed,
  end: (tx: Tx, some: readonly Begun[]) => Promise<readonly Begun[]>,
  onPage?: (removed: Removed) => void,
): Promise<void> {
  const sorted = begun.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const outcomes = await store.deleteMany(sorted.map(({ key }) => key));
  const freed = new Map<number, number>();
  const gone: Begun[] = [];
  const failed: Begun[] = [];
  for (const [index, each] of sorted.entries()) {
    const outcome = outcomes[index] ?? { kind: 'failed', error: new Error('the storage said nothing') };
    if (outcome.kind === 'failed') {
      failed.push(each);
      removed.failed.push({ digest: each.digest, error: outcome.error });
      continue;
    }
    gone.push(each);
    if (outcome.kind === 'deleted') freed.set(each.id, outcome.sizeBytes ?? each.bytes);
  }
  // Next to each other in the tables, as they were made.
  gone.sort((a, b) => a.id - b.id);
  await using lanes = new Lanes(transactionsAtOnce);
  for (const some of pagesOf(gone))
    await lanes.add(async () => {
      for (const { id } of await db.transaction((tx) => end(tx, some), maybeLost)) {
        removed.count += 1;
        removed.bytes += freed.get(id) ?? 0;
        if (!freed.has(id)) removed.absent += 1;
      }
      onPage?.(removed);
    });
  await lanes.end();
  for (const some of pagesOf(failed)) await db.transaction((tx) => giveUpRemovals(tx, some));
  if (failed.length > 0) onPage?.(removed);
}

function* pagesOf<T>(all: readonly T[], size = rowsAtOnce): Generator<readonly T[]> {
  for (let start = 0; start < all.length; start += size) yield all.slice(start, start + size);
}

/**
 * Ends what has failed, and what a process had begun that is gone.
 * @throws AppError STORAGE_UNAVAILABLE as `removeBlobs`
 */
export async function finishLeftRemovals(deps: RemovalDeps, signal: AbortSignal): Promise<Removed> {
  const { db } = deps;
  const removed: Removed = { count: 0, bytes: 0, absent: 0, failed: [] };
  // With SQLite every other process is dead.
  const alone = db.dialect === 'sqlite';
  for (let after = 0; ; ) {
    const now = await db.now();
    const before = alone ? now + 1 : now - patienceMs;
    const ahead = alone ? now : now + patienceMs;
    const left = await leftRemovals(db.reader, { prefix, before, ahead, after, count: removalBatch });
    const last = left.at(-1);
    if (last === undefined) return removed;
    if (!(await deps.storeIsOurs())) throw foreignStore();
    if (signal.aborted) return removed;
    await asWorker((worker) => finish(deps, left, removed, { worker, alone }));
    if (left.length < removalBatch) return removed;
    after = last.id;
  }
}

async function finish(
  deps: RemovalDeps,
  left: readonly Begun[],
  removed: Removed,
  { worker, alone }: { readonly worker: string; readonly alone: boolean },
): Promise<void> {
  const { db } = deps;
  const begun: Begun[] = [];
  for (const some of pagesOf(left)) {
    const by = { worker, now: await db.now(), isAtIt: (name: string) => working.has(name) };
    begun.push(...(await db.transaction((tx) => takeOverRemovals(tx, some, by))));
  }
  const now = await db.now();
  await removeObjects(deps, begun, removed, (tx, some) =>
    alone ? forgetRemoved(tx, some, now) : burnRemoved(tx, some, now),
  );
}
