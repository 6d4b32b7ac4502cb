import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExternalUrl } from './external-url.ts';

test('the external URL is a scheme, a host and perhaps a port', () => {
  for (const [text, url] of [
    ['https://registry.example', 'https://registry.example'],
    ['HTTPS://Registry.Example/', 'https://registry.example'],
    ['http://10.0.0.1:5000', 'http://10.0.0.1:5000'],
    ['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443'],
    ['https://registry.example:443', 'https://registry.example'],
  ] as const)
    assert.equal(parseExternalUrl(text), url);
});

test('a path, a query, a user, another scheme, no scheme, or every interface is refused', () => {
  for (const text of [
    'registry.example',
    'ftp://registry.example',
    'https://registry.example/path',
    'https://registry.example?x',
    'https://registry.example/#x',
    'https://user@registry.example',
    'https://registry.example:99999',
    'https://a b',
    `https://registry.example${'Z'.repeat(70_000)}`,
    'https://',
    'https:///x',
    'http:\\\\x',
    'http://0.0.0.0:5000',
    'http://[::]',
    'https://registry.example\n',
  ])
    assert.equal(parseExternalUrl(text), undefined, text);
});
