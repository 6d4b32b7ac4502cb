import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { atMostEachSecond } from './at-most-each-second.ts';
import { Durations, type Sample } from './durations.ts';
import { RecentLoad } from './recent-load.ts';
import { RequestMeter } from './request-meter.ts';
import { WorkMeter } from './work-meter.ts';

function valueOf(samples: readonly Sample[], labels: Sample['labels'], suffix?: string): number | undefined {
  return samples.find(
    (each) =>
      each.suffix === suffix && Object.entries(labels).every(([name, value]) => each.labels[name] === value),
  )?.value;
}

test('a duration counts in every bucket that it does not exceed', () => {
  const durations = new Durations();
  for (const seconds of [0.001, 0.0011, 7, 1000]) durations.observe(seconds);
  const samples = durations.samples({ a: 'b' });
  const bucket = (le: number | string) => valueOf(samples, { a: 'b', le }, '_bucket');
  assert.deepEqual([0.001, 0.0025, 5, 10, 300, '+Inf'].map(bucket), [1, 2, 2, 3, 3, 4]);
  assert.equal(valueOf(samples, { a: 'b' }, '_count'), 4);
  assert.equal(valueOf(samples, { a: 'b' }, '_sum'), 1007.0021);
});

test('requests are counted by route, method and class of status, and those in flight', () => {
  const meter = new RequestMeter();
  const flights = [200, 206, 404, 0].map((status) => ({ status, route: '/v2/<name>/blobs/<digest>' }));
  for (const flight of flights) meter.begin(flight);
  for (const flight of flights.slice(0, 3)) meter.end(flight, ended('GET', flight.status, 0.1));
  assert.equal(meter.inFlight, 1);
  assert.equal(meter.ended, 3);
  const counts = meter.counts();
  const labels = { face: 'oci', route: '/v2/<name>/blobs/<digest>', method: 'GET' };
  assert.equal(valueOf(counts, { ...labels, code: '2xx' }), 2);
  assert.equal(valueOf(counts, { ...labels, code: '4xx' }), 1);
  assert.equal(counts.length, 2);
  assert.equal(valueOf(meter.durations(), { method: 'GET' }, '_count'), 3);
});

test('whatever methods and statuses a client or a fault makes, the series stay few', () => {
  const meter = new RequestMeter();
  for (let each = 0; each < 1000; each++) {
    const flight = { route: '' };
    meter.begin(flight);
    meter.end(flight, ended(`METHOD${each}`, 400 + (each % 99), 0));
  }
  assert.deepEqual(meter.counts(), [
    { labels: { face: 'other', route: 'other', method: 'other', code: '4xx' }, value: 1000 },
  ]);
});

test('work is counted by how it ended', async () => {
  const meter = new WorkMeter();
  assert.equal(await meter.measure(() => Promise.resolve(7)), 7);
  await assert.rejects(
    meter.measure(() => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.deepEqual([meter.done, meter.failed], [1, 1]);
  assert.equal(valueOf(meter.durations.samples(), {}, '_count'), 2);
});

test('the recent load is about the window that ended, and a blocked loop is lag', async () => {
  let requests = 5;
  using load = new RecentLoad(() => requests);
  assert.equal(load.requestsPerSecond, 0);
  await delay(50);
  const blockedMs = 300;
  const blockedFrom = performance.now();
  while (performance.now() - blockedFrom < blockedMs);
  await delay(50);
  requests += 10;
  load.roll();
  const most = (10 * 1000) / blockedMs;
  assert.ok(load.requestsPerSecond > 0 && load.requestsPerSecond <= most, `${load.requestsPerSecond}`);
  assert.ok(load.lagP99Seconds >= 0.25, `${load.lagP99Seconds} s`);
  load.roll();
  assert.equal(load.requestsPerSecond, 0);
});

test('whoever asks often is told the same for a second', async (t) => {
  let asked = 0;
  const ask = atMostEachSecond(() => Promise.resolve((asked += 1)));
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [1, 1, 1]);
  const now = performance.now();
  t.mock.method(performance, 'now', () => now + 1500);
  assert.equal(await ask(), 2);
});

function ended(method: string, status: number, seconds: number) {
  return { method, status, seconds, receivedBytes: 0, sentBytes: 10 };
}

test('a summary has quantiles between the bounds, and the sum of two is as if one had seen all', () => {
  const [one, two] = [new Durations(), new Durations()];
  for (let each = 0; each < 90; each++) one.observe(0.004);
  for (let each = 0; each < 10; each++) two.observe(20);
  one.add(two);
  const samples = one.summary({ a: 'b' });
  const quantile = (part: number) => valueOf(samples, { a: 'b', quantile: part });
  assert.ok(Math.abs((quantile(0.5) ?? 0) - (0.0025 + 0.0025 * (50 / 90))) < 1e-9);
  assert.equal(quantile(0.9), 0.005);
  assert.equal(quantile(0.99), 28);
  assert.equal(valueOf(samples, { a: 'b' }, '_count'), 100);
  assert.deepEqual(new Durations().summary()[0], { labels: { quantile: 0.5 }, value: 0 });
});
