import { AppError } from '../../lib/errors.ts';
import type { Space } from '../../platform/blobstore/blob-store.ts';
import { append, systemActor } from '../../platform/events/append.ts';
import { atOnce, type Step } from '../../platform/jobs/pace.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import type { Logger } from '../../platform/log/logger.ts';
import { Lanes } from '../blobs/removal/lanes.ts';
import { finishLeftRemovals, type RemovalDeps } from '../blobs/removal/remove-blobs.ts';
import { adoptions } from './adopt-writes.ts';
import { type Purged, purgeTrash } from './purge-trash.ts';
import {
  bytesInTrash,
  expiredTrash,
  freedByTrash,
  oldestTrash,
  type Trashed,
  trashBetween,
  trashTotal,
} from './purge-writes.ts';

const everyMs = 10 * 60 * 1000;
const pageSize = 100;
/**
 * What takes others along comes behind them, and alone: their own end is told, and neither waits for what the other holds. Of
 * the rest so many wait together for the disk behind a commit, and for the database.
 */
const smallestFirst = [
  ['tag', 4],
  ['artifact', 4],
  ['repository', 1],
  ['project', 1],
] as const;
/** Of the disk: what the trash alone may keep, and what may be full before the oldest of it goes where that helps. */
const cap = 0.1;
const full = 0.85;
/** Then the oldest goes even where most of the disk is taken by something else. */
const nearlyFull = 0.95;
/** Younger than that nothing goes for the trash being large: one deletion by mistake may be larger than its share. */
const freshMs = 24 * 60 * 60 * 1000;

export interface TrashKeepingDeps extends RemovalDeps {
  readonly log: Logger;
}

/** Ends what has been in the trash for its time, and the oldest of it earlier where room is short. */
export function createTrashKeeping(deps: TrashKeepingDeps): PeriodicJob {
  return { name: 'trash-keeping', everyMs, atStart: true, run: (signal) => keepTrash(deps, signal) };
}

export async function keepTrash(deps: TrashKeepingDeps, signal: AbortSignal): Promise<void> {
  if (!(await deps.storeIsOurs())) return;
  await adopt(deps, signal);
  const { items: expired } = await purgeExpired(deps, signal);
  if (expired > 0) deps.log.info({ count: expired }, 'what was deleted long ago was removed for good');
  await releaseEarly(deps, signal);
  // Last: an object that cannot be deleted keeps nothing else from its end.
  await finishLeftRemovals(deps, signal);
}

/** Deletions by older code, which did not write them down. */
async function adopt({ db }: TrashKeepingDeps, signal: AbortSignal): Promise<void> {
  for (const adoptSome of adoptions)
    for (let count = pageSize; count === pageSize && !signal.aborted; )
      count = await db.transaction((tx) => adoptSome(tx, pageSize));
}

export interface PurgedItems {
  readonly items: number;
  readonly artifacts: number;
}

/** Purges what has been in the trash for its time, the oldest end first. What cannot be purged now is left. */
export async function purgeExpired(
  deps: TrashKeepingDeps,
  signal: AbortSignal,
  step: Step = atOnce,
): Promise<PurgedItems> {
  const purged = { items: 0, artifacts: 0 };
  const now = await deps.db.now();
  for (;;) {
    const before = purged.items;
    const page = await expiredTrash(deps.db.reader, now, pageSize);
    await purgeSome(deps, page, { why: 'expired', signal, step, onOne: (one) => add(purged, one) });
    if (signal.aborted || page.length < pageSize || purged.items === before) return purged;
  }
}

/** Purges all that is in the trash by now: who deletes meanwhile keeps it from no end. What cannot be purged now is left. */
export async function emptyTrash(
  deps: TrashKeepingDeps,
  signal: AbortSignal,
  { step, progress }: { readonly step: Step; readonly progress: (done: number, total: number) => void },
): Promise<PurgedItems> {
  const purged = { items: 0, artifacts: 0 };
  const { count: total, last } = await trashTotal(deps.db.reader);
  let done = 0;
  for (let after = 0; ; ) {
    const page = await trashBetween(deps.db.reader, { after, last, count: pageSize });
    const onOne = (one: Purged | undefined): void => {
      add(purged, one);
      done += 1;
      progress(done, total);
    };
    await purgeSome(deps, page, { why: 'emptied', signal, step, onOne });
    const end = page.at(-1);
    if (end === undefined || signal.aborted) return purged;
    after = end.id;
  }
}

/** None is begun behind the signal. */
async function purgeSome(
  deps: TrashKeepingDeps,
  page: readonly Trashed[],
  {
    why,
    signal,
    step,
    onOne,
  }: {
    readonly why: 'expired' | 'emptied';
    readonly signal: AbortSignal;
    readonly step: Step;
    readonly onOne: (one: Purged | undefined) => void;
  },
): Promise<void> {
  for (const [kind, atATime] of smallestFirst) {
    await using lanes = new Lanes(atATime);
    for (const { id } of page.filter((each) => each.kind === kind)) {
      if (signal.aborted) break;
      await lanes.add(async () => onOne(await step(() => purgeOne(deps, { id, why }, signal))));
    }
    await lanes.end();
  }
}

function add(purged: { items: number; artifacts: number }, one: Purged | undefined): void {
  if (one === undefined) return;
  purged.items += 1;
  purged.artifacts += one.artifacts;
}

/** Undefined: somebody was faster, or its deletion has not got to its end; then it is there for the next round. */
async function purgeOne(
  deps: TrashKeepingDeps,
  { id, why }: { readonly id: number; readonly why: 'expired' | 'early' | 'emptied' },
  signal: AbortSignal,
): Promise<Purged | undefined> {
  try {
    return await purgeTrash(deps, { id, actor: systemActor, why }, signal);
  } catch (error) {
    if (!(error instanceof AppError) || !['NOT_FOUND', 'CONFLICT'].includes(error.code)) throw error;
    deps.log.info({ id, error }, 'what is in the trash was left to the next round');
    return undefined;
  }
}

interface Room {
  readonly totalBytes: number;
  usedBytes: number;
  waitingBytes: number;
}

/** The oldest first, until the trash keeps no more than its share and the disk is no longer nearly full. */
async function releaseEarly(deps: TrashKeepingDeps, signal: AbortSignal): Promise<void> {
  const { db, store } = deps;
  const space = await store.space();
  if (space === undefined) return;
  const room = await roomOf(deps, space);
  const before = { ...room };
  const fresh = (await db.now()) - freshMs;
  let items = 0;
  try {
    for (let after = 0; !signal.aborted; ) {
      const why = whyShort(room);
      const next = why === undefined ? undefined : await oldestTrash(db.reader, after);
      if (next === undefined || (why === 'cap' && next.deletedAt > fresh)) break;
      after = next.id;
      const purged = await purgeOne(deps, { id: next.id, why: 'early' }, signal);
      if (purged === undefined) continue;
      items += 1;
      room.usedBytes -= purged.bytes;
      room.waitingBytes -= purged.bytes;
    }
  } finally {
    if (items > 0) await tellOfRelease(deps, { items, before, room });
  }
}

async function tellOfRelease(
  { db, log }: TrashKeepingDeps,
  { items, before, room }: { readonly items: number; readonly before: Room; readonly room: Room },
): Promise<void> {
  const data = {
    items,
    bytes: before.waitingBytes - room.waitingBytes,
    waiting: room.waitingBytes,
    used: before.usedBytes,
    capacity: room.totalBytes,
    why: whyShort(before) ?? null,
  };
  log.warn(data, 'the oldest of the trash was removed before its time: room is short');
  const now = await db.now();
  await db.transaction((tx) =>
    append(tx, {
      type: 'trash.released',
      at: now,
      actor: systemActor,
      projectId: null,
      object: 'trash',
      data,
    }),
  );
}

/** A disk that is full of other things is no reason to give up what would not make room. */
function whyShort({ totalBytes, usedBytes, waitingBytes }: Room): 'disk' | 'cap' | undefined {
  if (waitingBytes <= 0) return undefined;
  const most = full * totalBytes;
  if (usedBytes > most && (usedBytes - waitingBytes <= most || usedBytes > nearlyFull * totalBytes))
    return 'disk';
  return waitingBytes > cap * totalBytes ? 'cap' : undefined;
}

/** What projects were relieved of is never less than what the trash alone keeps, and cheap to ask. */
async function roomOf(
  { db }: TrashKeepingDeps,
  { freeBytes, capacityBytes: totalBytes }: Space,
): Promise<Room> {
  const usedBytes = totalBytes - freeBytes;
  const most = await freedByTrash(db.reader);
  const waitingBytes =
    most > cap * totalBytes || usedBytes > full * totalBytes ? await bytesInTrash(db.reader) : most;
  return { totalBytes, usedBytes, waitingBytes };
}
