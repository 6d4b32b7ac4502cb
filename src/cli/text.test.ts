import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartProblem, type StartProblemCode, startProblems } from '../lib/start-problem.ts';
import type { Text } from '../lib/text/language.ts';
import { accessTexts } from './access/text.ts';
import { archiveProblemTexts, archiveTexts } from './archive/text.ts';
import { artifactTexts } from './artifact/text.ts';
import { backupTexts } from './backup/text.ts';
import { completionTexts } from './completion/text.ts';
import { configFilesTexts, fileTexts } from './config-files/text.ts';
import { dbTexts } from './db/text.ts';
import { demoTexts } from './demo/text.ts';
import { deviceTexts } from './device/text.ts';
import { eventTexts } from './events/text.ts';
import { groupTexts } from './group/text.ts';
import { importTexts, reasonTexts } from './import/text.ts';
import { jobTexts } from './job/text.ts';
import { projectTexts } from './project/text.ts';
import { restTexts } from './rest/text.ts';
import { restoreTexts } from './restore/text.ts';
import { storageTexts } from './storage/text.ts';
import { cliTexts, exitCodeTexts, problemTexts } from './text.ts';
import { tlsTexts } from './tls/text.ts';
import { tokenTexts } from './token/text.ts';
import { userTexts } from './user/text.ts';
import { verifyTexts } from './verify/text.ts';

const commandTexts: readonly Readonly<Record<string, Text>>[] = [
  cliTexts,
  accessTexts,
  archiveTexts,
  archiveProblemTexts,
  artifactTexts,
  backupTexts,
  completionTexts,
  groupTexts,
  importTexts,
  reasonTexts,
  configFilesTexts,
  fileTexts,
  dbTexts,
  demoTexts,
  deviceTexts,
  eventTexts,
  jobTexts,
  projectTexts,
  restTexts,
  restoreTexts,
  userTexts,
  storageTexts,
  tlsTexts,
  tokenTexts,
  verifyTexts,
];
const codes = Object.keys(startProblems) as StartProblemCode[];

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted();
}

function checkPair(name: string, { en, zh }: Text): void {
  assert.match(en, /\S/, `${name} is empty in English`);
  assert.match(zh, /\S/, `${name} is empty in Chinese`);
  assert.deepEqual(placeholders(zh), placeholders(en), `${name} has other values in Chinese`);
}

test('every start problem ends the process with a documented exit code that is not success', () => {
  for (const code of codes) {
    const { exitCode } = new StartProblem(code);
    assert.equal(exitCode, startProblems[code]);
    assert.notEqual(exitCode, 0, code);
    assert.ok(exitCodeTexts[exitCode] !== undefined, `${code} ends with ${exitCode}, which has no text`);
  }
});

test('every start problem is said in both languages, with the same values', () => {
  assert.deepEqual(Object.keys(problemTexts).toSorted(), codes.toSorted());
  for (const code of codes) {
    // Its text is put together where the setting is read, in both languages.
    if (code === 'configInvalid') assert.deepEqual(problemTexts[code], { en: '{en}', zh: '{zh}' });
    else checkPair(code, problemTexts[code]);
  }
});

test('a start problem names only values that can be filled in, once per brace', () => {
  for (const { en, zh } of Object.values(problemTexts))
    for (const text of [en, zh]) assert.doesNotMatch(text.replace(/\{\w+\}/g, ''), /[{}]/);
});

test('every text of the command line is there in both languages, with the same values', () => {
  for (const texts of commandTexts) for (const [name, text] of Object.entries(texts)) checkPair(name, text);
});

test('the Chinese texts are Chinese and the English ones are not', () => {
  const han = /\p{Script=Han}/u;
  const all = [problemTexts, ...commandTexts].flatMap((texts) => Object.entries<Text>(texts));
  for (const [name, { en, zh }] of all) {
    assert.doesNotMatch(en, han, name);
    // What everybody calls a tag is called so in both.
    if (name !== 'configInvalid' && zh !== 'Tag') assert.match(zh, han, name);
  }
});

test('every exit code is explained in both languages', () => {
  for (const [code, text] of Object.entries(exitCodeTexts)) checkPair(`exit code ${code}`, text);
});

test('a start problem keeps its values and its cause, and names itself for the log', () => {
  const cause = new Error('EACCES');
  const problem = new StartProblem('folderNotWritable', { folder: '/srv', cause: 'EACCES' }, { cause });
  assert.equal(problem.name, 'StartProblem');
  assert.deepEqual(problem.values, { folder: '/srv', cause: 'EACCES' });
  assert.equal(problem.cause, cause);
  assert.match(problem.message, /folderNotWritable.*\/srv/);
});
