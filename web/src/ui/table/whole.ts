/** What a list showed last, and how many it had without a filter. */
export interface Seen {
  /** Which list it is, whatever is filtered in it. */
  readonly list: string;
  readonly filtered: boolean;
  readonly total: number | undefined;
  /** Undefined: it was not seen without a filter. */
  readonly whole: number | undefined;
  /** The total of before stays until the next one is there. */
  readonly settled: boolean;
}

export const nothingSeen: Seen = {
  list: '',
  filtered: false,
  total: undefined,
  whole: undefined,
  settled: true,
};

/** The same one where nothing changed. */
export function nextSeen(seen: Seen, now: Pick<Seen, 'list' | 'filtered' | 'total'>): Seen {
  const { list, filtered, total } = now;
  const isOther = list !== seen.list;
  if (!isOther && filtered === seen.filtered && total === seen.total) return seen;
  const begins = isOther || filtered !== seen.filtered;
  const settled = total !== seen.total || (!begins && seen.settled);
  const before = isOther ? undefined : seen.whole;
  return { list, filtered, total, settled, whole: !filtered && settled ? total : before };
}
