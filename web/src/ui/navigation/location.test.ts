import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownAddress } from './location.ts';

Object.assign(globalThis, { location: { origin: 'https://registry.test' } });

test('an address of this console stays as it is', () => {
  for (const own of ['/', '/p/pay?page=2#top', '/p/a//b', '/search?q=//x'])
    assert.equal(ownAddress(own), own);
});

test('no other is followed, however it is written', () => {
  const others = [null, '', 'p', 'https://evil.test/x', '//evil.test/x', '/\\evil.test/x'];
  const dotted = [
    '/.//evil.test/x',
    '/p/..//evil.test',
    '/./\\evil.test',
    '/%2e//evil.test',
    '/\t/evil.test',
  ];
  for (const other of [...others, ...dotted]) assert.equal(ownAddress(other), '/', String(other));
});
