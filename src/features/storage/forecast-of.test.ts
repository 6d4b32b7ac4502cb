import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecastOf } from './forecast-of.ts';

const gib = 2 ** 30;
const rising = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ day: 20_000 + at, bytes: at * gib }));

test('what rises evenly is full on the day on which its room is used up', () => {
  const found = forecastOf(rising(30), 10 * gib, 20_029);
  assert.deepEqual(found, { state: 'growing', days: 30, bytesPerDay: gib, fullOn: 20_039 });
  const exceeded = forecastOf(rising(30), -5, 20_029);
  assert.equal(exceeded.state === 'growing' && exceeded.fullOn, 20_029);
});

test('one large push and one collection do not bend the line, days without a figure neither', () => {
  const points = rising(30)
    .map((point) => (point.day === 20_010 ? { ...point, bytes: 900 * gib } : point))
    .map((point) => (point.day === 20_020 ? { ...point, bytes: 0 } : point))
    .filter(({ day }) => day % 3 !== 0);
  const found = forecastOf(points, gib, 20_029);
  assert.equal(found.state === 'growing' && found.bytesPerDay, gib);
});

test('less than a week is not enough data, also with holes', () => {
  assert.deepEqual(forecastOf([], gib, 1), { state: 'not-enough-data', days: 0 });
  assert.equal(forecastOf(rising(6), gib, 1).state, 'not-enough-data');
  assert.equal(
    forecastOf(
      rising(8).filter(({ day }) => day !== 20_003 && day !== 20_004),
      gib,
      1,
    ).state,
    'not-enough-data',
  );
});

test('what shrinks or stays is not growing, and without a limit nothing is full', () => {
  const shrinking = rising(20).map(({ day, bytes }) => ({ day, bytes: 100 * gib - bytes }));
  assert.equal(forecastOf(shrinking, gib, 1).state, 'not-growing');
  const free = forecastOf(rising(20), undefined, 1);
  assert.equal(free.state === 'growing' && free.fullOn, undefined);
});
