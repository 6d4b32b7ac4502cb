import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const nobody = server.client(null);
const html = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function pageAt(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await nobody.get(path, { ...html, ...headers });
  expectStatus(answer, 200);
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
  return answer.body.toString();
}

test('every page has a nonce of its own, and a policy that lets nothing else run or load', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/p', '/p/team/r/a/b/-/t/v1', '/signin?next=%2F']) {
    const answer = await nobody.get(path, html);
    const policy = String(answer.headers['content-security-policy']);
    const [, nonce = ''] = /script-src 'nonce-([\w-]{22,})' 'strict-dynamic';/.exec(policy) ?? [];
    nonces.add(nonce);
    assert.match(policy, /^default-src 'none';/);
    for (const part of [
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "style-src 'self'",
      "connect-src 'self'",
    ])
      assert.ok(policy.includes(part), part);
    assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    const page = answer.body.toString();
    assert.doesNotMatch(page, /<style|\sstyle=|\son\w+=|https?:\/\//);
    for (const [script] of page.matchAll(/<script[^>]*>/g))
      assert.ok(script.includes(`nonce="${nonce}"`), script);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['x-frame-options'], 'DENY');
  }
  assert.equal(nonces.size, 4);
});

test('language and theme are those that were chosen, else the language that the browser prefers', async () => {
  for (const [headers, attributes] of [
    [{}, 'lang="en" data-theme="auto"'],
    [{ 'Accept-Language': 'fr,zh-CN;q=0.9,en;q=0.8' }, 'lang="zh-Hans" data-theme="auto"'],
    [{ 'Accept-Language': 'en-GB,zh' }, 'lang="en" data-theme="auto"'],
    [{ Cookie: 'berth-language=zh; berth-theme=dark' }, 'lang="zh-Hans" data-theme="dark"'],
    [{ Cookie: 'berth-language="><x; berth-theme="><x' }, 'lang="en" data-theme="auto"'],
  ] as const)
    assert.ok((await pageAt('/', headers)).includes(`<html ${attributes}`), JSON.stringify(headers));
});

test('files are compressed as the browser likes, and kept for ever since their names change', async () => {
  const page = await pageAt('/');
  const addresses = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(
    ([, address = '']) => address,
  );
  assert.ok(addresses.length >= 3);
  for (const address of new Set(addresses)) {
    const plain = await nobody.get(address);
    expectStatus(plain, 200);
    assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(plain.headers['content-encoding'], undefined);
    const brotli = await nobody.get(address, { 'Accept-Encoding': 'gzip, deflate, br' });
    assert.equal(brotli.headers['content-encoding'], 'br');
    assert.deepEqual(brotliDecompressSync(brotli.body), plain.body);
    const gzip = await nobody.get(address, { 'Accept-Encoding': 'gzip, br;q=0' });
    assert.equal(gzip.headers['content-encoding'], 'gzip');
    assert.deepEqual(gunzipSync(gzip.body), plain.body);
    const head = await nobody.head(address);
    assert.equal(Number(head.headers['content-length']), plain.body.length);
  }
});

test('a page has in it who is signed in and the token of the first change; of a session that ended, neither', async () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ principal: 'admin', password }).toString();
  const signedIn = await nobody.call('POST', '/c/login', { headers: form, body });
  expectStatus(signedIn, 200);
  const cookie = (signedIn.headers['set-cookie'] ?? []).map((each) => each.split(';', 1)[0]).join('; ');
  const page = await pageAt('/', { Cookie: cookie });
  const [, user = ''] = /data-signed-in="yes" data-user="([^"]*)" data-csrf="[^"]{20,}">/.exec(page) ?? [];
  const told = JSON.parse(user.replaceAll('&quot;', '"')) as { username: string; sysadmin_flag: boolean };
  assert.deepEqual([told.username, told.sysadmin_flag], ['admin', true]);
  expectStatus(await nobody.get('/c/log_out', { Cookie: cookie }), 200);
  assert.match(await pageAt('/', { Cookie: cookie }), /data-signed-in="no">/);
});

test('no address of a program becomes a page, whoever asks', async () => {
  for (const path of ['/v2/none', '/api/v2.0/none', '/api/none', '/c/none', '/service/none', '/metrics/none'])
    assert.equal((await nobody.get(path, html)).headers['content-security-policy'], undefined, path);
  for (const path of ['/assets/none.js', '/assets/..%2fmanifest.json', '/assets/%2e%2e/manifest.json'])
    expectStatus(await nobody.get(path, html), 404);
  expectStatus(await nobody.get('/nowhere'), 404);
  expectStatus(await nobody.get('/nowhere', { Accept: 'application/json' }), 404);
  expectRefusal(await nobody.get('/api/v2.0/none', html), 404, 'NOT_FOUND');
});
