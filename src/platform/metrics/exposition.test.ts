import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Exposition, type MetricSources } from './exposition.ts';
import { harborTable } from './harbor-table.ts';
import { metricRows } from './metric-table.ts';

const nothing = Object.fromEntries(metricRows.map(([key]) => [key, () => []])) as unknown as MetricSources;

async function textOf(sources: Partial<MetricSources>, missing: string[] = []): Promise<string> {
  return new Exposition({ ...nothing, ...sources }, (metric) => missing.push(metric)).text();
}

test('every metric is there with its kind and what it is for', async () => {
  const text = await textOf({});
  for (const [, { name, type, help }] of metricRows) {
    assert.ok(text.includes(`# TYPE ${name} ${type}\n`), name);
    assert.ok(text.includes(`# HELP ${name} ${help.en}\n`), name);
  }
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
});

test('names follow the conventions: a counter ends in _total, nothing else does, no name twice', async () => {
  const names = metricRows.map(([, { name }]) => name);
  assert.equal(new Set(names).size, names.length);
  // Others gave these: Harbor, Docker's registry, the guide.
  const own = metricRows.filter(([key]) => !(key in harborTable));
  for (const [, { name, type }] of own) {
    assert.match(name, /^berth_[a-z0-9_]+$/);
    assert.equal(name.endsWith('_total'), type === 'counter', name);
  }
  for (const [, name = '', type] of (await textOf({})).matchAll(/^# TYPE (\S+) (\S+)$/gm))
    assert.ok(type === 'counter' || name.startsWith('harbor_') || !name.endsWith('_total'), name);
});

test('values are written with their labels, and quotes in them are no way out', async () => {
  const text = await textOf({
    build: () => [{ labels: { version: 'a"b\\c\nd' }, value: 1 }],
    requestDurations: () => [
      { suffix: '_bucket', labels: { route: '/', method: 'GET', le: 0.5 }, value: 3 },
      { suffix: '_count', labels: { route: '/', method: 'GET' }, value: 3 },
    ],
  });
  assert.ok(text.includes('berth_build_info{version="a\\"b\\\\c\\nd"} 1\n'));
  assert.ok(text.includes('berth_http_request_duration_seconds_bucket{route="/",method="GET",le="0.5"} 3\n'));
  assert.ok(text.includes('berth_http_request_duration_seconds_count{route="/",method="GET"} 3\n'));
});

test('what fails or hangs is left out, and the rest is told', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const missing: string[] = [];
  const told = textOf(
    {
      blobsMissing: () => Promise.reject(new Error('the database is away')),
      storageFree: () => new Promise(() => {}),
      lag: () => [{ labels: {}, value: 0.5 }],
    },
    missing,
  );
  await nextTurn();
  t.mock.timers.tick(3000);
  const text = await told;
  assert.doesNotMatch(text, /^berth_(?:blobs_missing|storage_free_bytes) /m);
  assert.match(text, /^berth_event_loop_lag_p99_seconds 0\.5$/m);
  assert.deepEqual(missing.toSorted(), ['berth_blobs_missing', 'berth_storage_free_bytes']);
});
