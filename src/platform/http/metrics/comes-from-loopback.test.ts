import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { parseAddressRange } from '../../config/addresses/address-range.ts';
import { TrustedProxies } from '../trusted-proxies.ts';
import { comesFromLoopback } from './comes-from-loopback.ts';

function ask(
  remoteAddress: string | undefined,
  headers: IncomingHttpHeaders,
  trusted: string[] = [],
): boolean {
  const ranges = trusted.map((each) => parseAddressRange(each)).filter((each) => typeof each === 'object');
  const request = { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
  return comesFromLoopback(new TrustedProxies(ranges), request);
}

const host = 'localhost:5000';

test('a program on this machine is one, by either family of addresses', () => {
  for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
    for (const name of [host, '127.0.0.1:5000', '[::1]:5000', 'LOCALHOST'])
      assert.ok(ask(address, { host: name }));
});

test('another machine is none, nor a connection without an address', () => {
  for (const address of ['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '', undefined])
    assert.equal(ask(address, { host }), false);
});

test('a proxy on this machine is none: by what it says of its client, by being trusted, by the host', () => {
  for (const header of [
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-real-ip',
    'forwarded',
    'via',
    'cf-connecting-ip',
  ])
    assert.equal(ask('127.0.0.1', { host, [header]: '127.0.0.1' }), false, header);
  assert.equal(ask('127.0.0.1', { host }, ['127.0.0.1']), false);
  assert.ok(ask('127.0.0.1', { host }, ['10.0.0.0/8']), 'another proxy is trusted');
  for (const name of ['registry.example', 'localhost.example', '127.0.0.1.example', ''])
    assert.equal(ask('127.0.0.1', { host: name }), false, name);
});
