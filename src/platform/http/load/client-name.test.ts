import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { openContext } from '../request-context.ts';
import { TrustedProxies } from '../trusted-proxies.ts';
import { clientName, rememberAccount } from './client-name.ts';
import { FairShare } from './fair-share.ts';

const proxies = new TrustedProxies([{ address: '10.0.0.0', prefix: 8, family: 'ipv4' }]);

function connect(address: string): Socket {
  return Object.defineProperty(new Socket(), 'remoteAddress', { value: address });
}

interface Asked {
  readonly request: IncomingMessage;
  readonly begins: boolean;
}

function ask(share: FairShare, socket: Socket): Asked {
  const request = new IncomingMessage(socket);
  const context = openContext(request, { externalUrl: undefined, proxies });
  context.place = share.enter(clientName(request, context));
  return { request, begins: context.place !== undefined && context.place.turn === undefined };
}

test('an account with many new connections is one client, held back beside nobody', () => {
  using share = new FairShare(100);
  const sockets = Array.from({ length: 40 }, () => connect('192.0.2.1'));
  const first = sockets.map((socket) => ask(share, socket));
  for (const { request } of first) rememberAccount(request, 'user:1');
  const next = sockets.map((socket) => ask(share, socket));
  for (const { begins } of [...first, ...next]) assert.ok(begins);
});

test('two accounts are two clients, also behind one address', () => {
  using share = new FairShare(100);
  const socket = connect('192.0.2.1');
  rememberAccount(ask(share, socket).request, 'user:1');
  rememberAccount(ask(share, connect('192.0.2.1')).request, 'user:2');
  const next = Array.from({ length: 40 }, () => ask(share, socket));
  assert.equal(next.filter(({ begins }) => begins).length, 1);
});

test('what comes by a proxy counts for the address that it names, whoever signs in', () => {
  const socket = connect('10.0.0.1');
  const request = new IncomingMessage(socket);
  request.headers['x-forwarded-for'] = '192.0.2.7';
  const context = openContext(request, { externalUrl: undefined, proxies });
  rememberAccount(request, 'user:1');
  assert.equal(clientName(request, context), '192.0.2.7');
});
