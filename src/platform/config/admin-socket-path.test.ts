import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { adminSocketPath } from './admin-socket-path.ts';

test('the socket lies in the data folder as long as the kernel takes the path', () => {
  assert.equal(adminSocketPath('/srv/berth'), '/srv/berth/run/admin.sock');
  const longest = `/${'a'.repeat(100 - '//run/admin.sock'.length)}`;
  assert.equal(adminSocketPath(longest), `${longest}/run/admin.sock`);
});

test('a folder with a longer path gets a socket elsewhere, whose path is short enough', () => {
  for (const folder of [`/${'a'.repeat(85)}`, `/${'é'.repeat(43)}`, `/${'a/'.repeat(2000)}`]) {
    const path = adminSocketPath(folder);
    assert.ok(path.startsWith(join(tmpdir(), 'berth-')), path);
    assert.ok(Buffer.byteLength(path) <= Buffer.byteLength(tmpdir()) + 50, path);
  }
});

test('a folder always has the same socket, and another folder another one', () => {
  const folders = Array.from({ length: 500 }, (_, at) => `/${'long-folder-name/'.repeat(8)}${at}`);
  assert.equal(new Set(folders.map(adminSocketPath)).size, folders.length);
  assert.deepEqual(folders.map(adminSocketPath), folders.map(adminSocketPath));
});
