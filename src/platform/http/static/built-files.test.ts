import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeTempFolder } from '../../db/testing/test-database.ts';
import { fileOps } from '../../files/file-ops.ts';
import { BuiltFiles } from './built-files.ts';

const folder = makeTempFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

test('what is built while the server runs is found, and only what the build lists is read', async () => {
  const built = new BuiltFiles(fileOps, join(folder, 'console'));
  assert.equal(await built.manifest(), undefined);
  assert.equal(await built.read('main.js', undefined), undefined);
  mkdirSync(join(folder, 'console', 'assets'), { recursive: true });
  for (const [name, content] of [
    ['main.js', 'plain'],
    ['main.js.br', 'brotli'],
    ['main.js.gz', 'gzip'],
    ['other.js', 'not listed'],
  ] as const)
    writeFileSync(join(folder, 'console', 'assets', name), content);
  const manifest = { entry: 'main.js', preload: [], style: 'style.css', files: ['main.js'] };
  writeFileSync(join(folder, 'console', 'manifest.json'), JSON.stringify(manifest));
  assert.deepEqual(await built.manifest(), manifest);
  const read = async (name: string, encoding?: 'br' | 'gzip') =>
    (await built.read(name, encoding))?.toString();
  assert.equal(await read('main.js'), 'plain');
  assert.equal(await read('main.js', 'br'), 'brotli');
  assert.equal(await read('main.js', 'gzip'), 'gzip');
  for (const name of ['other.js', '../manifest.json', 'main.js.br', ''])
    assert.equal(await read(name), undefined);
});

test('a manifest that is broken is a fault, not an installation without a console', async () => {
  mkdirSync(join(folder, 'broken'));
  writeFileSync(join(folder, 'broken', 'manifest.json'), '{');
  await assert.rejects(new BuiltFiles(fileOps, join(folder, 'broken')).manifest(), SyntaxError);
});

test('what could not be read once is read when it is asked for again', async () => {
  const own = join(folder, 'again');
  mkdirSync(join(own, 'assets'), { recursive: true });
  const manifest = { entry: 'a.js', preload: [], style: 'a.css', files: ['a.js'] };
  writeFileSync(join(own, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(own, 'assets', 'a.js'), 'run');
  let isBroken = true;
  const open: typeof fileOps.open = (...input) =>
    isBroken
      ? Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
      : fileOps.open(...input);
  const built = new BuiltFiles({ ...fileOps, open }, own);
  await assert.rejects(built.manifest(), /too many open files/);
  isBroken = false;
  assert.deepEqual(await built.manifest(), manifest);
  isBroken = true;
  await assert.rejects(built.read('a.js', undefined), /too many open files/);
  isBroken = false;
  assert.equal((await built.read('a.js', undefined))?.toString(), 'run');
  assert.equal(await built.read('../manifest.json', undefined), undefined);
});
