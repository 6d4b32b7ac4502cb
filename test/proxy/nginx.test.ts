// What passes through the shipped nginx, and what does not: names, headers, bodies in both directions.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { digestOf, imageOf, seededBytes } from '../harness/image.ts';
import { answerTo, expectStatus } from '../harness/registry-client.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { Balanced } from './balanced.ts';
import { asAdmin, clientsAddress, curl, type HttpVersion } from './curl.ts';
import { name } from './nginx.ts';

const balanced = await Balanced.start();
after(() => balanced[Symbol.asyncDispose]());
const { nginx, servers } = balanced;
const client = nginx.client();
const origin = `https://${name}:${nginx.port}`;
const versions: readonly HttpVersion[] = ['1.1', '2'];
const bytesType = ['--header', 'Content-Type: application/octet-stream'];

/** Of the client as the instance that served the request saw it. */
async function loggedAddress(requestId: string): Promise<unknown> {
  const line = await waitUntil(`the log line of ${requestId}`, () =>
    servers.flatMap(({ log }) => log).find((each) => each['request'] === requestId),
  );
  return line['address'];
}

function fileOf(label: string, bytes: Buffer): string {
  const file = join(nginx.folder, label);
  writeFileSync(file, bytes);
  return file;
}

for (const version of versions) {
  test(`HTTP/${version}: the token service is named as clients reach it`, async () => {
    const answer = await curl(nginx, version, '/v2/');
    assert.equal(answer.version, version);
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('www-authenticate') ?? '', new RegExp(`realm="${origin}/service/token"`));
  });

  test(`HTTP/${version}: the log has the client's address, whatever the client claims`, async () => {
    const lies = [
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: http',
      'Forwarded: for=203.0.113.7;host=evil.example;proto=http',
      'X-Real-IP: 203.0.113.7',
      `X-Request-Id: lies-${version}`,
    ].flatMap((field) => ['--header', field]);
    const answer = await curl(nginx, version, '/v2/', ...lies);
    assert.match(answer.headers.get('www-authenticate') ?? '', new RegExp(`realm="${origin}/service/token"`));
    assert.equal(await loggedAddress(`lies-${version}`), clientsAddress);
  });

  test(`HTTP/${version}: a blob goes up in pieces and comes back, whole and in ranges`, async () => {
    const bytes = seededBytes(`blob over ${version}`, 3_000_000);
    const repository = `/v2/library/by-${version}`;
    const started = await curl(
      nginx,
      version,
      `${repository}/blobs/uploads/`,
      ...asAdmin,
      '--request',
      'POST',
    );
    assert.equal(started.status, 202);
    let upload = new URL(started.headers.get('location') ?? '', origin);
    for (const [index, piece] of [bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)].entries()) {
      const file = fileOf(`piece-${version}-${index}`, piece);
      const body = [...bytesType, '--request', 'PATCH', '--data-binary', `@${file}`];
      const patched = await curl(nginx, version, upload.href, ...asAdmin, ...body);
      assert.equal(patched.status, 202, patched.body.toString());
      upload = new URL(patched.headers.get('location') ?? '', origin);
      assert.equal(upload.origin, origin);
    }
    upload.searchParams.set('digest', digestOf(bytes));
    const finished = await curl(nginx, version, upload.href, ...asAdmin, '--request', 'PUT');
    assert.equal(finished.status, 201, finished.body.toString());
    const blob = `${repository}/blobs/${digestOf(bytes)}`;
    const head = await curl(nginx, version, blob, ...asAdmin, '--head');
    assert.equal(head.headers.get('content-length'), '3000000');
    assert.ok((await curl(nginx, version, blob, ...asAdmin)).body.equals(bytes));
    const range = await curl(nginx, version, blob, ...asAdmin, '--range', '999990-1000009');
    assert.equal(range.status, 206);
    assert.equal(range.headers.get('content-range'), 'bytes 999990-1000009/3000000');
    assert.ok(range.body.equals(bytes.subarray(999_990, 1_000_010)));
    const beyond = await curl(nginx, version, blob, ...asAdmin, '--range', '3000000-');
    assert.equal(beyond.status, 416);
  });

  test(`HTTP/${version}: who is not signed in is told so before or while the body is sent`, async () => {
    const file = fileOf(`refused-${version}`, Buffer.alloc(8_000_000));
    for (const expect of ['Expect: 100-continue', 'Expect:']) {
      const body = ['--request', 'PUT', '--data-binary', `@${file}`, ...bytesType, '--header', expect];
      const address = `/v2/library/app/blobs/uploads/none?digest=${digestOf(Buffer.alloc(8_000_000))}`;
      const answer = await curl(nginx, version, address, ...body);
      assert.equal(answer.status, 401, answer.body.toString());
    }
  });

  test(`HTTP/${version}: a body behind "Expect: 100-continue" arrives`, async () => {
    const bytes = seededBytes(`expected over ${version}`, 5_000_000);
    const file = fileOf(`expected-${version}`, bytes);
    const address = await client.startUpload('library/expected');
    const { pathname } = new URL(address, origin);
    const body = ['--request', 'PUT', '--data-binary', `@${file}`, ...bytesType];
    const url = `${pathname}?digest=${digestOf(bytes)}`;
    const answer = await curl(nginx, version, url, ...asAdmin, ...body, '--header', 'Expect: 100-continue');
    assert.equal(answer.status, 201, answer.body.toString());
  });
}

test('plain HTTP leads to HTTPS, with method and path as they were', async () => {
  const plain = `http://${name}:${nginx.plainPort}/v2/library/app/tags/list?n=5`;
  const answer = await curl(nginx, '1.1', plain, '--request', 'POST');
  assert.equal(answer.status, 308);
  assert.equal(answer.headers.get('location'), `https://${name}/v2/library/app/tags/list?n=5`);
});

test('the pages of 5,000 tags are found by their Link headers', { timeout: 300_000 }, async () => {
  const image = imageOf({ seed: 'tags' });
  for (const blob of [...image.layers, image.config]) await client.pushBlob('library/tags', blob);
  const wanted = Array.from({ length: 5000 }, (_, index) => `tag-${String(index).padStart(4, '0')}`);
  for (let at = 0; at < wanted.length; at += 50) {
    const tags = wanted.slice(at, at + 50).map((tag) => `tag=${tag}`);
    await client.pushManifest('library/tags', `${image.manifest.digest}?${tags.join('&')}`, image.manifest);
  }
  const found: string[] = [];
  let pages = 0;
  for (let next: string | undefined = '/v2/library/tags/tags/list?n=900'; next !== undefined; pages += 1) {
    const answer = await client.get(next);
    expectStatus(answer, 200);
    found.push(...(JSON.parse(answer.body.toString()) as { tags: string[] }).tags);
    const link = answer.headers.link;
    next = link === undefined ? undefined : /^<([^>]+)>; rel="next"$/.exec(String(link))?.[1];
    assert.ok(link === undefined || next !== undefined, `a Link that leads nowhere: ${String(link)}`);
    // Within the registry, whichever form it has.
    if (next !== undefined) assert.equal(new URL(next, origin).origin, origin);
  }
  assert.equal(pages, 6);
  assert.deepEqual(found, wanted);
});

test('a client that takes a blob slowly gets all of it, and its connection is not cut', async () => {
  const bytes = seededBytes('slow', 24_000_000);
  await client.pushBlob('library/slow', bytes);
  const path = `/v2/library/slow/blobs/${digestOf(bytes)}`;
  // 2 MB each second: what lies in the buffers on the way is less than the blob.
  const answer = await curl(nginx, '1.1', path, ...asAdmin, '--limit-rate', '2M');
  assert.ok(answer.body.equals(bytes));
  assert.deepEqual(nginx.buffered(), []);
});

test('a client that sends slowly is waited for', async () => {
  const bytes = seededBytes('slowly sent', 1000);
  const location = await client.startUpload('library/slow');
  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': `${bytes.length}` };
  const started = client.begin('PUT', `${location}?digest=${digestOf(bytes)}`, headers);
  const answer = answerTo(started);
  for (let at = 0; at < bytes.length; at += 100) {
    started.write(bytes.subarray(at, at + 100));
    await waitUntil('the piece to be on its way', () => started.writableLength === 0);
  }
  started.end();
  expectStatus(await answer, 201);
});

test('a token for many repositories passes, though it is longer than a header of nginx by default', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `library/${'r'.repeat(200)}${index}`);
  const scopes = names.map((each) => `scope=repository:${each}:pull`);
  const token = await client.get(`/service/token?service=harbor-registry&${scopes.join('&')}`);
  expectStatus(token, 200);
  const { token: bearer } = JSON.parse(token.body.toString()) as { token: string };
  assert.ok(bearer.length > 9000, `${bearer.length} characters`);
  const stranger = nginx.client(null);
  const answer = await stranger.get('/v2/', { Authorization: `Bearer ${bearer}` });
  expectStatus(answer, 200);
});
