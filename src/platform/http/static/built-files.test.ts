import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTempFolder } from '../../db/testing/test-database.ts';
import { fileOps } from '../../files/file-ops.ts';
import { BuiltFiles } from './built-files.ts';

test('what could not be read once is read when it is asked for again', async () => {
  const folder = makeTempFolder();
  try {
    mkdirSync(join(folder, 'assets'));
    const manifest = { entry: 'a.js', preload: [], style: 'a.css', files: ['a.js'] };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'assets', 'a.js'), 'run');
    let isBroken = true;
    const open: typeof fileOps.open = (...input) =>
      isBroken
        ? Promise.reject(Object.assign(new Error('too many open files'), { code: 'EMFILE' }))
        : fileOps.open(...input);
    const built = new BuiltFiles({ ...fileOps, open }, folder);
    await assert.rejects(built.manifest(), /too many open files/);
    isBroken = false;
    assert.deepEqual(await built.manifest(), manifest);
    isBroken = true;
    await assert.rejects(built.read('a.js', undefined), /too many open files/);
    isBroken = false;
    assert.equal((await built.read('a.js', undefined))?.toString(), 'run');
    assert.equal(await built.read('../manifest.json', undefined), undefined);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
