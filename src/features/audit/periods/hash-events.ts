import { setImmediate as turn } from 'node:timers/promises';
import { RunningDigest } from '../../../platform/crypto/running-digest.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { readWholeEvents } from './period-store.ts';

/** What is before the first period. */
export const noHash = '0'.repeat(64);

const rowsAtOnce = 1000;

export interface HashedEvents {
  readonly hash: string;
  readonly rows: number;
  /** The id of the last one; `after` where there is none. */
  readonly lastId: number;
}

/**
 * The hash of the events with ids above `after` and up to `to`, and of the one before them. A row is what it holds by
 * the names of the columns; what is null or empty is left out, and what the log shows has no mark of it, so that a column
 * added later changes no hash from before.
 * @throws what the signal was aborted with
 */
export async function hashEvents(
  db: Queries,
  range: { readonly after: number; readonly to: number; readonly limit: number; readonly previous: string },
  signal: AbortSignal,
): Promise<HashedEvents> {
  const { after, to, limit, previous } = range;
  const digest = new RunningDigest();
  digest.update(previous);
  // No event has an id below 1, unless somebody has put it there.
  let [rows, lastId] = [0, after === 0 ? Number.MIN_SAFE_INTEGER : after];
  while (rows < limit) {
    signal.throwIfAborted();
    // SQLite answers without leaving the turn of the event loop.
    await turn();
    const wanted = Math.min(rowsAtOnce, limit - rows);
    const found = await readWholeEvents(db, { after: lastId, to, limit: wanted });
    for (const row of found) digest.update(`\n${canonicalOf(row)}`);
    rows += found.length;
    lastId = found.at(-1)?.id ?? lastId;
    if (found.length < wanted) break;
  }
  return { hash: digest.hex(), rows, lastId: Math.max(lastId, after) };
}

function canonicalOf(row: object): string {
  const held = Object.entries<unknown>({ ...row }).filter(
    ([column, value]) => value !== null && value !== '' && !(column === 'hidden' && value === 0),
  );
  return JSON.stringify(held.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
