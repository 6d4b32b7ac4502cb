import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uiTexts } from '../text.ts';
import { say } from './say.ts';
import { sayCron } from './say-cron.ts';

const inWords = (cron: string): readonly (string | undefined)[] =>
  (['en', 'zh'] as const).map((language) =>
    sayCron(cron, { said: say(uiTexts, language), language, zone: 'UTC' }),
  );

test('a common schedule is a sentence in both languages', () => {
  const sentences: readonly [cron: string, en: string, zh: string][] = [
    ['0 * * * * *', 'every minute', '每分钟'],
    ['0 */15 * * * *', 'every 15 minutes', '每 15 分钟'],
    ['0 0 * * * *', 'every hour', '每小时'],
    ['0 20 * * * *', 'every hour, 20 minutes past it', '每小时的第 20 分钟'],
    ['0 0 */6 * * *', 'every 6 hours', '每 6 小时'],
    ['0 5 0/6 * * ?', 'every 6 hours, 5 minutes past the hour', '每 6 小时，在第 5 分钟'],
    ['0 1 * * * *', 'every hour, 1 minute past it', '每小时的第 1 分钟'],
    ['0 1 */6 * * *', 'every 6 hours, 1 minute past the hour', '每 6 小时，在第 1 分钟'],
    ['0 0 0 * * *', 'every day at 00:00 UTC', '每天 00:00 UTC'],
    ['0 30 2,14 * * *', 'every day at 02:30 and 14:30 UTC', '每天 02:30 和 14:30 UTC'],
    ['0 30 2,8,14 * * *', 'every day at 02:30, 08:30 and 14:30 UTC', '每天 02:30、08:30 和 14:30 UTC'],
    ['0 0 4 * * 0', 'every Sunday at 04:00 UTC', '每周日 04:00 UTC'],
    ['0 0 3 ? * sun', 'every Sunday at 03:00 UTC', '每周日 03:00 UTC'],
    ['0 0 3 * * MON-FRI', 'every Monday to Friday at 03:00 UTC', '每周一至周五 03:00 UTC'],
    ['0 0 3 * * 0,3', 'every Wednesday and Sunday at 03:00 UTC', '每周三和周日 03:00 UTC'],
    ['0 0 1 15 * ?', 'on day 15 of every month at 01:00 UTC', '每月 15 日 01:00 UTC'],
    ['0 0 4 1 2 *', 'every year on 1 February, 04:00 UTC', '每年 2 月 1 日 04:00 UTC'],
    ['0 0 4 31 dec ?', 'every year on 31 December, 04:00 UTC', '每年 12 月 31 日 04:00 UTC'],
    [
      '0 0 1 31 * *',
      'on day 31 of every month that has one, at 01:00 UTC',
      '每月 31 日（没有该日的月份除外）01:00 UTC',
    ],
  ];
  for (const [cron, ...words] of sentences) assert.deepEqual(inWords(cron), words, cron);
});

test('any other schedule is not put into words that are not its own', () => {
  for (const cron of [
    '',
    '0 0 0 * *',
    '0 */7 * * * *',
    '0 */15 2 * * *',
    '0 0 0 29 2 *',
    '0 0 0 0 1 *',
    '0 0 0 1 13 *',
    '0 0 0 1 0 *',
    '0 0 0 1 1 1',
    '0 0 0 1 1,7 *',
    '0 0 0 * 1 *',
    '0 0 0 1 * 1',
    '0 0 0 0 * *',
    '0 0 24 * * *',
    '0 0 1-5 * * *',
    '0 0 1 * * FRI-MON',
    '0 0 1 * * 1/2',
    '0 0 1 31,1 * *',
    '5 0 0 * * *',
  ])
    assert.deepEqual(inWords(cron), [undefined, undefined], cron);
});
