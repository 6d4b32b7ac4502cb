import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { commandsPage, leavesOf, programFor } from './commands-page.ts';

const write = process.env['BERTH_WRITE_MANUAL'] === '1';

for (const lang of ['en', 'zh'] as const) {
  const file = new URL(`../../docs/${lang}/cli.md`, import.meta.url);

  test(`docs/${lang}/cli.md has every command and option as it is declared now (else: npm run docs:cli)`, () => {
    const page = readFileSync(file, 'utf8');
    const now = commandsPage(page, lang);
    if (write) writeFileSync(file, now);
    else assert.equal(page, now);
    for (const leaf of leavesOf(programFor(lang))) {
      assert.ok(now.includes(` ${leaf.name()}`), leaf.name());
      assert.match(leaf.description(), /\S/, `${leaf.name()} is not described`);
      for (const option of leaf.options)
        assert.match(option.description, /\S/, `${leaf.name()} ${option.flags} is not described`);
    }
  });
}

test('a page without the marks is refused', () => {
  assert.throws(() => commandsPage('no marks', 'en'), /has no lines/);
});

test('no option takes a password or a secret as its value: everybody on the machine could read it', () => {
  const options = leavesOf(programFor('en')).flatMap((leaf) => leaf.options);
  const secret = options.filter(({ long }) => /password|secret/.test(long ?? ''));
  assert.notEqual(secret.length, 0);
  for (const { flags, required, optional } of secret)
    if (required || optional) assert.match(flags, /<file>$/, flags);
});
