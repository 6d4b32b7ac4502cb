/** What a schedule means, where it is one of the common ones. */
export type CronMeaning =
  | { readonly every: 'minutes'; readonly step: number }
  | { readonly every: 'hours'; readonly step: number; readonly minute: number }
  | { readonly every: 'day'; readonly times: readonly string[] }
  | { readonly every: 'week'; readonly times: readonly string[]; readonly days: readonly number[] }
  | { readonly every: 'month'; readonly times: readonly string[]; readonly day: number }
  /** The month from 1 on. */
  | {
      readonly every: 'year';
      readonly times: readonly string[];
      readonly month: number;
      readonly day: number;
    };

const dayWords = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const monthWords = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** More of them are no sentence any more. */
const mostTimes = 4;

/**
 * Of six fields, seconds first.
 * @returns undefined: it is said better by its fields
 */
export function readCron(cron: string): CronMeaning | undefined {
  const [second, minute = '', hour = '', day = '', month = '', weekday = '', ...more] = cron
    .trim()
    .split(/\s+/);
  if (second !== '0' || more.length > 0) return undefined;
  if (!isOpen(month)) return isOpen(weekday) ? onceAYear(timesOf(minute, hour), month, day) : undefined;
  if (isOpen(day) && isOpen(weekday)) return withoutDays(minute, hour);
  const times = timesOf(minute, hour);
  if (times === undefined) return undefined;
  const days = isOpen(day) ? weekdaysOf(weekday) : undefined;
  if (days !== undefined) return { every: 'week', times, days };
  const date = isOpen(weekday) ? numberOf(day, 31) : undefined;
  return date === undefined || date === 0 ? undefined : { every: 'month', times, day: date };
}

function withoutDays(minute: string, hour: string): CronMeaning | undefined {
  const minutes = stepOf(minute, 60);
  if (minutes !== undefined) return isOpen(hour) ? { every: 'minutes', step: minutes } : undefined;
  const at = numberOf(minute, 59);
  if (at === undefined) return undefined;
  const hours = stepOf(hour, 24);
  if (hours !== undefined) return { every: 'hours', step: hours, minute: at };
  const times = timesOf(minute, hour);
  return times === undefined ? undefined : { every: 'day', times };
}

/** Undefined of a day that some years do not have, too. */
function onceAYear(
  times: readonly string[] | undefined,
  month: string,
  day: string,
): CronMeaning | undefined {
  const number = monthWords.indexOf(month.toUpperCase()) + 1 || (numberOf(month, 12) ?? 0);
  // Of 2026, in which February is as short as it can be.
  const date = numberOf(day, new Date(Date.UTC(2026, number, 0)).getUTCDate()) ?? 0;
  return times === undefined || number === 0 || date === 0
    ? undefined
    : { every: 'year', times, month: number, day: date };
}

function isOpen(field: string): boolean {
  return field === '*' || field === '?';
}

/** A step that comes out even, so that it is as long from the last one to the first. */
function stepOf(field: string, whole: number): number | undefined {
  if (isOpen(field)) return 1;
  const [, digits] = /^[*?0]\/(\d{1,2})$/.exec(field) ?? [];
  const step = Number(digits);
  return step >= 1 && step < whole && whole % step === 0 ? step : undefined;
}

function numberOf(field: string, max: number): number | undefined {
  return /^\d{1,2}$/.test(field) && Number(field) <= max ? Number(field) : undefined;
}

function timesOf(minute: string, hour: string): readonly string[] | undefined {
  const at = numberOf(minute, 59);
  const hours = hour.split(',').map((each) => numberOf(each, 23));
  if (at === undefined || hours.length > mostTimes) return undefined;
  const times: string[] = [];
  for (const each of new Set(hours)) {
    if (each === undefined) return undefined;
    times.push(`${two(each)}:${two(at)}`);
  }
  return times.toSorted();
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** From Monday on. */
function weekdaysOf(field: string): readonly number[] | undefined {
  const days = new Set<number>();
  for (const part of field.split(',')) {
    const [first, last, ...more] = part.split('-').map(weekdayOf);
    if (first === undefined || more.length > 0) return undefined;
    if (part.includes('-') && (last === undefined || last < first)) return undefined;
    for (let day = first; day <= (last ?? first); day += 1) days.add(day);
  }
  return [...days].toSorted((a, b) => ((a + 6) % 7) - ((b + 6) % 7));
}

function weekdayOf(word: string): number | undefined {
  const named = dayWords.indexOf(word.toUpperCase());
  return named >= 0 ? named : numberOf(word, 6);
}
