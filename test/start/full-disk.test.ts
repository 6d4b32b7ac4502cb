// A disk that is really full: at the start, under the storage and under the database.

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { digestOf, imageOf, indexOf, seededBytes } from '../harness/image.ts';
import { assertSameListing, listing } from '../harness/listing.ts';
import { type Answer, expectError, expectStatus } from '../harness/registry-client.ts';
import { smallDisk } from '../harness/small-disk.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';

const mebibyte = 1024 * 1024;
const probe = smallDisk(mebibyte);
const skip = 'missing' in probe ? probe.missing : false;

function diskOf(bytes: number): string {
  const disk = smallDisk(bytes);
  assert.ok('folder' in disk);
  return disk.folder;
}

/** Leaves so many bytes free. */
function fill(disk: string, total: number, free: number): string {
  const filler = join(disk, 'filler');
  for (let size = total - free; size > 0; size -= 4096) {
    try {
      writeFileSync(filler, Buffer.alloc(size));
      return filler;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
  return filler;
}

for (const [what, free] of [
  ['without a byte left', 0],
  ['with room for the beginning only', 64 * 1024],
  ['with room for the database only', 512 * 1024],
] as const) {
  test(`the server does not start on a disk ${what}, says so and leaves nothing`, { skip }, async () => {
    for (const [lang, sentence] of [
      ['C.UTF-8', /disk of .* is full; free some space/],
      ['zh_CN.UTF-8', /所在磁盘已满；请释放空间/],
    ] as const) {
      const disk = diskOf(mebibyte);
      fill(disk, mebibyte, free);
      const before = listing(disk);
      const { code, stderr } = await berth(
        ['serve', '--listen', '127.0.0.1:0', '--data', join(disk, 'data')],
        { env: { LANG: lang } },
      );
      assert.equal(code, 1, stderr);
      assert.match(stderr, sentence);
      assert.match(stderr, /^berth: [^\n]+\n$/, 'one sentence, nothing else');
      assertSameListing(listing(disk), before);
    }
  });
}

test('a store that is full refuses what does not fit, keeps what it has and takes what fits', {
  skip,
}, async () => {
  const storage = join(diskOf(4 * mebibyte), 'storage');
  await using server = await BerthServer.start({ storage });
  const client = server.client();
  const kept = imageOf({ seed: 'kept', layers: [100_000] });
  await client.pushImage('hello', 'kept', kept);
  const big = seededBytes('too big', 6 * mebibyte);
  for (const way of ['PUT', 'PATCH'] as const) {
    const location = await client.startUpload('hello');
    const answer =
      way === 'PUT'
        ? await client.finishUpload(location, digestOf(big), big)
        : await client.patch(location, [big]);
    expectError(answer, 507, 'UNAVAILABLE');
    assert.ok(answer.headers['retry-after'] !== undefined);
    await client.delete(location);
    expectStatus(await client.head(`/v2/hello/blobs/${digestOf(big)}`), 404);
  }
  await client.pullImage('hello', 'kept', kept);
  await client.pushImage('hello', 'small', imageOf({ seed: 'fits', layers: [500_000] }));
  await client.pullImage('hello', 'small', imageOf({ seed: 'fits', layers: [500_000] }));
  expectStatus(await client.delete('/v2/hello/manifests/kept'), 202);
  expectStatus(await client.get('/readyz'), 200);
});

test('a database whose disk is full acknowledges nothing that it cannot keep, and goes on once there is room', {
  skip,
}, async () => {
  const total = 8 * mebibyte;
  const disk = diskOf(total);
  const storage = join(temporaryFolder(), 'storage');
  await using server = await BerthServer.start({
    data: join(disk, 'data'),
    storage,
    args: ['--storage-reserve', '0'],
  });
  const client = server.client();
  const image = imageOf({ seed: 'before it is full' });
  await client.pushImage('hello', 'before', image);
  const filler = fill(disk, total, 0);
  const acknowledged: string[] = [];
  let refused: Answer | undefined;
  for (let round = 0; round < 400 && refused === undefined; round++) {
    const manifest = indexOf([], false, { annotations: { round: `${round}`, text: 'x'.repeat(3000) } });
    try {
      const answer = await client.putManifest('hello', `r${round}`, manifest);
      if (answer.status === 201) acknowledged.push(`r${round}`);
      else refused = answer;
    } catch {
      // A server that no longer knows what is on its disk may end: then nothing was acknowledged.
      break;
    }
  }
  // What it writes down by itself may end it a little later, too.
  let hasEnded = refused === undefined;
  if (refused !== undefined) {
    assert.ok(
      refused.status === 507 || refused.status === 503,
      `${refused.status} ${refused.body.toString()}`,
    );
    try {
      await client.pullImage('hello', 'before', image);
      expectStatus(await client.get('/livez'), 200);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ECONN'))) throw error;
      hasEnded = true;
    }
  }
  rmSync(filler);
  if (hasEnded) {
    assert.equal((await server.ended).code, 11);
    await server.restart();
  }
  for (const tag of ['before', ...acknowledged])
    expectStatus(await client.head(`/v2/hello/manifests/${tag}`), 200);
  await client.pushImage('hello', 'after', imageOf({ seed: 'there is room' }));
  await server.kill();
  await server.restart();
  for (const tag of ['before', 'after', ...acknowledged])
    expectStatus(await client.head(`/v2/hello/manifests/${tag}`), 200);
  await client.pullImage('hello', 'before', image);
});
