import { AppError } from '../../../lib/errors.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** When a clock on the wall shows something: twice where it is put back, never where it is put forward. */
export interface Instants {
  /** Ascending. */
  readonly times: readonly number[];
  /** Where there is none: when the clock goes on behind the gap. */
  readonly gapEnd: number | undefined;
}

/** @throws AppError BAD_REQUEST */
export function requireTimeZone(timeZone: string): void {
  if (timeZone === 'UTC') return;
  try {
    formatOf(timeZone);
  } catch (cause) {
    throw new AppError(
      'BAD_REQUEST',
      {
        message: `"${timeZone.slice(0, 50)}" is no time zone`,
        detail: 'write it like Europe/Berlin, or UTC',
      },
      { cause },
    );
  }
}

/** Midnight of the day on the wall at `at`, as if the wall were in UTC. */
export function wallDay(at: number, timeZone: string): number {
  const wall = at + offsetAt(at, timeZone);
  return Math.floor(wall / dayMs) * dayMs;
}

/** For the wall times of one day, each given as if the wall were in UTC. */
export function instantsOf(day: number, timeZone: string): (wall: number) => Instants {
  const [before, behind] = [offsetAt(day - dayMs, timeZone), offsetAt(day + 2 * dayMs, timeZone)];
  // Far most days: the clock is not changed within a day of it.
  if (before === behind) return (wall) => ({ times: [wall - before], gapEnd: undefined });
  const changedAt = changeBetween(day - dayMs, day + 2 * dayMs, timeZone);
  return (wall) => {
    const times = [before, behind]
      .map((offset) => ({ at: wall - offset, offset }))
      .filter(({ at, offset }) => offsetAt(at, timeZone) === offset)
      .map(({ at }) => at)
      .toSorted((a, b) => a - b);
    return { times, gapEnd: times.length === 0 ? changedAt : undefined };
  };
}

/** The first millisecond with the later offset. */
function changeBetween(from: number, to: number, timeZone: string): number {
  const before = offsetAt(from, timeZone);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, timeZone) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Milliseconds that the wall is ahead of UTC. */
function offsetAt(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const second = Math.floor(at / 1000) * 1000;
  const parts: Partial<Record<string, number>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(second)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** Names come from outside. */
const mostFormats = 100;

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  if (formats.size >= mostFormats) formats.clear();
  formats.set(timeZone, made);
  return made;
}
