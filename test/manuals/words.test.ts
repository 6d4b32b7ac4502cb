// In Chinese a tag is a Tag and a label a 标签, as in the console.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../harness/berth-command.ts';

const read = (language: string, page: string): string =>
  readFileSync(join(root, 'docs', language, page), 'utf8');

test('标签 stands only in pages that speak of labels', () => {
  const pages = readdirSync(join(root, 'docs/zh')).filter((page) => page.endsWith('.md'));
  assert.ok(pages.length > 20);
  const wrong = pages.filter((page) => read('zh', page).includes('标签') && !/label/i.test(read('en', page)));
  assert.deepEqual(wrong, []);
});

test('the command calls labels 标签, and nothing else', () => {
  const lines = (language: string) =>
    read(language, 'cli.md')
      .split('\n')
      .filter((line) => line.startsWith('| `berth '));
  const nameOf = (line: string): string => line.split('`')[1] ?? '';
  const english = new Map(lines('en').map((line) => [nameOf(line), line]));
  const wrong = lines('zh').filter(
    (line) => line.includes('标签') && !/label/i.test(english.get(nameOf(line)) ?? ''),
  );
  assert.deepEqual(wrong.map(nameOf), []);
});
