import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../platform/db/database.ts';
import { settledEventId } from '../../platform/events/settled-reads.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { countPlaces } from './count-places.ts';
import { countTags } from './count-tags.ts';
import { storageTotal } from './figure-reads.ts';
import {
  anyChangeBetween,
  collectedSince,
  compareRepository,
  readRepositoryFigures,
  writeRepository,
  writeTotals,
} from './figure-writes.ts';

const everyMs = 10_000;
/** It is counted again after so many times as long as it took. */
const restFactor = 50;
/** Then also where no event says that something has changed, and for each day. */
const atLeastEveryMs = 60 * 60 * 1000;
/** Others get so long for themselves after some steps, each of which SQLite takes some milliseconds for. */
const pauseMs = 10;
const stepsBetween = 5;

/** Keeps the figures of storage: what everything, projects, repositories and tags take up, and would give back. */
export function createStorageCount(deps: { readonly db: Database }): PeriodicJob {
  /** Up to here no event tells of a change since the last count. */
  let quietUpTo = 0;
  const run = async (signal: AbortSignal): Promise<void> => {
    const { db } = deps;
    const eventId = await settledEventId(db);
    // Somebody has not ended what may have changed something: at the next look.
    if (eventId === undefined) return;
    const last = await storageTotal(db.reader);
    if (last !== undefined) {
      const age = (await db.now()) - last.endedAt;
      if (age < Math.min(restFactor * (last.endedAt - last.beganAt), atLeastEveryMs)) return;
      const range = { after: Math.max(last.eventId, quietUpTo), upTo: eventId };
      const changed =
        (range.upTo > range.after && (await anyChangeBetween(db.reader, range))) ||
        (await collectedSince(db.reader, last.beganAt));
      if (!changed) quietUpTo = Math.max(quietUpTo, eventId);
      if (!changed && age < atLeastEveryMs) return;
    }
    await countStorage({ db, eventId }, signal);
  };
  return { name: 'storage-count', everyMs, run };
}

interface CountDeps {
  readonly db: Database;
  /** What was there before anything is read; what comes later may be counted or not. */
  readonly eventId: number;
}

/** Counts all figures anew and writes down what has changed. Broken off, it begins anew the next time. */
async function countStorage({ db, eventId }: CountDeps, signal: AbortSignal): Promise<void> {
  let steps = 0;
  const pace = async (): Promise<void> => {
    signal.throwIfAborted();
    steps += 1;
    await (steps % stepsBetween === 0 ? wait(pauseMs) : turn());
  };
  const beganAt = await db.now();
  try {
    const counted = await countPlaces(db.reader, pace);
    const before = await readRepositoryFigures(db.reader);
    for (const id of new Set([...counted.repositories.keys(), ...before.keys()])) {
      const is = { place: counted.repositories.get(id), tags: await countTags(db.reader, id, pace) };
      const change = await compareRepository(db.reader, id, before.get(id), is);
      // Lost in a power cut, it is counted once more.
      if (change !== undefined)
        await db.transaction((tx) => writeRepository(tx, change), { durability: 'relaxed' });
    }
    const endedAt = await db.now();
    const when = { eventId, beganAt, endedAt };
    await db.transaction((tx) => writeTotals(tx, counted, when), { durability: 'relaxed' });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
