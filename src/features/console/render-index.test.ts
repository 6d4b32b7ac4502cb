import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyFor, renderIndex } from './render-index.ts';

const manifest = {
  entry: 'main-1.js',
  preload: ['part-2.js'],
  style: 'style-3.css',
  files: ['main-1.js', 'part-2.js', 'style-3.css', 'icon-4.svg'],
};

test('the page says language, theme and whether there is a session before any script runs', () => {
  const page = renderIndex({
    manifest,
    language: 'zh',
    theme: 'dark',
    signedIn: true,
    nonce: 'n0',
    prefix: '',
  });
  assert.ok(page.includes('<html lang="zh-Hans" data-theme="dark" data-signed-in="yes">'));
  for (const part of ['/assets/main-1.js', '/assets/part-2.js', '/assets/style-3.css', '/assets/icon-4.svg'])
    assert.ok(page.includes(`"${part}"`), part);
  assert.equal([...page.matchAll(/nonce="n0"/g)].length, 2);
  assert.match(page, /<noscript>[^<]+<\/noscript>/);
});

test('below a path of a proxy the page names its files, and says where it is', () => {
  const page = renderIndex({
    manifest,
    language: 'en',
    theme: 'auto',
    signedIn: false,
    nonce: 'n0',
    prefix: '/registry-ui',
  });
  assert.ok(page.includes(' data-prefix="/registry-ui">'));
  assert.deepEqual(page.match(/"\/[^"]*"/g), [
    '"/registry-ui"',
    '"/registry-ui/assets/icon-4.svg"',
    '"/registry-ui/assets/style-3.css"',
    '"/registry-ui/assets/part-2.js"',
    '"/registry-ui/assets/main-1.js"',
  ]);
});

test('the policy lets nothing run but what has the nonce, and what that loads', () => {
  const policy = policyFor('n0');
  assert.match(policy, /script-src 'nonce-n0' 'strict-dynamic';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
});
