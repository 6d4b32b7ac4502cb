import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { settingsPage } from './settings-page.ts';
import { rowOf, settingKeys } from './table.ts';

const write = process.env['BERTH_WRITE_MANUAL'] === '1';

for (const lang of ['en', 'zh'] as const) {
  const file = new URL(`../../../docs/${lang}/configuration.md`, import.meta.url);

  test(`docs/${lang}/configuration.md has every setting of the run time as it is now (else: npm run docs:settings)`, () => {
    const page = readFileSync(file, 'utf8');
    const now = settingsPage(page, lang);
    if (write) writeFileSync(file, now);
    else assert.equal(page, now);
    for (const key of settingKeys) {
      const { doc, use } = rowOf(key);
      for (const part of [`| \`${key}\` |`, doc[lang], use.kind === 'refused' ? use.needs[lang] : ''])
        assert.ok(now.includes(part), part);
    }
  });
}

test('a page without the marks is refused', () => {
  assert.throws(() => settingsPage('no marks', 'en'), /has no lines/);
});
