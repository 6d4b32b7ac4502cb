// Who may do what, and the form in which everybody is refused.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { digestOf, imageOf, indexOf, seededBytes } from '../harness/image.ts';
import { type Answer, expectError, expectStatus, locationOf } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const stranger = server.client(null);
const manifest = indexOf([]);
await client.pushManifest('library/known', 'tag', manifest);

function expectChallenge(answer: Answer): void {
  expectError(answer, 401, 'UNAUTHORIZED');
  assert.match(
    String(answer.headers['www-authenticate']),
    /^Bearer realm="http:\/\/[^"]+\/service\/token",service="harbor-registry"/,
  );
}

test('/v2/ asks for a sign-in and lets in who signs in', async () => {
  for (const path of ['/v2/', '/v2']) {
    expectChallenge(await stranger.get(path));
    const answer = await client.get(path);
    expectStatus(answer, 200);
    assert.deepEqual(JSON.parse(answer.body.toString()), {});
    assert.equal(answer.headers['docker-distribution-api-version'], 'registry/2.0');
    const head = await client.head(path);
    expectStatus(head, 200);
    assert.equal(head.body.length, 0);
  }
});

const credentials: Readonly<Record<string, string>> = {
  'a wrong password': `Basic ${Buffer.from('admin:wrong').toString('base64')}`,
  'an empty password': `Basic ${Buffer.from('admin:').toString('base64')}`,
  'a password with more behind it': `Basic ${Buffer.from(`admin:${password} `).toString('base64')}`,
  'an unknown user': `Basic ${Buffer.from(`nobody:${password}`).toString('base64')}`,
  'the deleted user anonymous': `Basic ${Buffer.from('anonymous:').toString('base64')}`,
  'no colon': `Basic ${Buffer.from('admin').toString('base64')}`,
  'no base64': 'Basic ***',
  'a token': 'Bearer abc',
  'an unknown scheme': 'Digest username="admin"',
  'nothing behind the scheme': 'Basic',
};

for (const [what, header] of Object.entries(credentials)) {
  test(`bad credentials are refused even where none are needed: ${what}`, async () => {
    for (const path of ['/v2/', '/v2/library/known/tags/list', '/v2/library/known/manifests/tag']) {
      expectChallenge(await stranger.get(path, { Authorization: header }));
    }
  });
}

test('credentials of who has none count as none', async () => {
  const empty = { Authorization: `Basic ${Buffer.from(':').toString('base64')}` };
  expectStatus(await stranger.get('/v2/library/known/tags/list', empty), 200);
  expectChallenge(await stranger.get('/v2/', empty));
});

test('the name of the scheme is read in any letter case', async () => {
  const encoded = Buffer.from(`admin:${password}`).toString('base64');
  for (const scheme of ['Basic', 'basic', 'BASIC']) {
    expectStatus(await stranger.get('/v2/', { Authorization: `${scheme} ${encoded}` }), 200);
  }
});

/** Every address, with what is sent there. */
const addresses: readonly (readonly [method: string, tail: string])[] = [
  ['GET', 'manifests/tag'],
  ['HEAD', 'manifests/tag'],
  ['PUT', 'manifests/tag'],
  ['DELETE', 'manifests/tag'],
  ['GET', `blobs/${digestOf(Buffer.from('x'))}`],
  ['HEAD', `blobs/${digestOf(Buffer.from('x'))}`],
  ['POST', 'blobs/uploads/'],
  ['GET', 'blobs/uploads/0f0e0d0c-0b0a-4909-8807-060504030201'],
  ['PATCH', 'blobs/uploads/0f0e0d0c-0b0a-4909-8807-060504030201'],
  ['PUT', `blobs/uploads/0f0e0d0c-0b0a-4909-8807-060504030201?digest=${digestOf(Buffer.from('x'))}`],
  ['DELETE', 'blobs/uploads/0f0e0d0c-0b0a-4909-8807-060504030201'],
  ['GET', 'tags/list'],
];

function ask(who: typeof client, method: string, path: string): Promise<Answer> {
  const body = ['PUT', 'POST', 'PATCH'].includes(method) ? { body: manifest.bytes } : {};
  return who.call(method, path, { headers: { 'Content-Type': manifest.mediaType }, ...body });
}

for (const [method, tail] of addresses) {
  test(`a project that does not exist is unknown to the administrator and asks others to sign in: ${method} ${tail.slice(0, 20)}`, async () => {
    const path = `/v2/no-such-project/app/${tail}`;
    const admin = await ask(client, method, path);
    const other = await ask(stranger, method, path);
    if (method === 'HEAD') {
      assert.deepEqual([admin.status, other.status], [404, 401]);
      return;
    }
    const { message } = expectError(admin, 404, 'NAME_UNKNOWN');
    assert.match(message, /no-such-project/);
    expectChallenge(other);
  });
}

/** Address → the methods it has. */
const methods: Readonly<Record<string, string>> = {
  '/v2/': 'GET, HEAD',
  '/v2/library/known/manifests/tag': 'GET, HEAD, PUT, DELETE',
  [`/v2/library/known/blobs/${digestOf(Buffer.from('x'))}`]: 'GET, HEAD, DELETE',
  '/v2/library/known/blobs/uploads/': 'POST',
  '/v2/library/known/blobs/uploads/some-id': 'GET, PATCH, PUT, DELETE',
  '/v2/library/known/tags/list': 'GET, HEAD',
  [`/v2/library/known/referrers/${digestOf(Buffer.from('x'))}`]: 'GET, HEAD',
};

for (const [path, allowed] of Object.entries(methods)) {
  test(`a method that an address does not have is refused with those it has: ${path.slice(0, 40)}`, async () => {
    const have = allowed.split(', ');
    const all = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
    for (const method of all.filter((each) => !have.includes(each))) {
      const answer = await ask(client, method, path);
      expectError(answer, 405, 'UNSUPPORTED');
      assert.deepEqual(String(answer.headers.allow).split(/, */).toSorted(), have.toSorted(), method);
    }
  });
}

for (const path of [
  '/v2/_catalog/nothing',
  '/v2/x',
  '/v2//',
  '/v2/library/known',
  '/v3/',
  '/',
  '/v2/library/known/tags',
  // The prefix in another spelling: whoever guards it in front of here does not know it.
  '/%762/library/known/tags/list',
  '/v%32/_catalog',
  '/%76%32/',
]) {
  test(`an address that there is not is unknown: ${path}`, async () => {
    expectError(await client.get(path), 404, 'UNSUPPORTED');
  });
}

const undecodable = [
  '/v2/library/known/manifests/%zz',
  '/v2/%ff%fe/tags/list',
  '/v2/library%2',
  '/%c0',
  `/v2/library/${'long/'.repeat(2000)}tags/list`,
];

for (const path of undecodable) {
  test(`an address that cannot be read is refused in the same form: ${path.slice(0, 40)}`, async () => {
    expectError(await client.get(path), 400, 'NAME_INVALID');
  });
}

const badNames = [
  'library/Upper',
  'library//double',
  'library/-dash',
  'library/dash-',
  'library/a..b',
  'library/a___b',
  'library/.hidden',
  '_library/x',
  'library/ümlaut',
  `library/${'a'.repeat(300)}`,
  'library/a b',
  'library/a%00b',
  '..',
  'library/..',
  'library/../known',
];

for (const name of badNames) {
  test(`a repository name that is none is refused: ${name.slice(0, 40)}`, async () => {
    const path = `/v2/${encodeURI(name).replaceAll('%25', '%')}`;
    expectError(await client.get(`${path}/tags/list`), 400, 'NAME_INVALID');
    expectError(await client.call('POST', `${path}/blobs/uploads/`, { body: '' }), 400, 'NAME_INVALID');
    expectError(await client.get(`${path}/manifests/tag`), 400, 'NAME_INVALID');
  });
}

for (const name of [
  'library/a',
  'library/a.b_c__d--e/1',
  'library/manifests/blobs/uploads',
  'library/v2/library',
  `library/${'a'.repeat(200)}`,
]) {
  test(`a repository may be named ${name.slice(0, 40)}`, async () => {
    const image = imageOf({ seed: name });
    await client.pushImage(name, 'tag', image);
    await client.pullImage(name, 'tag', image);
    assert.deepEqual(await client.tags(name), ['tag']);
    expectStatus(await client.delete(`/v2/${name}/manifests/tag`), 202);
  });
}

test('a name of one part means that repository in the project library, and is echoed as it came', async () => {
  const image = imageOf({ seed: 'one part' });
  await client.pushImage('hello', '1', image);
  await client.pullImage('library/hello', '1', image);
  await stranger.pullImage('hello', image.manifest.digest, image);
  const list = await client.get('/v2/hello/tags/list?n=0');
  assert.equal((JSON.parse(list.body.toString()) as { name: string }).name, 'hello');
  const start = await client.call('POST', '/v2/hello/blobs/uploads/', { body: '' });
  assert.match(locationOf(start), /^\/v2\/hello\/blobs\/uploads\//);
  const bytes = seededBytes('one part', 10);
  const end = await client.finishUpload(
    locationOf(start).replace('/hello/', '/library/hello/'),
    digestOf(bytes),
    bytes,
  );
  expectStatus(end, 201);
  assert.equal(locationOf(end), `/v2/library/hello/blobs/${digestOf(bytes)}`);
  const put = await client.putManifest('hello', '2', manifest);
  assert.equal(locationOf(put), `/v2/hello/manifests/${manifest.digest}`);
  await client.pushManifest('library/hello', '3', manifest);
  assert.deepEqual(await client.tags('hello', '?n=2'), ['1', '2']);
  const page = await client.get('/v2/hello/tags/list?n=2');
  assert.match(String(page.headers.link), /^<\/v2\/hello\/tags\/list\?/);
  assert.deepEqual(await client.tags('library/hello'), ['1', '2', '3']);
});

test("one request has one id in its header, its body and its log line, the caller's own if it has one", async () => {
  const refused = await client.get('/v2/library/known/manifests/absent');
  expectError(refused, 404, 'MANIFEST_UNKNOWN');
  const line = await server.logged((each) => each['request'] === refused.headers['x-request-id']);
  assert.equal(line['status'], 404);
  assert.equal(line['method'], 'GET');
  assert.equal(line['route'], '/v2/<name>/manifests/<reference>');
  assert.equal(line['repository'], 'library/known');
  assert.equal(line['principal'], 'admin');
  const own = await client.get('/v2/library/known/tags/list', { 'X-Request-Id': 'from.outside:7' });
  assert.equal(own.headers['x-request-id'], 'from.outside:7');
  await server.logged((each) => each['request'] === 'from.outside:7');
  const forged = await client.get('/v2/library/known/tags/list', { 'X-Request-Id': 'a"b <script>' });
  assert.match(String(forged.headers['x-request-id']), /^[\w.:-]+$/);
});

test('each answer has an id of its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => stranger.get('/v2/library/known/tags/list')),
  );
  assert.equal(new Set(answers.map((answer) => answer.headers['x-request-id'])).size, 20);
});

test('no password, token or body is in the log', async () => {
  await client.pushBlob('library/known', Buffer.from('a secret in a blob'));
  await stranger.get('/v2/', { Authorization: credentials['a wrong password'] ?? '' });
  assert.doesNotMatch(server.stderr, /Correct-Horse|authorization|Basic |a secret in a blob/i);
  assert.doesNotMatch(
    server.stderr,
    new RegExp(Buffer.from(`admin:${password}`).toString('base64').slice(0, 12)),
  );
});

test('no answer is to be taken for a page, whatever was pushed or asked for', async () => {
  const page = '<script>alert(1)</script>';
  const digest = await client.pushBlob('library/known', Buffer.from(page));
  const asked = encodeURIComponent(page);
  for (const path of [
    `/v2/library/known/blobs/${digest}`,
    '/v2/library/known/manifests/tag',
    '/v2/library/known/tags/list',
    `/v2/library/known/manifests/${asked}`,
    `/v2/${asked}/tags/list`,
    `/api/v2.0/projects/${asked}`,
    `/api/v2.0/${asked}`,
    '/api/v2.0/projects?page_size=101',
    `/${asked}`,
    '/c/login',
    '/service/token',
    '/livez',
  ]) {
    const { headers } = await client.get(path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.doesNotMatch(String(headers['content-type']), /html|svg|xml/, path);
  }
});

test('the health addresses need no sign-in', async () => {
  for (const path of ['/livez', '/readyz']) expectStatus(await stranger.get(path), 200);
});

test('whatever was refused, nothing was our failure', () => {
  assert.deepEqual(
    server.log.filter((line) => line['level'] === 'error' || line['level'] === 'warn'),
    [],
  );
});
