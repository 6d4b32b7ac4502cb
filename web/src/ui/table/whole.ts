/** What a list showed last, and how many it had without a filter. */
export interface Seen {
  /** Which list it is, whatever is filtered in it. */
  readonly list: string;
  /** What it is filtered by; empty: nothing. */
  readonly filter: string;
  readonly total: number | undefined;
  /** Undefined: it was not seen without a filter, or something changed since. */
  readonly whole: number | undefined;
  /** The total of before stays until the next one is there. */
  readonly settled: boolean;
  /** How many changes had been told of when that filter was set. */
  readonly changes: number;
}

export const nothingSeen: Seen = {
  list: '',
  filter: '',
  total: undefined,
  whole: undefined,
  settled: true,
  changes: 0,
};

/** The same one where nothing changed. */
export function nextSeen(seen: Seen, now: Pick<Seen, 'list' | 'filter' | 'total' | 'changes'>): Seen {
  const { list, filter, total } = now;
  const isOther = list !== seen.list;
  const begins = isOther || filter !== seen.filter;
  if (!begins && total === seen.total) return seen;
  const settled = total !== seen.total || (!begins && seen.settled);
  // Another number of the same filter: either its first, or something came or went, here and so in all.
  const isStale = !begins && filter !== '' && (seen.settled || now.changes !== seen.changes);
  const before = isOther || isStale ? undefined : seen.whole;
  const changes = begins ? now.changes : seen.changes;
  return { list, filter, total, settled, changes, whole: filter === '' && settled ? total : before };
}
