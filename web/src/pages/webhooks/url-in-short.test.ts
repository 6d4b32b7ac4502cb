import assert from 'node:assert/strict';
import { test } from 'node:test';
import { urlInShort } from './url-in-short.ts';

const cut = '\u2060…\u2060';

test('the host of a URL stays whole, the middle of its path does not', () => {
  assert.equal(urlInShort('https://ci.example/hook'), 'https://ci.example/hook');
  assert.equal(
    urlInShort('https://integration.storefront.platform.demo.example/hooks/registry/0123456789abcdef'),
    `https://integration.storefront.platform.demo.example/${cut}23456789abcdef`,
  );
  assert.equal(
    urlInShort('https://ci.example/hooks/of/the/registry/with/a/long/path/0123456789abcdef'),
    `https://ci.example/hooks/of/t${cut}23456789abcdef`,
  );
});

test('a host that is too long for a line is cut like the rest', () => {
  assert.equal(urlInShort(`https://${'a'.repeat(200)}.example/hook`).length, 46);
});
