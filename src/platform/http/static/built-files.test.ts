import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeTempFolder } from '../../db/testing/test-database.ts';
import { fileOps } from '../../files/file-ops.ts';
import { BuiltFiles, type BuiltManifest, type Encoding } from './built-files.ts';

const folder = makeTempFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

/** As the build leaves it: in place at once. Files that are not listed are of no page. */
function build(at: string, contents: Readonly<Record<string, string>>): BuiltManifest {
  const files = Object.keys(contents).filter((name) => !/\.(?:br|gz)$|^other/.test(name));
  const manifest = { entry: files[0] ?? '', first: '', preload: [], pages: [], style: 'style.css', files };
  mkdirSync(join(`${at}.new`, 'assets'), { recursive: true });
  for (const [name, content] of Object.entries(contents))
    writeFileSync(join(`${at}.new`, 'assets', name), content);
  writeFileSync(join(`${at}.new`, 'manifest.json'), JSON.stringify(manifest));
  rmSync(at, { recursive: true, force: true });
  renameSync(`${at}.new`, at);
  return manifest;
}

const reading = (built: BuiltFiles) => async (name: string, encoding?: Encoding) =>
  (await built.read(name, encoding))?.toString();

test('what is built while the server runs is found, and only what the build lists is read', async () => {
  const own = join(folder, 'console');
  const built = new BuiltFiles(fileOps, own);
  assert.equal(await built.manifest(), undefined);
  assert.equal(await built.read('main.js', undefined), undefined);
  const contents = { 'main.js': 'plain', 'main.js.br': 'brotli', 'main.js.gz': 'gzip', 'other.js': 'no' };
  const manifest = build(own, contents);
  assert.deepEqual(await built.manifest(), manifest);
  const read = reading(built);
  assert.equal(await read('main.js'), 'plain');
  assert.equal(await read('main.js', 'br'), 'brotli');
  assert.equal(await read('main.js', 'gzip'), 'gzip');
  for (const name of ['other.js', '../manifest.json', 'main.js.br', ''])
    assert.equal(await read(name), undefined);
});

test('what is built anew is served from the next page on, whole, and pages that are open keep theirs', async () => {
  const own = join(folder, 'anew');
  const first = build(own, { 'main-1.js': 'main 1', 'late-1.js': 'late 1', 'late-1.js.br': 'late 1, small' });
  const built = new BuiltFiles(fileOps, own);
  assert.deepEqual(await built.manifest(), first);
  const second = build(own, { 'main-2.js': 'main 2', 'late-2.js': 'late 2' });
  const read = reading(built);
  // Nobody had asked for these before.
  assert.equal(await read('late-1.js'), 'late 1');
  assert.equal(await read('late-1.js', 'br'), 'late 1, small');
  assert.deepEqual(await built.manifest(), second);
  for (const name of ['main-1', 'late-1', 'main-2', 'late-2'])
    assert.equal(await read(`${name}.js`), name.replace('-', ' '));
  // Between the removal of the old and the renaming of the new.
  rmSync(own, { recursive: true });
  assert.deepEqual(await built.manifest(), second);
  assert.equal(await read('late-2.js'), 'late 2');
  build(own, { 'main-3.js': 'main 3' });
  // As a page of another server that has seen it already.
  assert.equal(await read('main-3.js'), 'main 3');
  assert.equal(await read('late-2.js'), 'late 2');
  assert.equal(await read('late-1.js'), undefined);
});

test('a build that is put in place while the one before is read is taken whole', async () => {
  const own = join(folder, 'meanwhile');
  build(own, { 'main-1.js': 'main 1' });
  let second: BuiltManifest | undefined;
  const open: typeof fileOps.open = (path, ...rest) => {
    if (path.endsWith('main-1.js')) second ??= build(own, { 'main-2.js': 'main 2' });
    return fileOps.open(path, ...rest);
  };
  const built = new BuiltFiles({ ...fileOps, open }, own);
  assert.deepEqual(await built.manifest(), second);
  assert.equal(await reading(built)('main-2.js'), 'main 2');
});

test('a manifest that is broken, or names what is not there, is a fault, not an installation without a console', async () => {
  const own = join(folder, 'broken');
  mkdirSync(own);
  writeFileSync(join(own, 'manifest.json'), '{');
  await assert.rejects(new BuiltFiles(fileOps, own).manifest(), SyntaxError);
  build(own, { 'main.js': 'plain' });
  rmSync(join(own, 'assets', 'main.js'));
  await assert.rejects(new BuiltFiles(fileOps, own).manifest(), { code: 'ENOENT' });
});

test('what could not be read once is read when it is asked for again', async () => {
  const own = join(folder, 'again');
  const manifest = build(own, { 'a.js': 'run' });
  let isBroken = true;
  const open: typeof fileOps.open = (...input) =>
    isBroken
      ? Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
      : fileOps.open(...input);
  const built = new BuiltFiles({ ...fileOps, open }, own);
  await assert.rejects(built.manifest(), /too many open files/);
  await assert.rejects(built.read('a.js', undefined), /too many open files/);
  isBroken = false;
  assert.deepEqual(await built.manifest(), manifest);
  assert.equal((await built.read('a.js', undefined))?.toString(), 'run');
  assert.equal(await built.read('../manifest.json', undefined), undefined);
});
