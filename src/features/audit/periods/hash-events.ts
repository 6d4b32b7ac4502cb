import { setImmediate as turn } from 'node:timers/promises';
import { RunningDigest } from '../../../platform/crypto/running-digest.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { readWholeEvents, type WholeEvent } from './period-store.ts';

/** What is before the first period. */
export const noHash = '0'.repeat(64);

const rowsAtOnce = 1000;

export interface HashedEvents {
  readonly hash: string;
  readonly rows: number;
  /** The id of the last one, also of what is left out; `after` where there is none. */
  readonly lastId: number;
}

/**
 * The hash of events after the one before them. A row is what it holds by the names of the columns; what is null or empty
 * is left out, and what the log shows has no mark of it, so that a column added later changes no hash from before.
 */
export class EventHash {
  readonly #digest = new RunningDigest();
  rows = 0;

  constructor(previous: string) {
    this.#digest.update(previous);
  }

  add(row: WholeEvent): void {
    this.#digest.update(`\n${canonicalOf(row)}`);
    this.rows += 1;
  }

  /** Once, at the end. */
  hex(): string {
    return this.#digest.hex();
  }
}

export interface EventRange {
  readonly after: number;
  readonly to: number;
  /** No more rows are read. */
  readonly limit: number;
}

/**
 * The rows with ids above `after` and up to `to`, in their order.
 * @throws what the signal was aborted with
 */
export async function* wholeEvents(
  db: Queries,
  { after, to, limit }: EventRange,
  signal: AbortSignal,
): AsyncGenerator<WholeEvent> {
  // No event has an id below 1, unless somebody has put it there.
  let [read, lastId] = [0, after === 0 ? Number.MIN_SAFE_INTEGER : after];
  while (read < limit) {
    signal.throwIfAborted();
    // SQLite answers without leaving the turn of the event loop.
    await turn();
    const wanted = Math.min(rowsAtOnce, limit - read);
    const found = await readWholeEvents(db, { after: lastId, to, limit: wanted });
    yield* found;
    read += found.length;
    lastId = found.at(-1)?.id ?? lastId;
    if (found.length < wanted) return;
  }
}

/**
 * The hash of those rows and of the one before them.
 * @param leaveOut rows that do not count
 */
export async function hashEvents(
  db: Queries,
  range: EventRange & { readonly previous: string },
  signal: AbortSignal,
  leaveOut: (row: WholeEvent) => boolean = () => false,
): Promise<HashedEvents> {
  const hash = new EventHash(range.previous);
  let lastId = range.after;
  for await (const row of wholeEvents(db, range, signal)) {
    if (!leaveOut(row)) hash.add(row);
    lastId = Math.max(lastId, row.id);
  }
  return { hash: hash.hex(), rows: hash.rows, lastId };
}

function canonicalOf(row: object): string {
  const held = Object.entries<unknown>({ ...row }).filter(
    ([column, value]) => value !== null && value !== '' && !(column === 'hidden' && value === 0),
  );
  return JSON.stringify(held.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
