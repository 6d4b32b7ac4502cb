import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { optionRows } from './options.ts';
import { optionsPage } from './options-page.ts';

const write = process.env['BERTH_WRITE_MANUAL'] === '1';

for (const lang of ['en', 'zh'] as const) {
  const file = new URL(`../../../docs/${lang}/configuration.md`, import.meta.url);

  test(`docs/${lang}/configuration.md has every setting as it is now (else: npm run docs:configuration)`, () => {
    const page = readFileSync(file, 'utf8');
    const now = optionsPage(page, lang);
    if (write) writeFileSync(file, now);
    else assert.equal(page, now);
  });

  test(`the page in ${lang} tells key, variable, flag, default and purpose of every setting`, () => {
    const page = optionsPage(readFileSync(file, 'utf8'), lang);
    for (const [, { key, env, flag, fallback, doc }] of optionRows)
      for (const part of [key, env, flag ?? '', fallback, doc[lang]])
        assert.ok(page.includes(part.replaceAll('|', '\\|')), part);
  });
}

test('what people wrote around the settings stays, and a page without the marks is refused', () => {
  const around = optionsPage(
    'before\n<!-- from src/platform/config/options.ts: npm run docs:configuration -->\nold\n<!-- end -->\nafter\n',
    'en',
  );
  assert.match(around, /^before\n/);
  assert.match(around, /\n<!-- end -->\nafter\n$/);
  assert.doesNotMatch(around, /^old$/m);
  assert.throws(() => optionsPage('no marks', 'en'), /has no lines/);
});
