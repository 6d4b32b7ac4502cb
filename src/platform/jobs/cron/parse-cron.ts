import { because } from '../../../lib/because.ts';
import { AppError } from '../../../lib/errors.ts';

/** When a schedule fires, by the clock of a wall: six fields, of which the seconds are always 0. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0: Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** The hours are a stretch of time (a star), not times of the day: it goes on while a clock is changed. */
  readonly everyHour: boolean;
  /** One of the two days is open: then both have to fit. Otherwise either is enough. */
  readonly bothDays: boolean;
}

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words?: readonly string[];
}

const monthWords = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayWords = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const fields = [
  { name: 'minutes', min: 0, max: 59 },
  { name: 'hours', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, words: monthWords },
  { name: 'day of the week', min: 0, max: 6, words: dayWords },
] as const satisfies readonly Field[];

const form = 'write it as: 0 minutes hours day-of-month month day-of-week, such as 0 30 2 * * *';
const longest = 256;

/**
 * Harbor's schedules (robfig/cron with seconds): `*`, `?`, lists, ranges, steps, names of months and days.
 * @throws AppError BAD_REQUEST
 */
export function parseCron(text: string): Cron {
  if (text.length > longest) throw refused('it is too long');
  const parts = text.trim().split(/\s+/);
  if (parts.length !== 6)
    throw refused(`it has ${parts.length === 1 && parts[0] === '' ? 0 : parts.length} fields instead of 6`);
  const [seconds, ...rest] = parts;
  if (seconds !== '0') throw refused('the first field, the seconds, has to be 0');
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = fields.map((field, index) =>
    parseField(rest[index] ?? '', field),
  ) as [Parsed, Parsed, Parsed, Parsed, Parsed];
  return {
    minutes: minutes.values,
    hours: hours.values,
    daysOfMonth: daysOfMonth.values,
    months: months.values,
    daysOfWeek: daysOfWeek.values,
    everyHour: hours.open,
    bothDays: daysOfMonth.open || daysOfWeek.open,
  };
}

interface Parsed {
  readonly values: ReadonlySet<number>;
  /** It has a star. */
  readonly open: boolean;
}

function parseField(text: string, field: Field): Parsed {
  const values = new Set<number>();
  let open = false;
  for (const part of text.split(',')) {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0) throw wrongField(field, text);
    const every = step === undefined ? 1 : numberOf(step, { name: field.name, min: 1, max: 1000 }, text);
    if (range === '*' || range === '?') {
      open ||= every === 1 || field.name === 'hours';
      addAll(values, [field.min, field.max], every);
      continue;
    }
    const [first = '', last, ...others] = range.split('-');
    if (others.length > 0) throw wrongField(field, text);
    const from = numberOf(first, field, text);
    // `5/10`: from 5 on.
    const to = last === undefined ? (step === undefined ? from : field.max) : numberOf(last, field, text);
    if (to < from) throw wrongField(field, text);
    addAll(values, [from, to], every);
  }
  return { values, open };
}

function addAll(values: Set<number>, [from, to]: readonly [number, number], every: number): void {
  for (let value = from; value <= to; value += every) values.add(value);
}

function numberOf(text: string, field: Field, whole: string): number {
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  if (word >= 0) return word + field.min;
  const value = Number(text);
  if (/^\d{1,4}$/.test(text) && value >= field.min && value <= field.max) return value;
  throw wrongField(field, whole);
}

function wrongField({ name, min, max }: Field, text: string): AppError {
  return refused(
    `"${text.slice(0, 50)}" is no ${name}: ${min} to ${max}, lists, ranges and steps of it, or *`,
  );
}

function refused(why: string): AppError {
  return new AppError('BAD_REQUEST', {
    message: `the schedule is wrong: ${why}`,
    detail: form,
    because: because('form wrong', { what: 'cron', form: 'schedule' }),
  });
}
