import type { Language } from './say.ts';

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-Hans-CN' };
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function localeOf(language: Language): string {
  return locales[language];
}

/** One of each language: to make a format takes as long as to use it some hundred times, and a table has hundreds of times. */
function inLanguages<T>(make: (locale: string) => T): (language: Language) => T {
  const made = new Map<Language, T>();
  return (language) => {
    const format = made.get(language) ?? make(locales[language]);
    made.set(language, format);
    return format;
  };
}

const numbers = inLanguages((locale) => new Intl.NumberFormat(locale));
const absolute = inLanguages(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }),
);
const days = inLanguages(
  (locale) =>
    new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }),
);

/** `128.4 MiB`; three digits at least where there are any. */
export function formatBytes(bytes: number, language: Language): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1023.95 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 100 ? 0 : 1;
  const text = digits === 0 ? formatNumber(Math.round(value), language) : value.toFixed(digits);
  return `${text} ${units[unit] ?? 'B'}`;
}

/** Whole ones are alike in both languages: `Intl` loads for some 30 ms before it tells the first, a tenth of what a page takes. */
export function formatNumber(value: number, language: Language): string {
  return Number.isSafeInteger(value)
    ? String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
    : numbers(language).format(value);
}

const durations = {
  seconds: ['second', '秒'],
  minutes: ['minute', '分钟'],
  days: ['day', '天'],
} as const;

/** `30 minutes`, `30 分钟`. */
export function formatDuration(
  value: number,
  { unit, language }: { readonly unit: keyof typeof durations; readonly language: Language },
): string {
  const [english, chinese] = durations[unit];
  if (language === 'zh') return `${formatNumber(value, language)} ${chinese}`;
  return value.toLocaleString(locales.en, { style: 'unit', unit: english, unitDisplay: 'long' });
}

/** `0.874` → `87 %`; nothing that is left is called whole. */
export function formatShare(share: number, language: Language): string {
  const percent = share < 1 ? Math.floor(share * 100) : Math.round(share * 100);
  return `${formatNumber(percent, language)} %`;
}

interface Step {
  readonly seconds: number;
  /** From which on it tells what comes, in smaller ones being more exact; default: from one. */
  readonly ahead?: number;
  readonly en: string;
  readonly zh: string;
}

const steps: readonly Step[] = [
  { seconds: 365 * 86_400, ahead: 730 * 86_400, en: 'year', zh: '年' },
  { seconds: 30 * 86_400, ahead: 60 * 86_400, en: 'month', zh: '个月' },
  { seconds: 7 * 86_400, ahead: Infinity, en: 'week', zh: '周' },
  { seconds: 86_400, en: 'day', zh: '天' },
  { seconds: 3600, en: 'hour', zh: '小时' },
  { seconds: 60, en: 'minute', zh: '分钟' },
];

/**
 * `2 hours ago`, `in 6 days`, as `Intl` says them, in Chinese with a space behind the number; what is less than a minute away
 * is now. What has passed is told by what is full of it; of what comes the days are those of the calendar, up to two months,
 * and all else the nearest number.
 */
export function formatRelative(at: number, now: number, language: Language): string {
  const left = Math.round((at - now) / 1000);
  const step = steps.find(({ seconds, ahead = seconds }) => Math.abs(left) >= (left < 0 ? seconds : ahead));
  if (step === undefined) return language === 'zh' ? '刚刚' : 'just now';
  const exact = Math.abs(left) / step.seconds;
  const count = left < 0 ? Math.trunc(exact) : step.en === 'day' ? daysUntil(at, now) : Math.round(exact);
  const number = formatNumber(count, language);
  if (language === 'zh') return `${number} ${step.zh}${left < 0 ? '前' : '后'}`;
  const time = `${number} ${step.en}${count === 1 ? '' : 's'}`;
  return left < 0 ? `${time} ago` : `in ${time}`;
}

/** How many days later it is in the calendar of the browser; what ends with a day is still of that day. */
export function daysUntil(at: number, now: number): number {
  const dayOf = (time: number): number => new Date(time - 1).setHours(0, 0, 0, 0);
  return Math.round((dayOf(at) - dayOf(now)) / 86_400_000);
}

/** With its zone, in that of the browser, behind the time, which Chinese has before it. */
export function formatAbsolute(at: number, language: Language): string {
  if (language === 'en') return absolute(language).format(at);
  const parts = absolute(language).formatToParts(at);
  const zone = parts.find(({ type }) => type === 'timeZoneName');
  const time = parts.map(({ type, value }) => (type === 'timeZoneName' ? '' : value)).join('');
  return `${time.replaceAll(/\s+/g, ' ').trim()} ${zone?.value ?? ''}`;
}

/** When something ends: `the end of Fri, 4 Dec 2026` where the browser is at midnight then, as a day is chosen; else to the second. */
export function formatEnd(at: number, language: Language): string {
  const end = new Date(at);
  if (end.getTime() !== new Date(at).setHours(0, 0, 0, 0)) return formatAbsolute(at, language);
  const day = days(language).format(at - 1);
  return language === 'zh' ? `${day}结束时` : `the end of ${day}`;
}

/** Harbor writes the year 1 for never. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text.startsWith('0001-')) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** `sha256:9f2c41aa…` → `9f2c41aab7d0`, twelve digits as every client shows. */
export function shortDigest(digest: string): string {
  const [, hex = digest] = digest.split(':', 2);
  return hex.slice(0, 12);
}
