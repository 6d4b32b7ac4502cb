import { because } from '../../../lib/because.ts';
import { AppError } from '../../../lib/errors.ts';
import { instantsOf, wallDay } from './instants-of.ts';
import type { Cron } from './parse-cron.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** 29 February stays away for eight years at most. */
const horizonDays = 8 * 366 + 2;

/**
 * The first time after `after` (epoch ms). Where a clock is put forward, a time of the day that is left out is the end of
 * the gap; where it is put back, a time of the day that comes twice is its first one. Stretches (`*` hours) go on as the
 * clock on the wall shows.
 * @throws AppError BAD_REQUEST for one that never comes
 */
export function nextFire(cron: Cron, after: number, timeZone: string): number {
  // The day before, since it may be longer by the wall than its name says.
  const first = wallDay(after, timeZone) - dayMs;
  for (let day = first; day <= first + horizonDays * dayMs; day += dayMs) {
    const found = isDay(cron, day) ? firstOn(cron, { day, after, timeZone }) : undefined;
    if (found !== undefined) return found;
  }
  throw new AppError('BAD_REQUEST', {
    message: 'the schedule is wrong: no day is ever like that',
    detail: 'look at the day of the month and the month',
    because: because('form wrong', { what: 'cron', form: 'schedule' }),
  });
}

function isDay(cron: Cron, day: number): boolean {
  const date = new Date(day);
  if (!cron.months.has(date.getUTCMonth() + 1)) return false;
  const ofMonth = cron.daysOfMonth.has(date.getUTCDate());
  const ofWeek = cron.daysOfWeek.has(date.getUTCDay());
  return cron.bothDays ? ofMonth && ofWeek : ofMonth || ofWeek;
}

function firstOn(
  cron: Cron,
  { day, after, timeZone }: { readonly day: number; readonly after: number; readonly timeZone: string },
): number | undefined {
  let found: number | undefined;
  const instants = instantsOf(day, timeZone);
  for (const hour of cron.hours)
    for (const minute of cron.minutes) {
      const { times, gapEnd } = instants(day + (hour * 60 + minute) * 60_000);
      const meant = cron.everyHour ? times : [times[0] ?? gapEnd];
      for (const at of meant)
        if (at !== undefined && at > after && (found === undefined || at < found)) found = at;
    }
  return found;
}
