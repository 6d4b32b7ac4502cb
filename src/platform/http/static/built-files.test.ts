import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileOps } from '../../files/file-ops.ts';
import { BuiltFiles } from './built-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-test-'));
after(() => rmSync(folder, { recursive: true }));

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
