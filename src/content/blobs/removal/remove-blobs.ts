import { randomUUID } from 'node:crypto';
import type { CanonicalDigest } from '../../../lib/oci/digest.ts';
import type { BlobStore } from '../../../platform/blobstore/blob-store.ts';
import type { Database } from '../../../platform/db/database.ts';
import { foreignStore } from '../foreign-store.ts';
import { type Begun, beginRemoval, burnRemoved, forgetRemoved, leftRemovals } from './removal-writes.ts';

export interface RemovalDeps {
  readonly db: Database;
  readonly store: BlobStore;
  readonly storeIsOurs: () => Promise<boolean>;
}

const prefix = 'purge-';
/** Tells this process from others: what it has begun itself it ends itself. */
const worker = `${prefix}${randomUUID()}`;
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
  if (digests.length > 0 && !(await deps.storeIsOurs())) throw foreignStore();
  const rest = [...digests];
  let [count, bytes] = [0, 0];
  const work = Array.from({ length: atOnce }, async () => {
    for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
      const gone = await removeOne(deps, next);
      if (gone === undefined) continue;
      count += 1;
      bytes += gone;
    }
  });
  await Promise.all(work);
  return { count, bytes };
}

async function removeOne({ db, store }: RemovalDeps, digest: CanonicalDigest): Promise<number | undefined> {
  const now = await db.now();
  // Durable before the object goes.
  const begun = await db.transaction((tx) => beginRemoval(tx, { digest, worker, now }));
  if (begun === undefined) return undefined;
  await store.delete(begun.key);
  await db.transaction((tx) => forgetRemoved(tx, begun));
  return begun.bytes;
}

/** Ends what a process had begun that is gone. Returns how many. */
export async function finishLeftRemovals(deps: RemovalDeps, signal: AbortSignal): Promise<number> {
  const { db } = deps;
  // With SQLite every other process is dead.
  const alone = db.dialect === 'sqlite';
  let finished = 0;
  for (;;) {
    const now = await db.now();
    const before = alone ? now + 1 : now - patienceMs;
    const left = await leftRemovals(db.reader, { prefix, worker, before, count: pageSize });
    if (left.length > 0 && !(await deps.storeIsOurs())) return finished;
    for (const begun of left) {
      if (signal.aborted) return finished;
      if (await finish(deps, begun, alone)) finished += 1;
    }
    if (left.length < pageSize) return finished;
  }
}

async function finish({ db, store }: RemovalDeps, begun: Begun, alone: boolean): Promise<boolean> {
  await store.delete(begun.key);
  const now = await db.now();
  return db.transaction((tx) => (alone ? forgetRemoved(tx, begun) : burnRemoved(tx, begun, now)));
}
