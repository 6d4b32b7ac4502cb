import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get as httpGet } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { createLog } from '../log/logger.ts';
import { Listeners } from './listeners.ts';
import { contextOf } from './request-context.ts';
import { createHttpServer, type Routes } from './server.ts';
import { TrustedProxies } from './trusted-proxies.ts';

const routes: Routes = (server) => {
  server.post('/echo', (request) => request.body);
  server.get('/who', (request) => {
    const { clientAddress, origin } = contextOf(request.raw);
    return { clientAddress, origin };
  });
};

/** Sends each text and waits for what has to have come then. */
async function talk(trusted: boolean, ...steps: readonly (readonly [string, RegExp])[]): Promise<void> {
  const ranges = trusted ? [{ address: '127.0.0.1', prefix: 32, family: 'ipv4' } as const] : [];
  const outside = { externalUrl: undefined, proxies: new TrustedProxies(ranges) };
  const address = { host: '127.0.0.1', port: 0, loopback: true };
  const { listeners } = await Listeners.bind(address, false);
  listeners.serve(await createHttpServer([routes], createLog('error', undefined).of('http'), outside));
  const socket = connect(listeners.port, '127.0.0.1');
  let received = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    received += piece;
  });
  try {
    for (const [text, wanted] of steps) {
      socket.write(text);
      for (let tries = 0; tries < 250 && !wanted.test(received); tries++) await delay(20);
      assert.match(received, wanted);
    }
  } finally {
    socket.destroy();
    await listeners.close();
  }
}

function get(url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    }).once('error', reject);
  });
}

const who =
  'GET /who HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 1.1.1.1, 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: r.example\r\n\r\n';

test('a request knows the address of its client and its origin, by the word of trusted proxies only', async () => {
  await talk(true, [who, /\{"clientAddress":"203\.0\.113\.9","origin":"https:\/\/r\.example"\}$/]);
  await talk(false, [who, /\{"clientAddress":"127\.0\.0\.1","origin":"http:\/\/a"\}$/]);
});

test('a route that parses its body asks for it, an address that is not there does not', async () => {
  const head = (path: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`;
  const asked = /^HTTP\/1\.1 100 Continue\r\n\r\n$/;
  await talk(false, [head('/echo'), asked], ['{"a":"b"}', / 200 OK[^]*\{"a":"b"\}$/]);
  await talk(false, [head('/nothing'), /^HTTP\/1\.1 404 [^]*Connection: close[^]*\}$/i]);
});

test('requests that come before there is a handler wait for it, and are refused when there will be none', async () => {
  const address = { host: '127.0.0.1', port: 0, loopback: true };
  for (const starts of [true, false]) {
    const { listeners } = await Listeners.bind(address, false);
    const base = `http://127.0.0.1:${listeners.port}`;
    const waiting = get(`${base}/v2/`);
    // The address that is asked by who wants to know whether it is ready: by its answer, the other one has come too.
    assert.equal((await get(`${base}/readyz`)).status, 503);
    if (starts) listeners.serve((_request, response) => response.end('served'));
    const closed = listeners.close();
    const { status, text } = await waiting;
    assert.equal(status, starts ? 200 : 503);
    assert.match(text, starts ? /^served$/ : /the registry is starting/);
    await closed;
  }
});

test('who has connected before the end, and asks only then, is still answered', async () => {
  const { listeners } = await Listeners.bind({ host: '127.0.0.1', port: 0, loopback: true }, false);
  listeners.serve((_request, response) => response.end('served'));
  const socket = connect(listeners.port, '127.0.0.1');
  await once(socket, 'connect');
  const closed = listeners.close();
  // Nobody new is taken from now on.
  while (listeners.port !== 0) await nextTurn();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let received = '';
  for await (const piece of socket) received += String(piece);
  assert.match(received, /served/);
  await closed;
});

test('who asks only after a start was refused is told so at once, and holds the end up no longer', async () => {
  const { listeners } = await Listeners.bind({ host: '127.0.0.1', port: 0, loopback: true }, false);
  const socket = connect(listeners.port, '127.0.0.1');
  await once(socket, 'connect');
  const startedAt = performance.now();
  const closed = listeners.close();
  while (listeners.port !== 0) await nextTurn();
  socket.write('GET /v2/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let received = '';
  for await (const piece of socket) received += String(piece);
  assert.match(received, /503[^]*the registry is starting/);
  await closed;
  assert.ok(performance.now() - startedAt < 8000, 'it was held, as if there were still a start to wait for');
});
