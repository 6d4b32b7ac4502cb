// What two programs in a row may read differently never reaches a handler, and closes the connection.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RawConnection, statusesIn } from '../harness/raw-connection.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const auth = `Authorization: Basic ${Buffer.from(`admin:${password}`).toString('base64')}\r\n`;
const start = 'POST /v2/library/malformed/blobs/uploads/ HTTP/1.1\r\n';
const post = `${start}Host: a\r\n${auth}`;
const get = 'GET /v2/ HTTP/1.1\r\n';
/** Would be answered with 200 if it were taken for a request. */
const smuggled = `GET /livez HTTP/1.1\r\nHost: a\r\n\r\n`;
const chunked = 'Transfer-Encoding: chunked\r\n';

const malformed: Readonly<Record<string, string>> = {
  'a length and chunks': `${post}Content-Length: 5\r\n${chunked}\r\n0\r\n\r\n${smuggled}`,
  'chunks and a length': `${post}${chunked}Content-Length: 5\r\n\r\n0\r\n\r\n${smuggled}`,
  'two lengths': `${post}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n\r\n${smuggled}`,
  'the same length twice': `${post}Content-Length: 0\r\nContent-Length: 0\r\n\r\n${smuggled}`,
  'a list of lengths': `${post}Content-Length: 0, 0\r\n\r\n${smuggled}`,
  'a length with a sign': `${post}Content-Length: +0\r\n\r\n${smuggled}`,
  'a length in hex': `${post}Content-Length: 0x0\r\n\r\n${smuggled}`,
  'a negative length': `${post}Content-Length: -1\r\n\r\n${smuggled}`,
  'a length beyond all numbers': `${post}Content-Length: 99999999999999999999999\r\n\r\n${smuggled}`,
  'an unknown coding': `${post}Transfer-Encoding: gzip\r\n\r\n${smuggled}`,
  'nearly chunked': `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'chunked, then another coding': `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
  'another coding, then chunked': `${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'chunked twice': `${post}${chunked}${chunked}\r\n0\r\n\r\n${smuggled}`,
  'a blank before the colon': `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`,
  'chunks with HTTP/1.0': `${post.replace('1.1', '1.0')}${chunked}\r\n0\r\n\r\n${smuggled}`,
  'lines that end in LF': `GET /v2/ HTTP/1.1\nHost: a\n\n${smuggled}`,
  'one header that ends in LF': `${get}Host: a\nX: y\r\n\r\n${smuggled}`,
  'CR within a value': `${get}Host: a\r\nX: a\rb\r\n\r\n${smuggled}`,
  'NUL within a value': `${get}Host: a\r\nX: a\0b\r\n\r\n${smuggled}`,
  'a folded header': `${get}Host: a\r\nX: a\r\n b\r\n\r\n${smuggled}`,
  'a folded first header': `${get} X: a\r\nHost: a\r\n\r\n${smuggled}`,
  'a header without a name': `${get}Host: a\r\n: x\r\n\r\n${smuggled}`,
  'no Host': `${get}\r\n${smuggled}`,
  'two Hosts': `${get}Host: a\r\nhost: a\r\n\r\n${smuggled}`,
  'a Host with a path': `${get}Host: a/b\r\n\r\n${smuggled}`,
  'a Host with a user': `${get}Host: a@b\r\n\r\n${smuggled}`,
  'a Host with a quote': `${get}Host: a"b\r\n\r\n${smuggled}`,
  'a Host with a port that is none': `${get}Host: a:99999\r\n\r\n${smuggled}`,
  'a Host with half an address': `${get}Host: [::1\r\n\r\n${smuggled}`,
  'a URL with another scheme': `GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`,
  'a URL without a host': `GET http:///v2/ HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`,
  'a blank within the target': `GET /v2/ x HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`,
  'a byte above ASCII in the target': `GET /v2/\xff HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`,
  'an unknown method': `BREW /v2/ HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`,
  'an unknown version': `GET /v2/ HTTP/9.9\r\nHost: a\r\n\r\n${smuggled}`,
  'no version': `GET /v2/\r\n\r\n${smuggled}`,
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
};

for (const [what, bytes] of Object.entries(malformed)) {
  test(`is no request: ${what}`, () => expectRefused(bytes, 400));
}

const tooLarge: Readonly<Record<string, string>> = {
  'one header of 70 KiB': `${get}Host: a\r\nX: ${'a'.repeat(70_000)}\r\n\r\n${smuggled}`,
  'one header of 4 MiB': `${get}Host: a\r\nX: ${'a'.repeat(4 << 20)}\r\n\r\n${smuggled}`,
  'a target of 70 KiB': `GET /${'a'.repeat(70_000)} HTTP/1.1\r\nHost: a\r\n\r\n${smuggled}`,
  '201 headers': `${get}Host: a\r\n${headers(200)}\r\n${smuggled}`,
  '3000 headers': `${get}Host: a\r\n${headers(3000)}\r\n${smuggled}`,
};

for (const [what, bytes] of Object.entries(tooLarge)) {
  test(`is too large: ${what}`, () => expectRefused(bytes, 431));
}

function headers(count: number): string {
  return Array.from({ length: count }, (_, at) => `X${at}: 1\r\n`).join('');
}

async function expectRefused(bytes: string, status: number): Promise<void> {
  using connection = RawConnection.open(server.port);
  const received = await connection.send(bytes).untilClosed();
  assert.deepEqual(statusesIn(received), [status], received.slice(0, 400));
  const [head = '', body = ''] = received.split('\r\n\r\n');
  assert.match(head, /^Content-Type: application\/json/im);
  assert.match(head, /^Connection: close$/im);
  const { errors, requestId } = JSON.parse(body) as { errors: { code: string }[]; requestId: string };
  assert.equal(errors[0]?.code, 'BAD_REQUEST');
  assert.match(head, new RegExp(`^X-Request-Id: ${requestId}$`, 'im'));
}

const brokenBodies: Readonly<Record<string, string>> = {
  'a size that is none': '0x5\r\nhello\r\n0\r\n\r\n',
  'a size that ends in LF': '5\nhello\r\n0\r\n\r\n',
  'an extension that ends in LF': '5;a\nhello\r\n0\r\n\r\n',
  'a chunk longer than its size': '5\r\nhelloX0\r\n\r\n',
  'a length in the trailer': '0\r\nContent-Length: 5\r\n\r\n',
};

for (const [what, body] of Object.entries(brokenBodies)) {
  test(`a body whose chunks are broken makes no manifest, and its rest no request: ${what}`, async () => {
    using connection = RawConnection.open(server.port);
    const head = `PUT /v2/library/malformed/manifests/broken HTTP/1.1\r\nHost: a\r\n${auth}${chunked}`;
    connection.send(`${head}\r\n${body}${smuggled}`);
    assert.deepEqual(statusesIn(await connection.untilClosed()), [400]);
    const answer = await server.client().get('/v2/library/malformed/manifests/broken');
    assert.equal(answer.status, 404);
  });
}

test('garbage behind a request is not taken for its answer', async () => {
  using connection = RawConnection.open(server.port);
  connection.send(`${get}Host: a\r\n${auth}\r\ngarbage\r\n\r\n`);
  const statuses = statusesIn(await connection.untilClosed());
  assert.ok(statuses.length === 0 || statuses[0] === 200, String(statuses));
});

test('what is unusual and right is served: a whole URL, 200 headers, HTTP/1.0 without Host, an empty Host', async () => {
  for (const request of [
    'GET http://other.example:80/livez HTTP/1.1\r\nHost: a\r\n',
    'GET HTTP://[::1]/livez?x=1 HTTP/1.1\r\nHost: a\r\n',
    `GET /livez HTTP/1.1\r\nHost: a\r\n${headers(198)}`,
    'GET /livez HTTP/1.0\r\n',
    'GET /livez HTTP/1.1\r\nHost:\r\n',
    'GET /livez HTTP/1.1\r\nHost: registry_1.example:5000\r\n',
  ]) {
    using connection = RawConnection.open(server.port);
    const received = await connection.send(`${request}Connection: close\r\n\r\n`).untilClosed();
    assert.deepEqual(statusesIn(received), [200], request.slice(0, 80));
  }
});

test('requests sent one behind the other are answered in their order', async () => {
  using connection = RawConnection.open(server.port);
  const absent = 'GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n';
  connection.send(`${smuggled}${absent}${get}Host: a\r\n${auth}\r\n${absent}`);
  const received = await connection.until(/(HTTP\/1\.1 [^]*){4}\}$/);
  assert.deepEqual(statusesIn(received), [200, 404, 200, 404]);
});

test('nothing of it was created, and nothing was our failure', async () => {
  const answer = await server.client().get('/v2/library/malformed/tags/list');
  assert.equal(answer.status, 404);
  assert.deepEqual(
    server.log.filter((line) => line['level'] === 'error' || line['level'] === 'warn'),
    [],
  );
});
