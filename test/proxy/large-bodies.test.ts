// A body of gigabytes through the shipped nginx: it passes as it comes, and nothing of it lies on nginx's disk.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { seededBytes } from '../harness/image.ts';
import { answerTo, expectStatus, locationOf } from '../harness/registry-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Balanced } from './balanced.ts';
import { asAdmin, curl, type HttpVersion } from './curl.ts';

const mebibyte = 1024 * 1024;
const megabytes = Number(process.env['BERTH_PROXY_MIB'] ?? 2048);
const piece = seededBytes('large', 4 * mebibyte);
const rounds = megabytes / 4;

const balanced = await Balanced.start();
after(() => balanced[Symbol.asyncDispose]());
const { nginx, database } = balanced;
const client = nginx.client();

/** Bytes in the storage, wherever in it. */
function stored(): number {
  let total = 0;
  for (const entry of readdirSync(database.storage, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    total += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return total;
}

test('a PATCH of gigabytes is in the storage while it is sent, and never on the disk of nginx', {
  timeout: 600_000,
}, async (t) => {
  const hash = createHash('sha256');
  const before = stored();
  const location = await client.startUpload('library/large');
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': `${rounds * piece.length}`,
  };
  const started = client.begin('PATCH', location, headers);
  const answer = answerTo(started);
  for (let round = 0; round < rounds; round += 1) {
    hash.update(piece);
    if (!started.write(piece)) await once(started, 'drain');
    if (round % 64 === 63) assert.deepEqual(nginx.buffered(), []);
    if (round === rounds / 2) {
      const half = round * piece.length * 0.9;
      await waitUntil('the first half to be in the storage', () => stored() - before > half, 120_000);
    }
  }
  started.end();
  const patched = await answer;
  expectStatus(patched, 202);
  const digest = `sha256:${hash.digest('hex')}`;
  expectStatus(await client.finishUpload(locationOf(patched), digest), 201);
  const sizes: number[] = [];
  for (const version of ['1.1', '2'] satisfies HttpVersion[]) {
    const path = `/v2/library/large/blobs/${digest}`;
    const range = ['--range', `${rounds * piece.length - 16 * mebibyte}-`];
    const answered = await curl(nginx, version, path, ...asAdmin, ...range);
    sizes.push(answered.body.length);
    assert.ok(answered.body.subarray(-piece.length).equals(piece));
    assert.deepEqual(nginx.buffered(), []);
  }
  assert.deepEqual(sizes, [16 * mebibyte, 16 * mebibyte]);
  t.diagnostic(`${megabytes} MiB went up`);
});
