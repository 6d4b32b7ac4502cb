import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { makeTempFolder } from '../../db/testing/test-database.ts';
import { systemCode } from '../../files/file-ops.ts';
import { testThreads } from '../../threads/testing/threads.ts';
import { Remover } from './remover.ts';

test('a thread removes files with the folders of their own, and says of each what became of it', async () => {
  const root = makeTempFolder();
  try {
    const paths = ['one', 'two', 'full', 'folder'].map((name) => join(root, name, 'data'));
    for (const path of paths) mkdirSync(dirname(path));
    const [one = '', two = '', full = '', folder = ''] = paths;
    for (const path of [one, two, full]) writeFileSync(path, 'four');
    writeFileSync(join(dirname(full), 'another'), '');
    mkdirSync(folder);
    await using remover = new Remover(testThreads);
    const [gone, kept, ...rest] = await Promise.all([
      remover.remove([{ path: one, hasOwnFolder: true }]),
      remover.remove([{ path: two, hasOwnFolder: false }]),
      remover.remove([
        { path: full, hasOwnFolder: true },
        { path: join(root, 'nothing', 'data'), hasOwnFolder: true },
        { path: folder, hasOwnFolder: true },
      ]),
    ]);
    assert.deepEqual(gone, [{ kind: 'removed', sizeBytes: 4, folderIsGone: true }]);
    assert.deepEqual(kept, [{ kind: 'removed', sizeBytes: 4, folderIsGone: false }]);
    const [filled, absent, failed] = rest[0] ?? [];
    assert.deepEqual(filled, { kind: 'removed', sizeBytes: 4, folderIsGone: false });
    assert.deepEqual(absent, { kind: 'removed', sizeBytes: undefined, folderIsGone: true });
    assert.ok(failed?.kind === 'failed' && ['EISDIR', 'EPERM'].includes(systemCode(failed.error) ?? ''));
    assert.deepEqual(
      paths.map((path) => existsSync(path)),
      [false, false, false, true],
    );
    assert.deepEqual([existsSync(dirname(one)), existsSync(dirname(two))], [false, true]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
