import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as plainRequest } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectSecure } from 'node:tls';
import { issueAuthority, issueForServer } from '../../crypto/issue-certificate.ts';
import type { CertificatePair, CertificateSource } from '../../tls/certificate-source.ts';
import { Listeners, type RequestHandler } from '../listeners.ts';

const now = Date.now();
const authority = issueAuthority(['localhost'], now);

class Source implements CertificateSource {
  pair: CertificatePair = issueForServer(authority, ['localhost'], now);
  readonly authority = undefined;
  #listener: ((pair: CertificatePair) => void) | undefined;

  renew(pair: CertificatePair): void {
    this.pair = pair;
    this.#listener?.(pair);
  }

  problem(): undefined {
    return undefined;
  }

  covers(): boolean {
    return true;
  }

  onChange(listener: (pair: CertificatePair) => void): void {
    this.#listener = listener;
  }

  [Symbol.dispose](): void {
    this.#listener = undefined;
  }
}

const answer: RequestHandler = (request, response) => {
  const encrypted = 'encrypted' in request.socket;
  let bytes = 0;
  request.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  request.once('end', () =>
    response.end(`${encrypted ? 'tls' : 'plain'} ${request.socket.remoteAddress ?? ''} ${bytes}`),
  );
};

async function withListeners(run: (port: number, source: Source) => Promise<void>): Promise<void> {
  const address = { host: '127.0.0.1', port: 0, loopback: true };
  const { listeners } = await Listeners.bind(address, false, { tls: { clientCertificates: false } });
  const source = new Source();
  listeners.encryptWith(source, undefined);
  listeners.serve(answer);
  try {
    await run(listeners.port, source);
  } finally {
    await listeners.close();
  }
}

interface Ask {
  readonly secure: boolean;
  readonly agent?: Agent;
  readonly body?: Buffer;
}

function ask(port: number, { secure, agent, body }: Ask): Promise<string> {
  const to = { host: '127.0.0.1', port, method: 'POST', servername: 'localhost', ca: authority.certificate };
  return new Promise((resolve, reject) => {
    const started = secure
      ? secureRequest({ ...to, agent: agent ?? false })
      : plainRequest({ host: to.host, port, method: to.method, agent: false });
    started.once('error', reject);
    started.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      response.once('end', () => resolve(text));
    });
    started.end(body);
  });
}

test('HTTP and TLS are served on one port, bodies whole, with the client known in both', async () => {
  await withListeners(async (port) => {
    const body = Buffer.alloc(3_000_000, 7);
    for (const secure of [true, false, true]) {
      const name = secure ? 'tls' : 'plain';
      assert.equal(await ask(port, { secure }), `${name} 127.0.0.1 0`);
      assert.equal(await ask(port, { secure, body }), `${name} 127.0.0.1 ${body.length}`);
    }
  });
});

test('a handshake whose first byte comes alone, and late, is served', async () => {
  await withListeners(async (port) => {
    const hello = await firstBytesOf();
    const socket = connect(port, '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (piece: Buffer) => received.push(piece));
    socket.write(hello.subarray(0, 1));
    await delay(50);
    socket.write(hello.subarray(1));
    for (let tries = 0; tries < 500 && received.length === 0; tries++) await delay(10);
    // Its answer is a handshake too.
    assert.equal(received[0]?.[0], 22);
    socket.destroy();
  });
});

/** What a client sends first. */
async function firstBytesOf(): Promise<Buffer> {
  const { createServer } = await import('node:net');
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const server = createServer((socket) => {
    socket.once('data', resolve).on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const client = connectSecure({ host: '127.0.0.1', port, servername: 'localhost' });
  client.on('error', () => client.destroy());
  const bytes = await promise;
  client.destroy();
  server.close();
  return bytes;
}

test('a renewed certificate is for new connections; those that are open go on', async () => {
  await withListeners(async (port, source) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 });
    assert.match(await ask(port, { secure: true, agent }), /^tls/);
    const renewed = issueForServer(authority, ['localhost'], now);
    source.renew(renewed);
    assert.match(await ask(port, { secure: true, agent }), /^tls/);
    assert.equal(await ask(port, { secure: true }), 'tls 127.0.0.1 0');
    const socket = connectSecure({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: authority.certificate,
    });
    await once(socket, 'secureConnect');
    assert.equal(socket.getPeerX509Certificate()?.toString(), renewed.certificate);
    socket.destroy();
    agent.destroy();
  });
});

test('versions before TLS 1.2 are refused', async () => {
  await withListeners(async (port) => {
    const socket = connectSecure({
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ca: authority.certificate,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const error = await new Promise<Error | undefined>((resolve) => {
      socket.once('error', resolve).once('secureConnect', () => resolve(undefined));
    });
    assert.match(error?.message ?? 'connected', /protocol version|alert/i);
    socket.destroy();
  });
});

test('an end does not wait for connections on which nothing came, nor for idle ones', async () => {
  const address = { host: '127.0.0.1', port: 0, loopback: true };
  const { listeners } = await Listeners.bind(address, false, { tls: { clientCertificates: false } });
  listeners.encryptWith(new Source(), undefined);
  listeners.serve(answer);
  const silent = connect(listeners.port, '127.0.0.1');
  silent.on('error', () => silent.destroy());
  await once(silent, 'connect');
  const agent = new Agent({ keepAlive: true });
  await ask(listeners.port, { secure: true, agent });
  await listeners.close();
  agent.destroy();
  silent.destroy();
});

test('an end answers who connected just before and asks at once, and waits for no handshake that stands still', async () => {
  const address = { host: '127.0.0.1', port: 0, loopback: true };
  const { listeners } = await Listeners.bind(address, false, { tls: { clientCertificates: false } });
  listeners.encryptWith(new Source(), undefined);
  listeners.serve(answer);
  const [late, stalled] = [connect(listeners.port, '127.0.0.1'), connect(listeners.port, '127.0.0.1')];
  stalled.on('error', () => {});
  await Promise.all([once(late, 'connect'), once(stalled, 'connect')]);
  stalled.write(Buffer.from([22, 3]));
  await delay(50);
  const closed = listeners.close();
  await delay(50);
  const answered = once(late, 'data');
  late.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.match(String(await answered), /^HTTP\/1\.1 200 /);
  // Where it waits, it waits as long as a handshake may take.
  const began = performance.now();
  await closed;
  assert.ok(performance.now() - began < 30_000);
});
