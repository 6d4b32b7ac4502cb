import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { type AddressRange, parseAddressRange } from '../config/addresses/address-range.ts';
import { clientAddress } from './client-address.ts';
import { originOf, prefixOf } from './origin-of.ts';
import { TrustedProxies } from './trusted-proxies.ts';

type Headers = Readonly<Record<string, string>>;

function from(remoteAddress: string | undefined, headers: Headers = {}): IncomingMessage {
  const local = remoteAddress === undefined ? {} : { localAddress: '::ffff:10.9.9.9', localPort: 5000 };
  return { socket: { remoteAddress, ...local }, headers } as unknown as IncomingMessage;
}

function trusting(...ranges: string[]): TrustedProxies {
  return new TrustedProxies(ranges.map((range) => parseAddressRange(range) as AddressRange));
}

const proxies = trusting('10.0.0.0/8', 'fd00::/8', '192.0.2.7');

function origin(request: IncomingMessage, externalUrl?: string): string {
  return originOf({ externalUrl, proxies }, request);
}

const spoofed = {
  host: 'registry.example:5000',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example',
  forwarded: 'for=6.6.6.6;proto=https;host=evil.example',
};

test('the external URL goes before everything', () => {
  assert.equal(origin(from('10.0.0.1', spoofed), 'https://own.example'), 'https://own.example');
});

test('nobody but a trusted proxy changes scheme and host', () => {
  assert.equal(origin(from('203.0.113.9', spoofed)), 'http://registry.example:5000');
  assert.equal(origin(from(undefined, spoofed)), 'http://registry.example:5000');
  assert.equal(origin(from('10.0.0.1', spoofed)), 'https://evil.example');
  assert.equal(origin(from('::ffff:10.0.0.1', spoofed)), 'https://evil.example');
  assert.equal(origin(from('fd00::1%eth0', spoofed)), 'https://evil.example');
});

test('of several hops the last one counts', () => {
  const headers = {
    host: 'a',
    'x-forwarded-proto': 'http, https',
    'x-forwarded-host': 'evil, Right.example',
  };
  assert.equal(origin(from('10.0.0.1', headers)), 'https://right.example');
});

test('Forwarded counts where no X-Forwarded header is there', () => {
  const headers = {
    host: 'a',
    forwarded: 'for="[2001:db8::1]";host="evil, x", for=1.2.3.4;Proto=HTTPS;host="r.example:443"',
  };
  assert.equal(origin(from('10.0.0.1', headers)), 'https://r.example:443');
  assert.equal(origin(from('10.0.0.1', { ...headers, 'x-forwarded-for': '1.2.3.4' })), 'http://a');
});

const noHosts = [
  'a"b',
  'a/b',
  'a b',
  'a@b',
  'a\\b',
  'a:70000',
  'a:b',
  '[::1',
  '[::g]',
  '::1',
  '',
  'a#b',
  '[1.2.3.4]',
  'ä',
  'a,"b"',
  `${'a'.repeat(400)}`,
];

for (const host of noHosts) {
  test(`what is no host gets into no link: ${host.slice(0, 20)}`, () => {
    assert.equal(origin(from('203.0.113.9', { host })), 'http://10.9.9.9:5000');
    assert.equal(origin(from('10.0.0.1', { host: 'a', 'x-forwarded-host': host })), 'http://a');
  });
}

for (const host of [
  'a',
  'registry.example',
  '127.0.0.1:5000',
  '[::1]:5000',
  'a_b.example',
  'xn--4ca.example',
]) {
  test(`a host is taken as it is: ${host}`, () => {
    assert.equal(origin(from('203.0.113.9', { host })), `http://${host}`);
  });
}

test('a scheme that is none counts as http', () => {
  assert.equal(origin(from('10.0.0.1', { host: 'a', 'x-forwarded-proto': 'javascript' })), 'http://a');
});

const hops: readonly (readonly [
  what: string,
  peer: string | undefined,
  headers: Headers,
  address: string,
])[] = [
  ['no proxy', '203.0.113.9', {}, '203.0.113.9'],
  ['IPv4 over an IPv6 socket', '::ffff:203.0.113.9', {}, '203.0.113.9'],
  ['a Unix socket', undefined, { 'x-forwarded-for': '1.1.1.1' }, ''],
  ['a stranger who claims another address', '203.0.113.9', { 'x-forwarded-for': '1.1.1.1' }, '203.0.113.9'],
  ['one proxy', '10.0.0.1', { 'x-forwarded-for': '203.0.113.9' }, '203.0.113.9'],
  [
    'what the client has put before it',
    '10.0.0.1',
    { 'x-forwarded-for': '1.1.1.1, 203.0.113.9' },
    '203.0.113.9',
  ],
  ['two proxies', '10.0.0.1', { 'x-forwarded-for': '1.1.1.1, 203.0.113.9, 192.0.2.7' }, '203.0.113.9'],
  [
    'an untrusted one between',
    '10.0.0.1',
    { 'x-forwarded-for': '1.1.1.1, 192.0.2.8, 10.0.0.2' },
    '192.0.2.8',
  ],
  ['only trusted ones', '10.0.0.1', { 'x-forwarded-for': '10.0.0.3, 10.0.0.2' }, '10.0.0.3'],
  ['a proxy that says nothing', '10.0.0.1', {}, '10.0.0.1'],
  ['a hop that is no address', '10.0.0.1', { 'x-forwarded-for': '1.1.1.1, unknown, 10.0.0.2' }, '10.0.0.2'],
  ['ports', '10.0.0.1', { 'x-forwarded-for': '[2001:db8::1]:80, 10.0.0.2:99' }, '2001:db8::1'],
  ['mapped addresses', '10.0.0.1', { 'x-forwarded-for': '203.0.113.9, ::ffff:10.0.0.2' }, '203.0.113.9'],
  [
    'Forwarded',
    '10.0.0.1',
    { forwarded: 'for=1.1.1.1, for="[2001:DB8::1]:8";proto=https, for=10.0.0.2' },
    '2001:db8::1',
  ],
  ['an unclosed quote', '10.0.0.1', { forwarded: 'for="1.1.1.1, for=203.0.113.9' }, '10.0.0.1'],
];

for (const [what, peer, headers, address] of hops) {
  test(`the address of who asks: ${what}`, () => {
    assert.equal(clientAddress(proxies, from(peer, headers)), address);
  });
}

test('without trusted proxies nobody is one', () => {
  assert.equal(clientAddress(trusting(), from('127.0.0.1', { 'x-forwarded-for': '1.1.1.1' })), '127.0.0.1');
});

test('a Forwarded header that is mostly blanks is read in no time', () => {
  const before = performance.now();
  origin(from('10.0.0.1', { host: 'a', forwarded: `for=a${' '.repeat(60_000)}b` }));
  assert.ok(performance.now() - before < 500);
});

test('a trusted proxy says below which path the server is; nothing else gets into a page', () => {
  const told = (prefix: string, address = '10.0.0.1'): string =>
    prefixOf({ proxies }, from(address, { 'x-forwarded-prefix': prefix }));
  assert.equal(told('/registry-ui'), '/registry-ui');
  assert.equal(told('/tools/registry.ui/'), '/tools/registry.ui');
  assert.equal(told('/registry-ui', '203.0.113.9'), '');
  for (const wrong of [
    '',
    '/',
    'registry',
    '//evil.example',
    '/a/../b',
    '/.',
    '/a"b',
    '/a b',
    '/a?b',
    `/${'x'.repeat(200)}`,
  ])
    assert.equal(told(wrong), '', wrong);
  assert.equal(prefixOf({ proxies }, from('10.0.0.1')), '');
});
