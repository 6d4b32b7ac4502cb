import { randomUUID } from 'node:crypto';
import { AppError } from '../../lib/errors.ts';
import { trashMs } from '../../lib/trash-ms.ts';
import { canonicalKey } from '../../platform/blobstore/layout.ts';
import type { JobProgress } from '../../platform/jobs/job-kind.ts';
import { foreignStore } from '../blobs/foreign-store.ts';
import {
  type Begun,
  burnRemoved,
  forgetRemoved,
  giveUpRemovals,
  leftRemovals,
  takeOverRemovals,
} from '../blobs/removal/removal-writes.ts';
import { digestOfKey, isRemovable, quarantineKey } from './is-removable.ts';
import { unknownOf } from './known-reads.ts';
import { planStrays, requirePlan } from './plan-strays.ts';
import type { StrayDeps } from './reconcile-storage.ts';
import { findSearch, foundStrays, type Stray } from './stray-reads.ts';
import {
  beginPlan,
  beginStrayRemoval,
  forgetStrays,
  liesBesideContent,
  setStrayEnd,
} from './stray-writes.ts';

export type QuarantineDeps = Omit<StrayDeps, 'windowMs'>;

export interface StrayRun {
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  readonly progress: (progress: JobProgress) => void;
}

export interface Quarantined {
  count: number;
  bytes: number;
  /** Needed by now, gone, or of no name that Berth gives. */
  left: number;
  failed: number;
}

/** Begins the names of all workers of this kind, for ever: rows that are left are found by it. */
const prefix = 'stray-';
/** Nobody else ends what these are at. */
const working = new Set<string>();
/** Few: all of a batch is moved before a cancellation counts. */
const batchSize = 16;
const tellEvery = 1000;
/** As for other deletions: after so long another instance is taken for dead; when it lives, it moves late. */
const patienceMs = 60_000;
const leftAtOnce = 100;

/**
 * Moves the strays of a reviewed plan out of the way of the blobs. Who publishes one of them meanwhile waits for its move, and
 * puts its own in place.
 * @throws AppError PRECONDITION when the plan is another one by now, STORAGE_UNAVAILABLE while the storage is not ours
 */
export async function quarantineStrays(
  deps: QuarantineDeps,
  plan: string,
  run: StrayRun,
): Promise<Quarantined> {
  const { db } = deps;
  const done: Quarantined = { count: 0, bytes: 0, left: 0, failed: 0 };
  await requireOurs(deps);
  const { total, lastSeenAt } = await beginOrGoOn(deps, plan);
  for (let after = ''; ; ) {
    run.signal.throwIfAborted();
    const batch = await foundStrays(db.reader, { after, lastSeenAt, count: batchSize });
    const last = batch.at(-1);
    if (last === undefined) return done;
    await requireOurs(deps);
    const before = done.count;
    await quarantineBatch(deps, batch, done, run);
    if (Math.floor(before / tellEvery) < Math.floor(done.count / tellEvery))
      run.log(`moved ${done.count} objects to quarantine, ${done.bytes} bytes`);
    run.progress({ done: done.count + done.left + done.failed, total, unit: 'objects' });
    after = last.key;
  }
}

async function requireOurs({ storeIsOurs }: QuarantineDeps): Promise<void> {
  if (!(await storeIsOurs())) throw foreignStore();
}

/** One that was begun before its server died has changed what is left of the plan. */
async function beginOrGoOn(
  { db }: QuarantineDeps,
  reviewed: string,
): Promise<{ readonly total: number; readonly lastSeenAt: number }> {
  const goesOn = (await findSearch(db.reader))?.appliedPlan === reviewed;
  const plan = goesOn ? await planStrays(db.reader) : await requirePlan(db.reader, reviewed);
  if (plan.refused !== undefined) throw new AppError('PRECONDITION', { message: plan.refused });
  await db.transaction((tx) => beginPlan(tx, reviewed));
  return { total: plan.count, lastSeenAt: plan.searchedAt };
}

async function quarantineBatch(
  deps: QuarantineDeps,
  batch: readonly Stray[],
  done: Quarantined,
  run: StrayRun,
): Promise<void> {
  const worker = `${prefix}${randomUUID()}`;
  working.add(worker);
  try {
    const work = batch.map((stray) => quarantineOne(deps, stray, { worker, done, run }));
    // Also behind a failure: nobody lets go of a digest whose object is still about to move.
    const broken = (await Promise.allSettled(work)).find(({ status }) => status === 'rejected');
    if (broken?.status === 'rejected') throw broken.reason;
  } finally {
    // What has failed is left to `finishLeftStrays`.
    working.delete(worker);
  }
}

async function quarantineOne(
  deps: QuarantineDeps,
  stray: Stray,
  { worker, done, run }: { readonly worker: string; readonly done: Quarantined; readonly run: StrayRun },
): Promise<void> {
  const { db } = deps;
  const { key, sizeBytes } = stray;
  const hold = await holdFor(deps, stray, worker);
  if (hold === undefined) {
    done.left += 1;
    return;
  }
  const { begun } = hold;
  try {
    await deps.store.move(key, quarantineKey(key), run.signal);
  } catch (error) {
    if (!run.signal.aborted) run.log(`${key} could not be moved: ${String(error)}`);
  }
  const place = await placeOf(deps, key);
  if (place === 'quarantine') {
    done.count += 1;
    done.bytes += sizeBytes;
  } else if (place === 'absent') done.left += 1;
  else done.failed += 1;
  const now = await db.now();
  await db.transaction(async (tx) => {
    if (place === 'unknown') {
      if (begun !== undefined) await giveUpRemovals(tx, [begun]);
      return;
    }
    // Somebody has taken it over otherwise, and says what became of it.
    if (begun !== undefined && (await forgetRemoved(tx, [begun], now)).length === 0) return;
    if (place === 'quarantine') await setStrayEnd(tx, [key], now + trashMs);
    else if (place === 'absent') await forgetStrays(tx, [key]);
  });
}

/** What keeps publishers off while it is moved; undefined: it stays. */
async function holdFor(
  deps: QuarantineDeps,
  stray: Stray,
  worker: string,
): Promise<{ readonly begun: Begun | undefined } | undefined> {
  const { db } = deps;
  const { key, sizeBytes } = stray;
  if (!isRemovable(key)) return undefined;
  const digest = digestOfKey(key);
  if (digest === undefined) return (await isUnknown(deps, stray)) ? { begun: undefined } : undefined;
  const now = await db.now();
  return db.transaction(async (tx) => {
    const begun = await beginStrayRemoval(tx, { digest, sizeBytes, worker, now });
    return begun !== undefined || (await liesBesideContent(tx, digest)) ? { begun } : undefined;
  });
}

/** Nobody stages or publishes under the name of an upload that has no row any more. */
async function isUnknown({ db }: QuarantineDeps, { key, sizeBytes }: Stray): Promise<boolean> {
  return (await unknownOf(db.reader, [{ key, sizeBytes, changedAt: 0 }])).length > 0;
}

/** Where a copy and its source are there, it was not moved to the end. */
async function placeOf(
  { store }: QuarantineDeps,
  key: string,
): Promise<'here' | 'quarantine' | 'absent' | 'unknown'> {
  try {
    if ((await store.stat(key)) !== undefined) return 'here';
    return (await store.stat(quarantineKey(key))) === undefined ? 'absent' : 'quarantine';
  } catch (error) {
    if (error instanceof AppError) return 'unknown';
    throw error;
  }
}

/** Lets go of digests that a server held when it died, or the storage failed; their objects stay where they are by now, as strays. */
export async function finishLeftStrays(deps: QuarantineDeps, signal: AbortSignal): Promise<void> {
  const { db } = deps;
  // With SQLite every other process is dead.
  const alone = db.dialect === 'sqlite';
  for (let after = 0; ; ) {
    const now = await db.now();
    const before = alone ? now + 1 : now - patienceMs;
    const ahead = alone ? now : now + patienceMs;
    const left = await leftRemovals(db.reader, { prefix, before, ahead, after, count: leftAtOnce });
    const last = left.at(-1);
    if (last === undefined) return;
    await requireOurs(deps);
    if (signal.aborted) return;
    const worker = `${prefix}${randomUUID()}`;
    working.add(worker);
    try {
      const by = { worker, now, isAtIt: (name: string) => working.has(name) };
      const taken = await db.transaction((tx) => takeOverRemovals(tx, left, by));
      for (const each of taken) await letGo(deps, each, alone);
    } finally {
      working.delete(worker);
    }
    after = last.id;
  }
}

async function letGo(deps: QuarantineDeps, begun: Begun, alone: boolean): Promise<void> {
  const key = canonicalKey(begun.digest);
  const place = await placeOf(deps, key);
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    if (place === 'unknown') {
      await giveUpRemovals(tx, [begun]);
      return;
    }
    // Who lives and moves it late finds nothing of the next publisher's.
    const mine = alone ? await forgetRemoved(tx, [begun], now) : await burnRemoved(tx, [begun], now);
    if (mine.length > 0 && place === 'quarantine') await setStrayEnd(tx, [key], now + trashMs);
    if (mine.length > 0 && place === 'absent') await forgetStrays(tx, [key]);
  });
}
