import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

type Value = string | ((...values: readonly unknown[]) => string);

/** Names and numbers, the same in both languages. */
const alike = new Set(['REST API', 'Tag', 'Webhook', 'Cron', 'SBOM', 'README']);

test('every text of the console is there in both languages, and differs', async () => {
  const folder = import.meta.dirname;
  const files = globSync('**/{text,*-text}.ts', { cwd: folder });
  assert.ok(files.length >= 5);
  const faults: string[] = [];
  for (const file of files) {
    const module = (await import(join(folder, file))) as Readonly<Record<string, unknown>>;
    for (const [name, texts] of Object.entries(module)) faults.push(...faultsOf(`${file} ${name}`, texts));
  }
  assert.deepEqual(faults, []);
});

function faultsOf(where: string, texts: unknown): string[] {
  return Object.entries(texts as Readonly<Record<string, { en: Value; zh: Value }>>).flatMap(
    ([key, { en, zh }]) => {
      const [english, chinese] = [said(en), said(zh)];
      if (english.trim() === '' || chinese.trim() === '') return [`${where}.${key} is empty`];
      if (english === chinese && !alike.has(english)) return [`${where}.${key} is the same in both`];
      return /\p{Script=Han}/u.test(english) && !/language/i.test(key)
        ? [`${where}.${key} is Chinese in English`]
        : [];
    },
  );
}

/** A function gets a value of which it can make what it likes. */
function said(value: Value): string {
  return typeof value === 'string' ? value : value('1', '1', '1', '1');
}
