import { randomUUID } from 'node:crypto';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import type { BlobStore } from '../../../platform/blobstore/blob-store.ts';
import type { Database } from '../../../platform/db/database.ts';
import { foreignStore } from '../foreign-store.ts';
import {
  type Begun,
  beginRemoval,
  burnRemoved,
  forgetRemoved,
  leftRemovals,
  takeOverRemoval,
} from './removal-writes.ts';

export interface RemovalDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly storeIsOurs: () => Promise<boolean>;
}

const prefix = 'purge-';
/** One for each deletion that this process is at: nobody else may end those, whose object may be about to go. */
const working = new Set<string>();
const atOnce = 4;
/** After so long another instance is taken for dead; when it lives, it unlinks late. */
const patienceMs = 60_000;
const pageSize = 100;

/**
 * Deletes what nothing needs any more: row and object, on every instance. What is needed again stays. Returns what went.
 * @throws AppError STORAGE_UNAVAILABLE while the storage is not the one of this database
 */
export async function removeBlobs(
  deps: RemovalDeps,
  digests: readonly CanonicalDigest[],
): Promise<{ readonly count: number; readonly bytes: number }> {
  const total = { count: 0, bytes: 0 };
  for (let start = 0; start < digests.length; start += pageSize) {
    if (!(await deps.storeIsOurs())) throw foreignStore();
    const rest = digests.slice(start, start + pageSize);
    const results = await Promise.allSettled(
      Array.from({ length: atOnce }, () => removeEach(deps, rest, total)),
    );
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
  return total;
}

async function removeEach(
  deps: RemovalDeps,
  rest: CanonicalDigest[],
  total: { count: number; bytes: number },
): Promise<void> {
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const bytes = await removeOne(deps, next);
    if (bytes === undefined) continue;
    total.count += 1;
    total.bytes += bytes;
  }
}

async function removeOne({ db, store }: RemovalDeps, digest: CanonicalDigest): Promise<number | undefined> {
  const worker = `${prefix}${randomUUID()}`;
  working.add(worker);
  try {
    const now = await db.now();
    // Durable before the object goes.
    const begun = await db.transaction((tx) => beginRemoval(tx, { digest, worker, now }));
    if (begun === undefined) return undefined;
    await store.delete(begun.key);
    await db.transaction((tx) => forgetRemoved(tx, begun));
    return begun.bytes;
  } finally {
    // One that failed is left to `finishLeftRemovals`.
    working.delete(worker);
  }
}

/** Ends what has failed, and what a process had begun that is gone. Returns how many. */
export async function finishLeftRemovals(deps: RemovalDeps, signal: AbortSignal): Promise<number> {
  const { db } = deps;
  // With SQLite every other process is dead.
  const alone = db.dialect === 'sqlite';
  let finished = 0;
  for (let after = 0; ; ) {
    const now = await db.now();
    const before = alone ? now + 1 : now - patienceMs;
    const left = await leftRemovals(db.reader, { prefix, before, after, count: pageSize });
    if (left.length > 0 && !(await deps.storeIsOurs())) return finished;
    for (const begun of left) {
      if (signal.aborted) return finished;
      if (await finish(deps, begun, alone)) finished += 1;
    }
    const last = left.at(-1);
    if (last === undefined || left.length < pageSize) return finished;
    after = last.id;
  }
}

async function finish({ db, store }: RemovalDeps, left: Begun, alone: boolean): Promise<boolean> {
  const worker = `${prefix}${randomUUID()}`;
  working.add(worker);
  try {
    const by = { worker, now: await db.now(), isAtIt: (name: string) => working.has(name) };
    const begun = await db.transaction((tx) => takeOverRemoval(tx, left, by));
    if (begun === undefined) return false;
    await store.delete(begun.key);
    const now = await db.now();
    return await db.transaction((tx) => (alone ? forgetRemoved(tx, begun) : burnRemoved(tx, begun, now)));
  } finally {
    working.delete(worker);
  }
}
