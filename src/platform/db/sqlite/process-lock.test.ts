import assert from 'node:assert/strict';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileOps } from '../../files/file-ops.ts';
import { makeTempFolder } from '../testing/test-database.ts';
import { DataFolderLocked, ProcessLock } from './process-lock.ts';

test('a second holder is kept out, and let in when the first is gone', () => {
  const folder = makeTempFolder();
  const path = join(folder, 'lock.db');
  const first = ProcessLock.take(path);
  assert.throws(() => ProcessLock.take(path), DataFolderLocked);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  first.release();
  ProcessLock.take(path).release();
  rmSync(folder, { recursive: true });
});

test('a lock that came to nothing takes its file along', async () => {
  const folder = makeTempFolder();
  const path = join(folder, 'lock.db');
  await ProcessLock.take(path).releaseAndRemove(fileOps);
  assert.equal(existsSync(path), false);
  ProcessLock.take(path).release();
  rmSync(folder, { recursive: true });
});
