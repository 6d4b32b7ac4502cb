import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminSocketPath, refuseForeignFolder } from './admin-socket-path.ts';

test('the socket lies in the data folder as long as the kernel takes the path', () => {
  assert.deepEqual(adminSocketPath('/srv/berth'), { path: '/srv/berth/run/admin.sock', shared: false });
  const longest = `/${'a'.repeat(100 - '//run/admin.sock'.length)}`;
  assert.equal(adminSocketPath(longest).path, `${longest}/run/admin.sock`);
});

test('a folder with a longer path gets a socket elsewhere, whose path is short enough', () => {
  for (const folder of [`/${'a'.repeat(85)}`, `/${'é'.repeat(43)}`, `/${'a/'.repeat(2000)}`]) {
    const { path, shared } = adminSocketPath(folder);
    assert.ok(shared);
    assert.ok(path.startsWith(join(tmpdir(), 'berth-')), path);
    assert.ok(Buffer.byteLength(path) <= Buffer.byteLength(tmpdir()) + 50, path);
  }
});

test('a folder always has the same socket, and another folder another one', () => {
  const folders = Array.from({ length: 500 }, (_, at) => `/${'long-folder-name/'.repeat(8)}${at}`);
  assert.equal(new Set(folders.map((folder) => adminSocketPath(folder).path)).size, folders.length);
  assert.deepEqual(folders.map(adminSocketPath), folders.map(adminSocketPath));
});

test('a folder that others can enter is not used for the socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-socket-'));
  const socket = { path: join(folder, 'admin.sock'), shared: true };
  refuseForeignFolder(socket);
  chmodSync(folder, 0o777);
  assert.throws(() => refuseForeignFolder(socket), /socketFolderUnsafe/);
  refuseForeignFolder({ ...socket, shared: false });
  const link = `${folder}-link`;
  chmodSync(folder, 0o700);
  symlinkSync(folder, link);
  assert.throws(
    () => refuseForeignFolder({ path: join(link, 'admin.sock'), shared: true }),
    /socketFolderUnsafe/,
  );
  for (const path of [link, folder]) rmSync(path, { recursive: true });
});
