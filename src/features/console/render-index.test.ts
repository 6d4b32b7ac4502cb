import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyFor, renderIndex } from './render-index.ts';

const manifest = {
  entry: 'main-1.js',
  first: 'ask()',
  preload: ['part-2.js'],
  pages: [
    { pattern: '^/p/[^/]+/?$', scripts: ['project-5.js', 'shared-6.js'] },
    { pattern: '^/p/.+$', scripts: ['other-7.js'] },
  ],
  style: 'style-3.css',
  files: ['main-1.js', 'part-2.js', 'style-3.css', 'icon-4.svg'],
};

const given = {
  manifest,
  path: '/',
  language: 'zh',
  theme: 'dark',
  session: 'none',
  nonce: 'n0',
  prefix: '',
} as const;

test('the page says language, theme and whether there is a session before any script runs', () => {
  const page = renderIndex({ ...given, session: 'unknown' });
  assert.ok(page.includes('<html lang="zh-Hans" data-theme="dark" data-signed-in="yes">'));
  assert.ok(renderIndex(given).includes('data-signed-in="no">'));
  for (const part of ['/assets/main-1.js', '/assets/part-2.js', '/assets/style-3.css', '/assets/icon-4.svg'])
    assert.ok(page.includes(`"${part}"`), part);
  assert.ok(page.includes('<script nonce="n0">ask()</script>'));
  assert.equal([...page.matchAll(/nonce="n0"/g)].length, 4);
  assert.match(page, /<noscript>[^<]+<\/noscript>/);
});

test('who is signed in is written into the page, whatever the name', () => {
  const page = renderIndex({ ...given, session: { username: `"><script>alert('&')</script>` } });
  const [, written = ''] = /data-user="([^"]*)"/.exec(page) ?? [];
  assert.equal(
    written,
    '{&quot;username&quot;:&quot;\\&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;&quot;}',
  );
});

test('a session has the token of its first change in the page', () => {
  assert.ok(renderIndex({ ...given, session: {}, csrfToken: 't0' }).includes(' data-csrf="t0">'));
});

test('scripts of the address are asked for with those of all pages, those of the first pattern that matches', () => {
  const preloaded = (path: string): readonly string[] =>
    [...renderIndex({ ...given, path }).matchAll(/modulepreload" href="\/assets\/([^"]+)"/g)].map(
      ([, name = '']) => name,
    );
  assert.deepEqual(preloaded('/p/a'), ['part-2.js', 'main-1.js', 'project-5.js', 'shared-6.js']);
  assert.deepEqual(preloaded('/p/a/b'), ['part-2.js', 'main-1.js', 'other-7.js']);
  assert.deepEqual(preloaded('/q'), ['part-2.js', 'main-1.js']);
});

test('below a path of a proxy the page names its files, and says where it is', () => {
  const page = renderIndex({ ...given, path: '/q', language: 'en', theme: 'auto', prefix: '/registry-ui' });
  assert.ok(page.includes(' data-prefix="/registry-ui">'));
  assert.deepEqual(page.match(/"\/[^"]*"/g), [
    '"/registry-ui"',
    '"/registry-ui/assets/icon-4.svg"',
    '"/registry-ui/assets/style-3.css"',
    '"/registry-ui/assets/part-2.js"',
    '"/registry-ui/assets/main-1.js"',
    '"/registry-ui/assets/main-1.js"',
  ]);
});

test('the policy lets nothing run but what has the nonce, and what that loads', () => {
  const policy = policyFor('n0');
  assert.match(policy, /script-src 'nonce-n0' 'strict-dynamic';/);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
});
