import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddressRange } from './address-range.ts';

test('an address is a network of one, and an IPv4 address within IPv6 is that IPv4 address', () => {
  for (const [text, address, prefix] of [
    ['192.0.2.7', '192.0.2.7', 32],
    ['10.0.0.0/8', '10.0.0.0', 8],
    ['FD00::/8', 'fd00::', 8],
    ['::1', '::1', 128],
    ['::ffff:10.0.0.0/104', '10.0.0.0', 8],
    ['::ffff:192.0.2.7', '192.0.2.7', 32],
  ] as const) {
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    assert.deepEqual(parseAddressRange(text), { address, prefix, family }, text);
  }
});

test('what is no address, too long a prefix and all there are is told apart', () => {
  for (const text of [
    '',
    'proxy',
    '10.0.0',
    '10.0.0.256',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '010.0.0.1',
    ':::',
  ])
    assert.equal(parseAddressRange(text), 'form', text);
  for (const text of ['10.0.0.0/33', 'fd00::/129']) assert.equal(parseAddressRange(text), 'prefix', text);
  for (const text of ['0.0.0.0/0', '::/0', '10.0.0.1/0', '::ffff:0.0.0.0/96'])
    assert.equal(parseAddressRange(text), 'everybody', text);
});
