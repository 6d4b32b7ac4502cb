import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AddressRange, parseAddressRange } from '../../config/addresses/address-range.ts';
import { PermittedAddresses } from './permitted-addresses.ts';

function permitting(...texts: readonly string[]): PermittedAddresses {
  return new PermittedAddresses(texts.map((text) => parseAddressRange(text) as AddressRange));
}

const outside = [
  '8.8.8.8',
  '1.1.1.1',
  '172.32.0.1',
  '11.0.0.1',
  '2606:4700::1111',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
];

/** What each of them is, and a range by which an administrator permits it. */
const inside: readonly (readonly [address: string, what: string, range: string])[] = [
  ['127.0.0.1', 'loopback', '127.0.0.0/8'],
  ['127.255.255.254', 'loopback', '127.0.0.0/8'],
  ['::1', 'loopback', '::1'],
  ['10.1.2.3', 'private', '10.0.0.0/8'],
  ['172.16.0.1', 'private', '172.16.0.0/12'],
  ['172.31.255.255', 'private', '172.16.0.0/12'],
  ['192.168.1.1', 'private', '192.168.1.1'],
  ['fd12:3456::1', 'unique local', 'fd00::/8'],
  ['fec0::1', 'site-local', 'fec0::/10'],
  ['169.254.1.1', 'link-local', '169.254.0.0/16'],
  ['fe80::1', 'link-local', 'fe80::/10'],
  ['fe80::1%eth0', 'link-local with a zone', 'fe80::/10'],
  ['169.254.169.254', 'metadata of most clouds', '169.254.169.254'],
  ['fd00:ec2::254', 'metadata of AWS', 'fd00:ec2::254'],
  ['100.100.100.200', 'metadata of Alibaba', '100.64.0.0/10'],
  ['168.63.129.16', 'metadata of Azure', '168.63.129.16'],
  ['192.0.0.192', 'metadata of Oracle', '192.0.0.0/24'],
  ['100.64.0.1', 'shared by carriers', '100.64.0.0/10'],
  ['0.0.0.0', 'this machine', '0.0.0.0/8'],
  ['0.1.2.3', 'this network', '0.0.0.0/8'],
  ['::', 'this machine', '::'],
  ['255.255.255.255', 'broadcast', '255.255.255.255'],
  ['224.0.0.1', 'multicast', '224.0.0.0/4'],
  ['ff02::1', 'multicast', 'ff00::/8'],
  ['240.0.0.1', 'reserved', '240.0.0.0/4'],
  ['198.18.0.1', 'benchmarks', '198.18.0.0/15'],
  ['203.0.113.9', 'documentation', '203.0.113.0/24'],
  ['2001:db8::1', 'documentation', '2001:db8::/32'],
  ['::ffff:127.0.0.1', 'loopback in IPv6', '127.0.0.0/8'],
  ['::ffff:7f00:1', 'loopback in IPv6, in hexadecimal', '127.0.0.0/8'],
  ['::ffff:169.254.169.254', 'metadata in IPv6', '169.254.169.254'],
  ['::ffff:168.63.129.16', 'metadata of Azure in IPv6', '168.63.129.16'],
  ['64:ff9b::10.0.0.1', 'private, by NAT64', '10.0.0.0/8'],
  ['64:ff9b::a9fe:a9fe', 'metadata, by NAT64', '169.254.0.0/16'],
  ['64:ff9b:1::8.8.8.8', "a network's own NAT64", '64:ff9b:1::/48'],
  ['2002:7f00:1::', 'loopback, by 6to4', '2002::/16'],
  ['2001:0:7f00:1::', 'Teredo', '2001::/32'],
  ['::ffff:0:127.0.0.1', 'translated', '::ffff:0:0:0/96'],
  ['4000::1', 'given to nobody', '4000::/3'],
];

for (const address of outside) {
  test(`an address of the public internet needs no permission: ${address}`, () => {
    assert.equal(permitting().has(address), true);
  });
}

test('a public IPv4 address may be reached by NAT64', () => {
  assert.equal(permitting().has('64:ff9b::8.8.8.8'), true);
});

for (const [address, what, range] of inside) {
  test(`an address that is not public needs the administrator's permission: ${what}, ${address}`, () => {
    assert.equal(permitting().has(address), false);
    assert.equal(permitting('198.51.100.0/24', '2001:db8:ffff::/48').has(address), false);
    assert.equal(permitting(range).has(address), true);
  });
}

test('what is no address is none that may be reached', () => {
  for (const text of ['', 'localhost', '127.1.1.1.1', 'x::1', '8.8.8.8 ', '127.0.0.1%00', '[::1]'])
    assert.equal(permitting('127.0.0.0/8', '::1').has(text), false, text);
});

test('an address of this machine is permitted by its own name only, whether it is private or public', () => {
  const own = () => new Set(['10.0.0.5', '8.8.8.8']);
  const of = (...texts: readonly string[]) =>
    new PermittedAddresses(
      texts.map((text) => parseAddressRange(text) as AddressRange),
      own,
    );
  assert.ok(!of('10.0.0.0/8').has('10.0.0.5'));
  assert.ok(of('10.0.0.0/8').has('10.0.0.6'));
  assert.ok(of('10.0.0.5').has('10.0.0.5'));
  assert.ok(!of().has('8.8.8.8'));
  assert.ok(!of('10.0.0.0/8').has('::ffff:10.0.0.5'));
});
