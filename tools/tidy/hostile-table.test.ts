import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const path = 'docs/design/hostile-input.md';

test('each test that the table of hostile input names exists, and each row names one or says what is missing', () => {
  const rows = readFileSync(join(root, path), 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!subject|known as)/.test(line));
  assert.ok(rows.length > 30, `${rows.length} rows`);
  for (const row of rows) {
    const named = [...row.matchAll(/`([^`]+\.ts)`(?: "([^"]+)")?/g)];
    assert.ok(named.length > 0 || row.includes('not built yet: '), `names no test: ${row}`);
    for (const [, file = '', name = ''] of named) {
      const text = readFileSync(join(root, file), 'utf8');
      assert.ok(text.includes(name), `${file} has no test "${name}"`);
    }
  }
});
