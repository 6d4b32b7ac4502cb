import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { contract } from './harbor-contract.ts';
import { differencesPage, readDifferences, reasons } from './harbor-differences.ts';

const differences = readDifferences();
const write = process.env['BERTH_WRITE_MANUAL'] === '1';

test('what differs from Harbor says of what, how, and why, for one of six reasons', (t) => {
  const ids = new Set(contract.operations.map(({ operationId }) => operationId));
  const seen = new Set<string>();
  for (const each of differences) {
    const { operation, harbor, berth, reason } = each;
    assert.deepEqual(Object.keys(each).toSorted(), ['berth', 'harbor', 'operation', 'reason']);
    assert.ok(reason in reasons, `${operation}: ${reason} is no reason to differ`);
    const isAddress = /^(?:GET|POST|PUT|DELETE) \/[\w./]+$/.test(operation);
    assert.ok(operation === '*' || isAddress || ids.has(operation), `there is no ${operation}`);
    for (const text of [harbor.en, harbor.zh, berth.en, berth.zh]) {
      assert.ok(text.length > 0 && !/[|\n]/.test(text), operation);
    }
    const key = `${operation} ${harbor.en}`;
    assert.ok(!seen.has(key), `twice: ${key}`);
    seen.add(key);
  }
  const counts = Object.keys(reasons).map(
    (reason) => `${reason} ${differences.filter((each) => each.reason === reason).length}`,
  );
  t.diagnostic(`${differences.length} differences from Harbor: ${counts.join(', ')}`);
});

for (const lang of ['en', 'zh'] as const) {
  test(`docs/${lang}/differences-from-harbor.md is as the list is now (else: npm run docs:differences)`, () => {
    const file = new URL(`../../docs/${lang}/differences-from-harbor.md`, import.meta.url);
    const page = differencesPage(differences, lang);
    if (write) writeFileSync(file, page);
    else assert.equal(readFileSync(file, 'utf8'), page);
  });
}
