export interface DayPoint {
  /** Days since 1970, in UTC. */
  readonly day: number;
  readonly bytes: number;
}

export type Forecast =
  | { readonly state: 'not-enough-data' | 'not-growing'; readonly days: number }
  | {
      readonly state: 'growing';
      readonly days: number;
      readonly bytesPerDay: number;
      /** The first day on which it does not fit any more; undefined without a limit, or in a hundred years. */
      readonly fullOn: number | undefined;
    };

/** Fewer days, or as many with holes, say nothing. */
const leastDays = 7;
const longestDays = 36_500;

/**
 * A line through the days whose rise is the median of the rises between all pairs of days (Theil and Sen): neither a large
 * push nor a collection of garbage bends it, unless that becomes the rule.
 * @param room bytes that are free yet; undefined: there is no limit
 */
export function forecastOf(points: readonly DayPoint[], room: number | undefined, today: number): Forecast {
  const days = points.length;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || days < leastDays || last.day - first.day + 1 < leastDays)
    return { state: 'not-enough-data', days };
  const rises: number[] = [];
  for (const [at, one] of points.entries())
    for (const other of points.slice(at + 1)) rises.push((other.bytes - one.bytes) / (other.day - one.day));
  const bytesPerDay = Math.round(medianOf(rises));
  if (bytesPerDay <= 0) return { state: 'not-growing', days };
  const left = room === undefined ? undefined : Math.ceil(Math.max(0, room) / bytesPerDay);
  const fullOn = left === undefined || left > longestDays ? undefined : today + left;
  return { state: 'growing', days, bytesPerDay, fullOn };
}

function medianOf(numbers: number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[middle - 1] ?? 0, sorted[middle] ?? 0];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
