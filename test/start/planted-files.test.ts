// Somebody who can write into the storage puts something else in the place of blobs: it is neither followed, nor
// waited for, nor served, and everything beside it is.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { seededBytes } from '../harness/image.ts';
import { expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/planted';
const outside = join(temporaryFolder(), 'outside');
mkdirSync(outside);
const secret = Buffer.from('what is outside of the storage and nobody may read');
/** Of the length of the secret: a size that is right says nothing. */
const blob = (name: string): Buffer =>
  Buffer.from(createHash('sha512').update(name).digest('hex').slice(0, secret.length));

function pathOf(digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return join(server.storage, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

/** Pushed, and not read since, so that no descriptor of it is open. */
async function pushed(name: string): Promise<string> {
  return client.pushBlob(repository, blob(name));
}

async function expectNothingServed(digest: string): Promise<void> {
  const address = `/v2/${repository}/blobs/${digest}`;
  expectError(await client.get(address), 404, 'BLOB_UNKNOWN');
  expectStatus(await client.head(address), 404);
  expectError(await client.get(address, { Range: 'bytes=0-9' }), 404, 'BLOB_UNKNOWN');
}

const isRoot = process.getuid?.() === 0;

describe('in place of a blob', () => {
  test('a symbolic link is not followed, and a push puts the blob back without touching where it leads', async () => {
    const digest = await pushed('symlink');
    const target = join(outside, 'secret');
    writeFileSync(target, secret);
    rmSync(pathOf(digest));
    symlinkSync(target, pathOf(digest));
    await expectNothingServed(digest);
    await client.pushBlob(repository, blob('symlink'));
    await client.pullBlob(repository, blob('symlink'));
    assert.ok(readFileSync(target).equals(secret));
  });

  test('a symbolic link that leads to itself, or nowhere, is no blob', async () => {
    const digest = await pushed('loop');
    rmSync(pathOf(digest));
    symlinkSync(pathOf(digest), pathOf(digest));
    await expectNothingServed(digest);
    const other = await pushed('nowhere');
    rmSync(pathOf(other));
    symlinkSync(join(outside, 'nothing'), pathOf(other));
    await expectNothingServed(other);
    assert.ok(!existsSync(join(outside, 'nothing')));
  });

  test('a FIFO that nobody writes to is waited for by nothing', async () => {
    const digests = await Promise.all(Array.from({ length: 12 }, (_, at) => pushed(`fifo ${at}`)));
    for (const digest of digests) {
      rmSync(pathOf(digest));
      execFileSync('mkfifo', [pathOf(digest)]);
    }
    // More than libuv has threads: one that waited would be missing for everybody.
    await Promise.all(digests.map(expectNothingServed));
    const bytes = seededBytes('beside', 300_000);
    await client.pushBlob(repository, bytes);
    await client.pullBlob(repository, bytes);
  });

  test('a device is not read', { skip: isRoot ? false : 'makes a device, which root may' }, async (t) => {
    const digest = await pushed('device');
    rmSync(pathOf(digest));
    try {
      execFileSync('mknod', [pathOf(digest), 'c', '1', '5'], { stdio: 'pipe' });
    } catch {
      t.skip('no devices can be made here');
      return;
    }
    await expectNothingServed(digest);
  });

  test('a folder is no blob', async () => {
    const digest = await pushed('folder');
    rmSync(pathOf(digest));
    mkdirSync(pathOf(digest));
    writeFileSync(join(pathOf(digest), 'x'), secret);
    await expectNothingServed(digest);
  });

  test('a hard link is what it is: a file of another length is not served', async () => {
    const digest = await pushed('hard link');
    const target = join(outside, 'longer');
    writeFileSync(target, Buffer.concat([secret, secret]));
    rmSync(pathOf(digest));
    linkSync(target, pathOf(digest));
    await expectNothingServed(digest);
    await client.pushBlob(repository, blob('hard link'));
    await client.pullBlob(repository, blob('hard link'));
    assert.equal(readFileSync(target).length, 2 * secret.length);
  });

  test('the folder of a blob that leads out of the storage is not followed', async () => {
    const digest = await pushed('linked folder');
    const folder = dirname(pathOf(digest));
    const target = join(outside, 'folder');
    mkdirSync(target);
    writeFileSync(join(target, 'data'), secret);
    rmSync(folder, { recursive: true });
    symlinkSync(target, folder);
    await expectNothingServed(digest);
    await client.pushBlob(repository, blob('linked folder'));
    await client.pullBlob(repository, blob('linked folder'));
    assert.ok(readFileSync(join(target, 'data')).equals(secret));
  });

  test('the folder of a prefix that leads out is neither read nor written behind', async () => {
    const digest = await pushed('linked prefix');
    const folder = dirname(dirname(pathOf(digest)));
    const target = join(outside, 'prefix');
    renameSync(folder, target);
    symlinkSync(target, folder);
    await expectNothingServed(digest);
    const location = await client.startUpload(repository);
    const put = await client.finishUpload(location, digest, blob('linked prefix'));
    expectError(put, 503, 'UNAVAILABLE');
    rmSync(folder);
    renameSync(target, folder);
    await client.pushBlob(repository, blob('linked prefix'));
    await client.pullBlob(repository, blob('linked prefix'));
  });
});

test('a storage whose blobs are elsewhere by a link of the operator is served', async () => {
  await pushed('elsewhere');
  const blobs = join(server.storage, 'docker/registry/v2/blobs');
  const moved = join(outside, 'moved');
  await server.stop();
  renameSync(blobs, moved);
  symlinkSync(moved, blobs);
  await server.restart();
  await client.pullBlob(repository, blob('elsewhere'));
  await client.pushBlob(repository, blob('pushed there'));
  await client.pullBlob(repository, blob('pushed there'));
});

test('only where nothing could be stored was it the storage that failed', () => {
  const failed = server.log.filter(({ status }) => Number(status) >= 500);
  assert.ok(
    failed.every(({ status, method }) => status === 503 && method === 'PUT'),
    JSON.stringify(failed),
  );
});
