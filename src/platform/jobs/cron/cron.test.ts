import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireTimeZone } from './instants-of.ts';
import { nextFire } from './next-fire.ts';
import { parseCron } from './parse-cron.ts';

/** The next turns behind a time, each as ISO text to the minute. */
function turns(cron: string, after: string, { zone = 'UTC', count = 3 } = {}): string[] {
  const parsed = parseCron(cron);
  const found: string[] = [];
  let at = Date.parse(after);
  while (found.length < count) {
    at = nextFire(parsed, at, zone);
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
}

const cases: readonly [name: string, cron: string, after: string, zone: string, expected: string[]][] = [
  [
    'every midnight',
    '0 0 0 * * *',
    '2026-12-30T00:00:00Z',
    'UTC',
    ['2026-12-31T00:00', '2027-01-01T00:00', '2027-01-02T00:00'],
  ],
  [
    'lists, ranges and steps',
    '0 5,50-59/5 8-9 * * *',
    '2026-01-01T08:06:00Z',
    'UTC',
    ['2026-01-01T08:50', '2026-01-01T08:55', '2026-01-01T09:05'],
  ],
  [
    'a step from a number on',
    '0 0 20/2 * * ?',
    '2026-01-01T00:00:00Z',
    'UTC',
    ['2026-01-01T20:00', '2026-01-01T22:00', '2026-01-02T20:00'],
  ],
  [
    'names of months and days',
    '0 0 0 ? jan,DEC Sun',
    '2026-12-20T00:00:00Z',
    'UTC',
    ['2026-12-27T00:00', '2027-01-03T00:00', '2027-01-10T00:00'],
  ],
  [
    'both days given: either is enough',
    '0 0 0 13 * FRI',
    '2026-02-10T00:00:00Z',
    'UTC',
    ['2026-02-13T00:00', '2026-02-20T00:00', '2026-02-27T00:00'],
  ],
  [
    'a leap day, over the eight years without one',
    '0 0 0 29 2 *',
    '2096-02-29T00:00:00Z',
    'UTC',
    ['2104-02-29T00:00', '2108-02-29T00:00', '2112-02-29T00:00'],
  ],
  [
    'a time of the day goes with the clock of the zone',
    '0 0 3 * * *',
    '2026-03-27T12:00:00Z',
    'Europe/Berlin',
    ['2026-03-28T02:00', '2026-03-29T01:00', '2026-03-30T01:00'],
  ],
  [
    'a time that the clock leaves out is the end of the gap, once',
    '0 15,30,45 2 * * *',
    '2026-03-28T12:00:00Z',
    'Europe/Berlin',
    ['2026-03-29T01:00', '2026-03-30T00:15', '2026-03-30T00:30'],
  ],
  [
    'a time that comes twice is the first one only',
    '0 30 2 * * *',
    '2026-10-24T12:00:00Z',
    'Europe/Berlin',
    ['2026-10-25T00:30', '2026-10-26T01:30', '2026-10-27T01:30'],
  ],
  [
    'every half hour goes on through the hour that comes twice',
    '0 */30 * * * *',
    '2026-10-25T00:00:00Z',
    'Europe/Berlin',
    ['2026-10-25T00:30', '2026-10-25T01:00', '2026-10-25T01:30'],
  ],
  [
    'every half hour has no turn more in the hour that is left out',
    '0 */30 * * * *',
    '2026-03-29T00:00:00Z',
    'Europe/Berlin',
    ['2026-03-29T00:30', '2026-03-29T01:00', '2026-03-29T01:30'],
  ],
  [
    'a zone of half an hour beside, which moves by half an hour',
    '0 15 2 * * *',
    '2026-10-03T00:00:00Z',
    'Australia/Lord_Howe',
    ['2026-10-03T15:30', '2026-10-04T15:15', '2026-10-05T15:15'],
  ],
  [
    'a day that a zone left out',
    '0 0 12 * * *',
    '2011-12-29T00:00:00Z',
    'Pacific/Apia',
    ['2011-12-29T22:00', '2011-12-30T10:00', '2011-12-30T22:00'],
  ],
  [
    'midnight where the clock goes forward at midnight',
    '0 0 0 * * *',
    '2026-04-23T00:00:00Z',
    'Africa/Cairo',
    ['2026-04-23T22:00', '2026-04-24T21:00', '2026-04-25T21:00'],
  ],
];

for (const [name, cron, after, zone, expected] of cases)
  test(`schedule: ${name}`, () => assert.deepEqual(turns(cron, after, { zone }), expected));

test('schedule: the turn behind one is never the same', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'])
    for (const cron of ['0 * * * * *', '0 30 2 * * *', '0 0 */5 * * *']) {
      const all = turns(cron, '2026-10-24T20:00:00Z', { zone, count: 40 });
      assert.deepEqual(all, [...new Set(all)].toSorted(), `${cron} in ${zone}`);
    }
});

const wrong: readonly [cron: string, message: RegExp][] = [
  ['0 0 * * *', /it has 5 fields instead of 6/],
  ['', /it has 0 fields instead of 6/],
  ['0 0 0 * * * 2026', /it has 7 fields instead of 6/],
  ['@daily', /it has 1 fields instead of 6/],
  ['*/5 * * * * *', /the first field, the seconds, has to be 0/],
  ['0 60 * * * *', /"60" is no minutes: 0 to 59/],
  ['0 0 24 * * *', /"24" is no hours: 0 to 23/],
  ['0 0 0 0 * *', /"0" is no day of the month: 1 to 31/],
  ['0 0 0 * 13 *', /"13" is no month: 1 to 12/],
  ['0 0 0 * * 7', /"7" is no day of the week: 0 to 6/],
  ['0 0 0 * * monday', /"monday" is no day of the week/],
  ['0 9-8 * * * *', /"9-8" is no minutes/],
  ['0 1-2-3 * * * *', /"1-2-3" is no minutes/],
  ['0 */0 * * * *', /"\*\/0" is no minutes/],
  ['0 */5/5 * * * *', /is no minutes/],
  ['0 , * * * *', /"," is no minutes/],
  ['0 -1 * * * *', /"-1" is no minutes/],
  ['0 1e1 * * * *', /"1e1" is no minutes/],
  [`0 ${'1,'.repeat(200)}1 * * * *`, /it is too long/],
];

for (const [cron, message] of wrong)
  test(`schedule: ${JSON.stringify(cron.slice(0, 20))} is refused, with the reason`, () => {
    assert.throws(() => parseCron(cron), { name: 'AppError', code: 'BAD_REQUEST', message });
  });

test('schedule: one whose day never comes is refused', () => {
  for (const cron of ['0 0 0 30 2 *', '0 0 0 31 4,6,9,11 ?'])
    assert.throws(() => turns(cron, '2026-01-01T00:00:00Z'), {
      code: 'BAD_REQUEST',
      message: /no day is ever like that/,
    });
});

test('schedule: a zone is one that there is', () => {
  requireTimeZone('UTC');
  requireTimeZone('Asia/Shanghai');
  for (const zone of ['', 'Nowhere/City', 'Europe/Berlin\0'])
    assert.throws(() => requireTimeZone(zone), { code: 'BAD_REQUEST', message: /is no time zone/ });
});
