import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListenAddress } from './listen-address.ts';

test('a host is a name, an IPv4 address, an IPv6 address in brackets, or left out', () => {
  for (const [text, host, port] of [
    ['localhost:5000', 'localhost', 5000],
    ['127.0.0.1:80', '127.0.0.1', 80],
    ['0.0.0.0:443', '0.0.0.0', 443],
    ['[::1]:5000', '::1', 5000],
    ['[::]:5000', '::', 5000],
    ['[2001:DB8::1]:5000', '2001:db8::1', 5000],
    ['[::ffff:127.0.0.1]:1', '::ffff:127.0.0.1', 1],
    [':5000', '', 5000],
    ['registry.example:65535', 'registry.example', 65_535],
    ['LocalHost:0', 'localhost', 0],
    ['  localhost:5000 ', 'localhost', 5000],
  ] as const) {
    const address = parseListenAddress(text);
    assert.deepEqual([address?.host, address?.port], [host, port], text);
  }
});

test('what is not a host and a port is refused', () => {
  for (const text of [
    '',
    ':',
    '5000',
    'localhost',
    'localhost:',
    'localhost:http',
    'localhost:65536',
    'localhost:99999',
    'localhost:500000',
    'localhost:-1',
    'localhost:+1',
    'localhost:0x50',
    'localhost:1.5',
    'localhost: 5000',
    'local host:5000',
    'a:b:5000',
    '::1:5000',
    '::1',
    '[::1]',
    '[::1]5000',
    '[::1:5000',
    '::1]:5000',
    '[localhost]:5000',
    '[]:5000',
    'x[::1]:5000',
    'http://localhost:5000',
    'localhost:5000/',
    'localhost:5000\nx',
  ])
    assert.equal(parseListenAddress(text), undefined, JSON.stringify(text));
});

test('only addresses that no other machine reaches are loopback', () => {
  for (const host of ['localhost', 'LOCALHOST', '127.0.0.1', '127.1.2.3', '127.255.255.255', '[::1]'])
    assert.equal(parseListenAddress(`${host}:1`)?.loopback, true, host);
});

test('what could be resolved to an address of the network is not loopback', () => {
  for (const host of [
    '',
    '0.0.0.0',
    '[::]',
    '128.0.0.1',
    '126.0.0.1',
    '10.0.0.1',
    '[::ffff:10.0.0.1]',
    '[fe80::1]',
    '127.0.0.1.example',
    '127.0.0.256',
    '127.999.1.1',
    '127.1',
    '127.0.0.1.',
    '1270.0.0.1',
    'localhost.example',
    'xlocalhost',
  ])
    assert.equal(parseListenAddress(`${host}:1`)?.loopback, false, host);
});
