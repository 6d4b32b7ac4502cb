import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { type AddressRange, parseAddressRange } from '../../config/addresses/address-range.ts';
import { issueAuthority, issueForServer } from '../../crypto/issue-certificate.ts';
import { GuardedClient, type OutgoingRequest } from './guarded-client.ts';
import type { Lookup } from './guarded-connect.ts';
import { type OutgoingFault, OutgoingProblem } from './outgoing-problem.ts';

const loopback = [parseAddressRange('127.0.0.1') as AddressRange];
const secrets = {
  Authorization: 'Bearer secret',
  Cookie: 'a=b',
  'X-Signature': 'c',
  'Content-Type': 'text/x',
  Accept: '*/*',
};

/** A name server that knows these only. */
function names(known: Readonly<Record<string, readonly string[]>>): Lookup {
  return (hostname) => {
    const found = known[hostname];
    if (found === undefined) return Promise.reject(new Error(`ENOTFOUND ${hostname}`));
    return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  };
}

class Peer implements AsyncDisposable {
  readonly seen: {
    method: string | undefined;
    path: string | undefined;
    headers: IncomingMessage['headers'];
    body: string;
  }[] = [];
  connections = 0;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', () => {
      this.connections += 1;
    });
  }

  static async start(
    answer: RequestListener,
    make: (listener: RequestListener) => Server = createServer,
  ): Promise<Peer> {
    const server = make((request, response) => {
      void (async () => {
        let body = '';
        for await (const piece of request.setEncoding('utf8')) body += String(piece);
        const { method, url: path, headers } = request;
        peer.seen.push({ method, path, headers, body });
        answer(request, response);
      })();
    });
    const peer = new Peer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function asking(url: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { method: 'GET', url, headers: {}, timeOutMs: 10_000, maxAnswerBytes: 1000, ...more };
}

async function expectFault(work: Promise<unknown>, fault: OutgoingFault): Promise<OutgoingProblem> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof OutgoingProblem, String(error));
    assert.equal(error.fault, fault, error.message);
    return error;
  }
  assert.fail(`it was sent, in spite of: ${fault}`);
}

const strict = { permitted: [], destinations: undefined };
const lenient = { permitted: loopback, destinations: undefined };

for (const host of [
  '127.0.0.1',
  '2130706433',
  '0177.0.0.1',
  '0x7f.1',
  '127.1',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '0.0.0.0',
  '[::]',
  'localhost',
  'localhost.',
  'inside.example',
  '169.254.169.254',
  '[fe80::1]',
]) {
  test(`nothing is sent inside, whatever its host is called: ${host}`, async () => {
    await using peer = await Peer.start((_request, response) => response.end());
    const resolve = names({
      localhost: ['127.0.0.1', '::1'],
      'localhost.': ['127.0.0.1'],
      'inside.example': ['127.0.0.1'],
    });
    await expectFault(
      new GuardedClient(strict, resolve).send(asking(`http://${host}:${peer.port}/`)),
      'address',
    );
    assert.equal(peer.connections, 0);
  });
}

test('an open port inside and a closed one are told of in the same words', async () => {
  await using peer = await Peer.start((_request, response) => response.end());
  const client = new GuardedClient(strict);
  const open = await expectFault(client.send(asking(`http://127.0.0.1:${peer.port}/`)), 'address');
  const closed = await expectFault(client.send(asking('http://127.0.0.1:1/')), 'address');
  assert.equal(open.message.replace(`:${peer.port}`, ''), closed.message.replace(':1 ', ' '));
});

test('what the administrator permits is reached', async () => {
  await using peer = await Peer.start((_request, response) => response.end('hello'));
  const client = new GuardedClient(lenient, names({ 'inside.example': ['127.0.0.1'] }));
  const url = `http://inside.example:${peer.port}/a?b=c`;
  const answer = await client.send(
    asking(url, { method: 'POST', headers: secrets, body: Buffer.from('text') }),
  );
  assert.equal(answer.status, 200);
  assert.equal(answer.body.toString(), 'hello');
  const [seen] = peer.seen;
  assert.deepEqual([seen?.method, seen?.path, seen?.body], ['POST', '/a?b=c', 'text']);
  assert.equal(seen?.headers.host, `inside.example:${peer.port}`);
  assert.equal(seen?.headers.authorization, 'Bearer secret');
});

test('the address that the kernel has connected to counts, too: 0.0.0.0 is loopback', async () => {
  await using peer = await Peer.start((_request, response) => response.end());
  const permitted = [parseAddressRange('0.0.0.0/8') as AddressRange];
  const client = new GuardedClient({ permitted, destinations: undefined });
  await expectFault(client.send(asking(`http://0.0.0.0:${peer.port}/`)), 'address');
  assert.equal(peer.seen.length, 0);
});

test('of several addresses of a name only those that are permitted are connected to', async () => {
  await using peer = await Peer.start((_request, response) => response.end('hello'));
  const client = new GuardedClient(lenient, names({ 'two.example': ['127.0.0.2', '::1', '127.0.0.1'] }));
  assert.equal((await client.send(asking(`http://two.example:${peer.port}/`))).status, 200);
});

test('a name that leads inside at its second answer gains nothing: it is resolved once a connection', async () => {
  await using peer = await Peer.start((_request, response) => response.end());
  let asked = 0;
  const rebinding: Lookup = () => {
    asked += 1;
    return Promise.resolve([{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }]);
  };
  const client = new GuardedClient(lenient, rebinding);
  const url = `http://rebinding.example:${peer.port}/`;
  assert.equal((await client.send(asking(url))).status, 200);
  assert.equal(asked, 1);
  await expectFault(client.send(asking(url)), 'address');
});

test('only allowed destinations are reached, also by a redirect', async () => {
  await using peer = await Peer.start((request, response) => {
    if (request.url === '/away') response.writeHead(302, { Location: `http://other.example:${peer.port}/` });
    response.end();
  });
  const rules = { permitted: loopback, destinations: new Set(['allowed.example']) };
  const known = names({ 'allowed.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] });
  const client = new GuardedClient(rules, known);
  assert.equal((await client.send(asking(`http://ALLOWED.example:${peer.port}/`))).status, 200);
  await expectFault(client.send(asking(`http://other.example:${peer.port}/`)), 'destination');
  await expectFault(client.send(asking(`http://allowed.example:${peer.port}/away`)), 'destination');
  assert.equal(peer.connections, 2);
});

for (const location of [
  'http://127.0.0.2/',
  'http://169.254.169.254/latest/meta-data/',
  '//[::1]/',
  'http://0x7f000002/',
]) {
  test(`a redirect inside is not followed: ${location}`, async () => {
    await using peer = await Peer.start((_request, response) =>
      response.writeHead(307, { Location: location }).end(),
    );
    await expectFault(new GuardedClient(lenient).send(asking(`http://127.0.0.1:${peer.port}/`)), 'address');
  });
}

for (const location of [
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'http://user:word@127.0.0.1/',
  'javascript:1',
]) {
  test(`a redirect to what is no plain URL is not followed: ${location}`, async () => {
    await using peer = await Peer.start((_request, response) =>
      response.writeHead(302, { Location: location }).end(),
    );
    await expectFault(new GuardedClient(lenient).send(asking(`http://127.0.0.1:${peer.port}/`)), 'url');
  });
}

for (const url of [
  '',
  'x',
  '/a',
  'ftp://a/',
  'file:///etc/passwd',
  'unix:/run/docker.sock',
  'http://a@b/',
  'http://:a@b/',
  'http://[::1',
  'http://1.2.3.999/',
]) {
  test(`no request is made of what is no http or https URL: ${url}`, async () => {
    await expectFault(new GuardedClient(lenient).send(asking(url)), 'url');
  });
}

test('credentials go to the host that was meant, and to no other', async () => {
  await using other = await Peer.start((_request, response) => response.end('there'));
  await using peer = await Peer.start((request, response) => {
    if (request.url === '/away')
      response.writeHead(307, { Location: `http://other.example:${other.port}/` }).end();
    else if (request.url === '/port')
      response.writeHead(307, { Location: `http://a.example:${other.port}/` }).end();
    else if (request.url === '/here') response.writeHead(302, { Location: '/end' }).end();
    else response.end();
  });
  const client = new GuardedClient(
    lenient,
    names({ 'a.example': ['127.0.0.1'], 'other.example': ['127.0.0.1'] }),
  );
  for (const path of ['away', 'port', 'here'])
    await client.send(asking(`http://a.example:${peer.port}/${path}`, { headers: secrets }));
  assert.equal(other.seen.length, 2);
  for (const { headers } of other.seen) {
    assert.deepEqual(
      [headers.authorization, headers.cookie, headers['x-signature']],
      [undefined, undefined, undefined],
    );
    assert.deepEqual([headers.accept, headers['content-type']], ['*/*', 'text/x']);
  }
  const end = peer.seen.find(({ path }) => path === '/end');
  assert.equal(end?.headers.authorization, 'Bearer secret');
});

for (const [status, method, body] of [
  [301, 'GET', ''],
  [302, 'GET', ''],
  [303, 'GET', ''],
  [307, 'POST', 'text'],
  [308, 'POST', 'text'],
] as const) {
  test(`a POST that is answered with ${status} goes on as a ${method}`, async () => {
    await using peer = await Peer.start((request, response) => {
      if (request.url === '/') response.writeHead(status, { Location: 'next' });
      response.end();
    });
    const url = `http://127.0.0.1:${peer.port}/`;
    await new GuardedClient(lenient).send(asking(url, { method: 'POST', body: Buffer.from('text') }));
    const [, next] = peer.seen;
    assert.deepEqual([next?.path, next?.method, next?.body], ['/next', method, body]);
  });
}

test('redirects without end, or without an address, end', async () => {
  await using peer = await Peer.start((request, response) => {
    response.writeHead(302, request.url === '/none' ? {} : { Location: `${request.url ?? ''}x` }).end();
  });
  const client = new GuardedClient(lenient);
  await expectFault(client.send(asking(`http://127.0.0.1:${peer.port}/`)), 'redirect');
  assert.equal(peer.seen.length, 6);
  await expectFault(client.send(asking(`http://127.0.0.1:${peer.port}/none`)), 'redirect');
});

test('an answer has a limit, with a length and without, and however small it was made', async () => {
  await using peer = await Peer.start((request, response) => {
    const body = Buffer.alloc(request.url === '/most' ? 1000 : 1001);
    if (request.url !== '/streamed') response.setHeader('Content-Length', body.length);
    response.end(body);
  });
  const client = new GuardedClient(lenient);
  const url = `http://127.0.0.1:${peer.port}`;
  assert.equal((await client.send(asking(`${url}/most`))).body.length, 1000);
  for (const path of ['more', 'streamed'])
    await expectFault(client.send(asking(`${url}/${path}`)), 'tooLarge');
});

test('an answer that may be cut ends at the limit, or in time, and a redirect may be the answer', async () => {
  await using peer = await Peer.start((request, response) => {
    if (request.url === '/redirect') response.writeHead(307, { Location: '/elsewhere' });
    if (request.url === '/hangs') response.write('begun');
    else response.end('x'.repeat(2000));
  });
  const client = new GuardedClient(lenient);
  const ask = (path: string, timeOutMs: number) =>
    client.send(
      asking(`http://127.0.0.1:${peer.port}/${path}`, { cut: true, redirects: 'answered', timeOutMs }),
    );
  assert.equal((await ask('long', 10_000)).body.length, 1000);
  const hanging = await ask('hangs', 500);
  assert.deepEqual([hanging.status, hanging.body.toString()], [200, 'begun']);
  assert.equal((await ask('redirect', 10_000)).status, 307);
  assert.deepEqual(
    peer.seen.map(({ path }) => path),
    ['/long', '/hangs', '/redirect'],
  );
});

test('what can be said of an address before anything is sent', () => {
  const client = new GuardedClient({
    permitted: loopback,
    destinations: new Set(['a.example', '127.0.0.1', '10.0.0.1']),
  });
  const fault = (url: string): string | undefined => {
    try {
      client.requirePlausible(url);
      return undefined;
    } catch (error) {
      assert.ok(error instanceof OutgoingProblem, String(error));
      return error.fault;
    }
  };
  assert.deepEqual(
    [
      'https://a.example/',
      'http://127.0.0.1/',
      'http://10.0.0.1/',
      'http://b.example/',
      'ftp://a.example/',
    ].map(fault),
    [undefined, undefined, 'address', 'destination', 'url'],
  );
});

test('who never answers, or never ends, is given up in time', async () => {
  const sockets = new Set<Socket>();
  let greeting = '';
  const silent = createNetServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()));
    socket.write(greeting);
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const client = new GuardedClient(lenient, () => new Promise(() => {}));
  for (const text of ['', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx']) {
    greeting = text;
    await expectFault(client.send(asking(`http://127.0.0.1:${port}/`, { timeOutMs: 100 })), 'timeOut');
  }
  greeting = '';
  await expectFault(client.send(asking(`https://127.0.0.1:${port}/`, { timeOutMs: 100 })), 'timeOut');
  await expectFault(client.send(asking('http://never.example/', { timeOutMs: 100 })), 'timeOut');
  for (const socket of sockets) socket.destroy();
  silent.close();
});

test('what is no HTTP, no port and no name is out of reach, without a word of why', async () => {
  const strange = createNetServer((socket) =>
    socket.on('error', () => socket.destroy()).end('220 smtp ready\r\n'),
  );
  strange.listen(0, '127.0.0.1');
  await once(strange, 'listening');
  const { port } = strange.address() as AddressInfo;
  const client = new GuardedClient(lenient, names({ 'none.example': [] }));
  const closed = await expectFault(client.send(asking('http://127.0.0.1:1/')), 'unreachable');
  assert.doesNotMatch(closed.message, /ECONN|refused/i);
  const banner = await expectFault(client.send(asking(`http://127.0.0.1:${port}/`)), 'unreachable');
  assert.doesNotMatch(banner.message, /smtp|parse/i);
  for (const host of ['unknown.example', 'none.example'])
    await expectFault(client.send(asking(`http://${host}/`)), 'unreachable');
  strange.close();
});

test('HTTPS is spoken with who has a certificate of the name, and with nobody else', async () => {
  const authority = issueAuthority(['right.example', 'wrong.example'], Date.now());
  const { certificate, key } = issueForServer(authority, ['right.example'], Date.now());
  const secure = (listener: RequestListener): Server => createSecure({ cert: certificate, key }, listener);
  await using peer = await Peer.start((request, response) => {
    if (request.url === '/down') response.writeHead(307, { Location: `http://right.example:${peer.port}/` });
    response.end(String((request.socket as TLSSocket).servername));
  }, secure);
  const known = names({ 'right.example': ['127.0.0.1'], 'wrong.example': ['127.0.0.1'] });
  const client = new GuardedClient(lenient, known);
  const at = (host: string, path = ''): OutgoingRequest => asking(`https://${host}:${peer.port}/${path}`);
  const untrusted = await expectFault(client.send(at('right.example')), 'unreachable');
  assert.equal(untrusted.message, 'the certificate of right.example is not trusted, or has ended');
  const trusted = getCACertificates('default');
  setDefaultCACertificates([authority.certificate]);
  try {
    assert.equal((await client.send(at('right.example'))).body.toString(), 'right.example');
    const wrong = await expectFault(client.send(at('wrong.example')), 'unreachable');
    assert.equal(wrong.message, 'the certificate of wrong.example is for another name');
    await expectFault(client.send(at('127.0.0.1')), 'unreachable');
    const any = { ...at('wrong.example'), anyCertificate: true } as const;
    assert.equal((await client.send(any)).body.toString(), 'wrong.example');
    await expectFault(client.send(at('right.example', 'down')), 'redirect');
  } finally {
    setDefaultCACertificates(trusted);
  }
  assert.equal(peer.seen.length, 3);
});
