import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cli } from '../cli.ts';
import { type Contents, readContents } from './read-contents.ts';

const cli: Cli = { lang: 'en', entry: new URL(import.meta.url), env: {}, cwd: '/' };

/** Answers one after the other, the last one again and again. */
function asking(...answers: readonly Contents[]) {
  let asked = 0;
  const get = (<T>() => {
    asked += 1;
    return Promise.resolve(answers[Math.min(asked, answers.length) - 1] as T);
  }) satisfies (path: string) => Promise<unknown>;
  const told = readContents(cli, { get }, '/layers', () => Promise.resolve());
  return { told, asked: () => asked };
}

test('a server is asked until it has read all layers', async () => {
  const all = { reading: false, layers: [{ state: 'read' }] };
  const { told, asked } = asking({ reading: true }, { reading: true }, all);
  assert.deepEqual([await told, asked()], [all, 3]);
});

test('who waits for layers ends at one that failed, which would be tried again by each question', async () => {
  const failed = { reading: true, layers: [{ state: 'reading' }, { state: 'failed' }] };
  const { told, asked } = asking({ reading: true, layers: [{ state: 'reading' }] }, failed);
  assert.deepEqual([await told, asked()], [failed, 2]);
});

test('who waits for layers that are never read is told so after ten minutes', async () => {
  const { told, asked } = asking({ reading: true });
  await assert.rejects(told, {
    name: 'Refused',
    message: /not read all layers within 10 minutes/,
    exitCode: 1,
  });
  assert.equal(asked(), 1200);
});
