// RFC 9110, 10.1.1: a client that waits before its body is asked for it, or refused without it.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, indexOf, seededBytes } from '../harness/image.ts';
import { RawConnection, statusesIn } from '../harness/raw-connection.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const repository = 'library/expect';
const manifest = indexOf([]);
await client.pushManifest(repository, 'known', manifest);
const auth = `Authorization: Basic ${Buffer.from(`admin:${password}`).toString('base64')}\r\n`;
const stillMs = 300;

function head(method: string, path: string, more: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n${more}\r\n`;
}

test('100 is sent before the body of an upload, the answer behind it, and the connection goes on', async () => {
  const bytes = seededBytes('expect', 5000);
  const location = await client.startUpload(repository);
  using connection = RawConnection.open(server.port);
  const length = `${auth}Content-Length: ${bytes.length}\r\n`;
  connection.send(head('PATCH', location, `${length}Content-Type: application/octet-stream\r\n`));
  assert.equal(await connection.until(/\r\n\r\n/), 'HTTP/1.1 100 Continue\r\n\r\n');
  await delay(stillMs);
  assert.deepEqual(statusesIn(connection.received), [100]);
  connection.send(bytes.toString('latin1'));
  await connection.until(/ 202 [^]*\r\n\r\n/);
  const put = `PUT ${location}?digest=${digestOf(bytes)} HTTP/1.1\r\nHost: a\r\n`;
  connection.send(`${put}${auth}Content-Length: 0\r\n\r\n`);
  await connection.until(/ 201 [^]*\r\n\r\n/);
  assert.deepEqual(statusesIn(connection.received), [100, 202, 201]);
  assert.doesNotMatch(connection.received, /Connection: close/i);
  await client.pullBlob(repository, bytes);
});

test('100 is sent for a body in chunks, also when its beginning is there already', async () => {
  const bytes = seededBytes('early', 3000);
  const location = await client.startUpload(repository);
  using connection = RawConnection.open(server.port);
  const more = `${auth}Transfer-Encoding: chunked\r\n`;
  const body = `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n0\r\n\r\n`;
  connection.send(head('PUT', `${location}?digest=${digestOf(bytes)}`, more) + body);
  await connection.until(/ 201 [^]*\r\n\r\n/);
  await client.pullBlob(repository, bytes);
});

const upload = await client.startUpload(repository);
const id = '0f0e0d0c-0b0a-4909-8807-060504030201';
const manifests = `/v2/${repository}/manifests`;
const refusals: readonly (readonly [what: string, status: number, request: string])[] = [
  ['nobody', 401, head('PATCH', upload, 'Content-Length: 5000\r\n')],
  ['an unknown project', 404, head('PUT', '/v2/nowhere/x/manifests/a', `${auth}Content-Length: 5000\r\n`)],
  ['an unknown upload', 404, head('PATCH', upload.replace(/[^/]+$/, id), `${auth}Content-Length: 5000\r\n`)],
  ['an unknown address', 404, head('POST', '/nothing', `${auth}Content-Length: 5000\r\n`)],
  ['a method that is not there', 405, head('POST', `${manifests}/a`, `${auth}Content-Length: 5000\r\n`)],
  ['a manifest that is too large', 413, head('PUT', `${manifests}/a`, `${auth}Content-Length: 4194305\r\n`)],
  [
    'a chunk out of order',
    416,
    head('PATCH', upload, `${auth}Content-Length: 5000\r\nContent-Range: 100-5099\r\n`),
  ],
  [
    'an expectation that there is not',
    417,
    `PATCH ${upload} HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n${auth}Content-Length: 5000\r\n\r\n`,
  ],
  [
    'one expectation too many',
    417,
    head('PATCH', upload, `${auth}Content-Length: 5000\r\n`).replace('100-continue', '100-continue, x'),
  ],
];

describe('before the body is sent', { concurrency: true }, () => {
  for (const [what, status, request] of refusals)
    test(`is refused before the body, and the connection closed: ${what}`, async () => {
      using connection = RawConnection.open(server.port);
      await connection.send(request).until(/\r\n\r\n\{.*\}$/);
      const received = await connection.untilClosed(4000);
      assert.deepEqual(statusesIn(received), [status]);
      assert.match(received, /^Connection: close\r$/im);
    });
});

test('a client that grows tired of waiting and sends its body still reads the refusal', async () => {
  using connection = RawConnection.open(server.port);
  const bytes = 'x'.repeat(1 << 20);
  connection.send(head('PATCH', upload, `Content-Length: ${bytes.length}\r\n`));
  await connection.until(/ 401 [^]*\}$/);
  connection.send(bytes);
  const started = performance.now();
  await connection.untilClosed();
  assert.ok(performance.now() - started < 800, 'the connection is closed with the end of the body');
  assert.deepEqual(statusesIn(connection.received), [401]);
});

test('the rest of a refused body is no request', async () => {
  using connection = RawConnection.open(server.port);
  const smuggled = 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n';
  connection.send(head('PATCH', upload, 'Content-Length: 5\r\n'));
  await connection.until(/ 401 [^]*\}$/);
  connection.send(`hello${smuggled}`);
  assert.deepEqual(statusesIn(await connection.untilClosed()), [401]);
});

test('an upload that is started with a body gets its answer, not a request for the body', async () => {
  using connection = RawConnection.open(server.port);
  const path = `/v2/${repository}/blobs/uploads/`;
  connection.send(head('POST', path, `${auth}Content-Length: 5000\r\n`));
  const received = await connection.untilClosed(4000);
  assert.equal(statusesIn(received).at(-1), 202);
});

test('without a body, or with HTTP/1.0, there is nothing to ask for', async () => {
  for (const request of [
    head('GET', '/v2/', auth),
    head('GET', '/v2/', `${auth}Content-Length: 0\r\n`),
    head('GET', '/v2/', auth).replace('HTTP/1.1', 'HTTP/1.0'),
  ]) {
    using connection = RawConnection.open(server.port);
    await connection.send(request).until(/\{\}$/);
    assert.deepEqual(statusesIn(connection.received), [200]);
  }
});

test('whoever was refused without sending a body was answered, and did not break off', async () => {
  using connection = RawConnection.open(server.port);
  const request = head('PATCH', upload, 'Content-Length: 5000\r\nX-Request-Id: expect-log\r\n');
  await connection.send(request).until(/ 401 [^]*\}$/);
  connection.socket.end();
  const line = await server.logged((each) => each['request'] === 'expect-log');
  assert.equal(line['status'], 401);
  assert.equal(line['aborted'], undefined);
  expectStatus(await client.get('/v2/'), 200);
  assert.deepEqual(
    server.log.filter((each) => each['level'] === 'error' || each['level'] === 'warn'),
    [],
  );
});
