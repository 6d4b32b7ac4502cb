import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { metricRows } from './metric-table.ts';
import { metricsPage } from './metrics-page.ts';

const write = process.env['BERTH_WRITE_MANUAL'] === '1';

for (const lang of ['en', 'zh'] as const) {
  const file = new URL(`../../../docs/${lang}/operations.md`, import.meta.url);

  test(`docs/${lang}/operations.md has every metric as it is now (else: npm run docs:metrics)`, () => {
    const page = readFileSync(file, 'utf8');
    const now = metricsPage(page, lang);
    if (write) writeFileSync(file, now);
    else assert.equal(page, now);
    for (const [, { name, help }] of metricRows)
      assert.ok(now.includes(name) && now.includes(help[lang]), name);
  });
}

test('a page without the marks is refused, and what stands around them stays', () => {
  assert.throws(() => metricsPage('no marks', 'en'), /has no lines/);
  const around = metricsPage(
    'before\n<!-- from src/platform/metrics/metric-table.ts: npm run docs:metrics -->\nold\n<!-- end -->\nafter\n',
    'en',
  );
  assert.match(around, /^before\n/);
  assert.match(around, /\n<!-- end -->\nafter\n$/);
  assert.doesNotMatch(around, /^old$/m);
});
