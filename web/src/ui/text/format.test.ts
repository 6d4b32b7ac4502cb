import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatAbsolute,
  formatBytes,
  formatEnd,
  formatNumber,
  formatRelative,
  localeOf,
  shortDigest,
  timeOf,
} from './format.ts';

test('sizes are in units of 1024, with as many digits as say something', () => {
  const sizes = [0, 1, 1023, 1024, 1536, 134_632_000, 1024 ** 4, 5 * 1024 ** 6];
  assert.deepEqual(
    sizes.map((bytes) => formatBytes(bytes, 'en')),
    ['0 B', '1 B', '1,023 B', '1.0 KiB', '1.5 KiB', '128 MiB', '1.0 TiB', '5,120 PiB'],
  );
  assert.equal(formatBytes(1024 ** 2 - 1, 'en'), '1.0 MiB');
});

test('times are told by their distance in either language', () => {
  const now = Date.parse('2026-01-02T00:00:00Z');
  const at = (seconds: number): string[] =>
    (['en', 'zh'] as const).map((language) => formatRelative(now + seconds * 1000, now, language));
  assert.deepEqual(at(-20), ['just now', '刚刚']);
  assert.deepEqual(at(-2 * 3600), ['2 hours ago', '2 小时前']);
  assert.deepEqual(at(6 * 86_400), ['in 6 days', '6 天后']);
});

test('what comes is as many days away as the calendar says, whatever the hour', () => {
  const noon = new Date(2026, 10, 30, 12).getTime();
  const at = (...time: [number, number, number, number?]): string =>
    formatRelative(new Date(...time).getTime(), noon, 'en');
  // Seven days in the trash, a moment later; to the end of 4 Dec, and to the morning of the fifth.
  assert.equal(formatRelative(noon + 7 * 86_400_000 - 30_000, noon, 'en'), 'in 7 days');
  assert.deepEqual(
    [at(2026, 11, 5), at(2026, 11, 5, 9), at(2026, 11, 6)],
    ['in 4 days', 'in 5 days', 'in 5 days'],
  );
  assert.deepEqual([at(2026, 11, 1, 11), at(2026, 11, 1, 23)], ['in 23 hours', 'in 1 day']);
  assert.deepEqual([at(2027, 0, 14), at(2027, 1, 28)], ['in 44 days', 'in 3 months']);
  assert.equal(formatRelative(noon + 58 * 60_000 + 40_000, noon, 'en'), 'in 59 minutes');
  assert.equal(formatRelative(noon + 365 * 86_400_000, noon, 'en'), 'in 12 months');
});

test('the zone of a time stands behind it', () => {
  const at = Date.UTC(2026, 10, 30, 11, 3, 55);
  const zone = /(?:UTC|GMT|CET)\S*$/;
  assert.match(formatAbsolute(at, 'en'), zone);
  assert.match(formatAbsolute(at, 'zh'), /^2026年\d+月\d+日 \d+:03:55 (?:UTC|GMT|CET)\S*$/);
});

test('numbers and distances of time are told as the browser would tell them', () => {
  const minute = 60;
  const day = 86_400;
  const lengths = { year: 365 * day, month: 30 * day, week: 7 * day, day, hour: 3600, minute } as const;
  for (const language of ['en', 'zh'] as const) {
    const numbers = new Intl.NumberFormat(localeOf(language));
    for (const value of [0, 7, -999, 1000, -1234, 65_536, 1_234_567, 1.5, 1e21])
      assert.equal(formatNumber(value, language), numbers.format(value));
    const relative = new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'always' });
    for (const [unit, seconds] of Object.entries(lengths))
      for (const count of unit === 'year' ? [1, 2, 2000] : [1, 3])
        for (const way of unit === 'week' || (count === 1 && /month|year/.test(unit)) ? [-1] : [-1, 1])
          assert.equal(
            formatRelative(way * count * seconds * 1000, 0, language),
            // But for the space between digits and characters, which all numbers of the console have.
            relative
              .format(way * count, unit as keyof typeof lengths)
              .replace(/(\d)(\p{Script=Han})/u, '$1 $2'),
          );
  }
});

test('what ends with a day is told by that day, everything else by its time', () => {
  const midnight = new Date(2026, 11, 5).getTime();
  assert.equal(formatEnd(midnight, 'en'), 'the end of Fri, 4 Dec 2026');
  assert.equal(formatEnd(midnight, 'zh'), '2026年12月4日周五结束时');
  assert.equal(formatEnd(midnight + 1000, 'en'), formatAbsolute(midnight + 1000, 'en'));
});

test('the year 1 is never, and a digest is shown by twelve digits', () => {
  assert.equal(timeOf('0001-01-01T00:00:00.000Z'), undefined);
  assert.equal(timeOf(''), undefined);
  assert.equal(timeOf('2026-01-02T00:00:00.000Z'), 1_767_312_000_000);
  assert.equal(shortDigest(`sha256:${'0123456789'.repeat(7)}`), '012345678901');
});
