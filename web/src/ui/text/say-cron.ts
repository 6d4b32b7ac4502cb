import type { uiTexts } from '../text.ts';
import { localeOf } from './format.ts';
import { type CronMeaning, readCron } from './read-cron.ts';
import type { Language, Said } from './say.ts';

interface Words {
  readonly said: Said<typeof uiTexts>;
  readonly language: Language;
  readonly zone: string;
}

/** `every day at 02:00 UTC`; undefined where a schedule is said better by its fields. */
export function sayCron(cron: string, words: Words): string | undefined {
  const meaning = readCron(cron);
  return meaning === undefined ? undefined : sentenceOf(meaning, words);
}

function sentenceOf(meaning: CronMeaning, { said, language, zone }: Words): string {
  switch (meaning.every) {
    case 'minutes':
      return meaning.step === 1 ? said.minutely : said.everyMinutes(meaning.step);
    case 'hours': {
      const { step, minute } = meaning;
      if (minute === 0) return step === 1 ? said.hourly : said.everyHours(step);
      return step === 1 ? said.hourlyAt(minute) : said.everyHoursAt(step, minute);
    }
    case 'day':
      return said.dailyAt(timesIn(meaning.times, language), zone);
    case 'week':
      return said.weeklyAt(daysIn(meaning.days, said, language), timesIn(meaning.times, language), zone);
    case 'month':
      return (meaning.day > shortestMonth ? said.monthlyAtEnd : said.monthlyAt)(
        meaning.day,
        timesIn(meaning.times, language),
        zone,
      );
    case 'year':
      return said.yearlyAt(
        dateIn(meaning.month, meaning.day, language),
        timesIn(meaning.times, language),
        zone,
      );
  }
}

/** `1 February`, `2 月 1 日`. */
function dateIn(month: number, day: number, language: Language): string {
  if (language === 'zh') return `${month} 月 ${day} 日`;
  return new Date(Date.UTC(2026, month - 1, day)).toLocaleDateString(localeOf(language), {
    day: 'numeric',
    month: 'long',
    timeZone: 'UTC',
  });
}

/** February, in three years of four. */
const shortestMonth = 28;

/** In Chinese text there is a space between figures and characters. */
function timesIn(times: readonly string[], language: Language): string {
  const parts = new Intl.ListFormat(localeOf(language), { type: 'conjunction' }).formatToParts(times);
  return parts.map(({ value }) => (/^\p{Script=Han}+$/u.test(value) ? ` ${value} ` : value)).join('');
}

/** A Sunday. */
const someSundayMs = Date.UTC(2026, 0, 4);
const dayMs = 86_400_000;

function daysIn(days: readonly number[], said: Words['said'], language: Language): string {
  if (days.join('') === '12345') return said.workdays;
  const format = new Intl.DateTimeFormat(localeOf(language), {
    weekday: language === 'zh' ? 'short' : 'long',
    timeZone: 'UTC',
  });
  const names = days.map((day) => format.format(someSundayMs + day * dayMs));
  return new Intl.ListFormat(localeOf(language), { type: 'conjunction' }).format(names);
}
