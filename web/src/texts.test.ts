import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

type Value = string | ((...values: readonly unknown[]) => string);

/** Names and numbers, the same in both languages. */
const alike = new Set(['REST API', 'Tag', 'Webhook', 'Cron', 'SBOM', 'README']);

test('every text of the console is there in both languages, and differs', async () => {
  const folder = import.meta.dirname;
  const files = globSync('**/{text,*-text}.ts', { cwd: folder, exclude: ['**/use-*.ts'] });
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
      // Numbers come as they are or as they are shown.
      if ([english, said(en, 1)].every(isManyOfOne) && !neverOne.has(key))
        return [`${where}.${key} says “${english}” of one`];
      if (looseMark.test(chinese))
        return [`${where}.${key} has a blank behind a full-width mark, or a half-width colon`];
      return /\p{Script=Han}/u.test(english) && !/language/i.test(key)
        ? [`${where}.${key} is Chinese in English`]
        : [];
    },
  );
}

/** Full-width punctuation has its blank in itself. */
const looseMark = /[：，。；！？、（）“”] (?=\S)|\p{Script=Han}: /u;

test('no page joins texts by a half-width colon, which Chinese has none of', () => {
  const files = globSync('**/*.tsx', { cwd: import.meta.dirname });
  const faults = files.filter((file) =>
    /\b(?:said|parts|labels?|ui)[.\w[\]]*\}: /.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
  );
  assert.deepEqual(faults, []);
});

/** Said of numbers that are never one, and of sizes. */
const neverOne = new Set([
  'everyMinutes',
  'everyHours',
  'everyHoursAt',
  'mostTargets',
  'days',
  'ending',
  'free',
  'matchesAtLeast',
  'several',
]);
/** What stands behind a name that is put in, and a unit. */
const noNoun = /^(?:is|has|was|keeps|sees|loses|gets|signs|uses|finds|ends|waits|goes|leads|becomes|ms)$/;

/** `1 jobs`, `1 of the tags were`. */
function isManyOfOne(english: string): boolean {
  const nouns = [...english.matchAll(/(?<![\w.])1 (?:further )?([a-z]+s)\b/g)].map(([, noun = '']) => noun);
  return (
    nouns.some((noun) => !noNoun.test(noun)) ||
    /(?<![\w.])1 (?:of the \w+ )?(?:are|were|wait)\b/.test(english)
  );
}

/** A function gets a value of which it can make what it likes. */
function said(value: Value, given: number | string = '1'): string {
  return typeof value === 'string' ? value : value(given, given, given, given);
}
