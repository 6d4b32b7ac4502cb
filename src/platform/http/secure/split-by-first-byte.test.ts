import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as plainRequest } from 'node:http';
import { Agent, request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectSecure } from 'node:tls';
import { issueAuthority, issueForServer } from '../../crypto/issue-certificate.ts';
import type { CertificatePair, CertificateSource } from '../../tls/certificate-source.ts';
import { type Encryption, Listeners, type RequestHandler } from '../listeners.ts';

const now = Date.now();
const authority = issueAuthority(['localhost'], now);
const byDefault = { clientAuthorities: undefined, oldest: 'TLSv1.2' } as const;

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

async function withListeners(
  run: (port: number, source: Source) => Promise<void>,
  encryption: Encryption = byDefault,
): Promise<void> {
  const listeners = await bind();
  const source = new Source();
  listeners.encryptWith(source, encryption);
  listeners.serve(answer);
  try {
    await run(listeners.port, source);
  } finally {
    await listeners.close();
  }
}

async function bind(): Promise<Listeners> {
  const address = { host: '127.0.0.1', port: 0, loopback: true };
  const { listeners } = await Listeners.bind(address, false, { tls: { clientCertificates: false } });
  return listeners;
}

interface Ask {
  readonly secure: boolean;
  readonly agent?: Agent;
  readonly body?: Buffer;
  readonly path?: string;
}

function ask(port: number, { secure, agent, body, path = '/' }: Ask): Promise<string> {
  const to = {
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    servername: 'localhost',
    ca: authority.certificate,
  };
  return new Promise((resolve, reject) => {
    const started = secure
      ? secureRequest({ ...to, agent: agent ?? false })
      : plainRequest({ host: to.host, port, path, method: to.method, agent: false });
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

/** What became of a handshake: the version, or the error. */
async function shakeHands(port: number, options: ConnectionOptions): Promise<string> {
  const to = { host: '127.0.0.1', port, servername: 'localhost', ca: authority.certificate };
  const socket = connectSecure({ ...to, ...options });
  const error = await new Promise<Error | undefined>((resolve) => {
    socket.once('error', resolve).once('secureConnect', () => resolve(undefined));
  });
  const version = socket.getProtocol();
  socket.destroy();
  return error?.message ?? String(version);
}

const refused = /protocol version|alert/i;

test('versions before TLS 1.2 are refused, and TLS 1.2 where 1.3 is the oldest', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const [middle, newest] = [{ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }] as const;
  await withListeners(async (port) => {
    assert.match(await shakeHands(port, old), refused);
    assert.equal(await shakeHands(port, middle), 'TLSv1.2');
    assert.equal(await shakeHands(port, newest), 'TLSv1.3');
  });
  await withListeners(
    async (port, source) => {
      for (let round = 0; round < 2; round++) {
        assert.match(await shakeHands(port, middle), refused);
        assert.equal(await shakeHands(port, newest), 'TLSv1.3');
        // A renewed certificate does not loosen it.
        source.renew(issueForServer(authority, ['localhost'], now));
      }
    },
    { ...byDefault, oldest: 'TLSv1.3' },
  );
});

test('of TLS 1.2 only suites with forward secrecy and authenticated encryption are spoken', async () => {
  await withListeners(async (port) => {
    const only = (ciphers: string): Promise<string> => shakeHands(port, { maxVersion: 'TLSv1.2', ciphers });
    assert.equal(await only('ECDHE-ECDSA-AES128-GCM-SHA256'), 'TLSv1.2');
    assert.equal(await only('ECDHE-ECDSA-CHACHA20-POLY1305'), 'TLSv1.2');
    assert.match(await only('ECDHE-ECDSA-AES256-SHA384'), refused);
    assert.match(await only('ECDHE-ECDSA-AES128-SHA'), refused);
  });
});

test('handshakes that come before the certificate wait for it, their requests for the start, and an end ends both', async () => {
  for (const starts of [true, false]) {
    const listeners = await bind();
    const { port } = listeners;
    const early = ask(port, { secure: true });
    const gone = connectSecure({ host: '127.0.0.1', port });
    gone.on('error', () => {});
    await once(gone, 'connect');
    gone.destroy();
    assert.match(await ask(port, { secure: false, path: '/readyz' }), /the registry is starting/);
    listeners.encryptWith(new Source(), byDefault);
    assert.match(await ask(port, { secure: true, path: '/readyz' }), /the registry is starting/);
    if (starts) listeners.serve(answer);
    const closed = starts ? undefined : listeners.close();
    assert.match(await early, starts ? /^tls / : /the registry is starting/);
    await (closed ?? listeners.close());
  }
});

test('a start that fails before there is a certificate lets nobody hang', async () => {
  const listeners = await bind();
  const early = assert.rejects(ask(listeners.port, { secure: true }), /hang up|disconnected|ECONNRESET/);
  const socket = connect(listeners.port, '127.0.0.1');
  await once(socket, 'connect');
  await ask(listeners.port, { secure: false, path: '/readyz' });
  await listeners.close();
  await early;
  socket.destroy();
});

test('an end does not wait for connections on which nothing came, nor for idle ones', async () => {
  const listeners = await bind();
  listeners.encryptWith(new Source(), byDefault);
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
  const listeners = await bind();
  listeners.encryptWith(new Source(), byDefault);
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
