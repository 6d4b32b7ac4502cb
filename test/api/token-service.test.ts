// The token service over real sockets: what docker, containerd and others send, and what they send by mistake.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { berth } from '../harness/berth-command.ts';
import { type Answer, expectError, expectStatus } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start({ args: ['--token-life', '300'] });
after(() => server[Symbol.asyncDispose]());
const client = server.client();
const stranger = server.client(null);
const basic = (username: string, secret: string): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`,
});

const address = '/service/token';
const service = 'service=harbor-registry';
const scope = 'scope=repository:library/app:pull,push';

interface TokenAnswer {
  readonly token: string;
  readonly access_token: string;
  readonly expires_in: number;
  readonly issued_at: string;
}

function tokenOf(answer: Answer): TokenAnswer {
  expectStatus(answer, 200);
  assert.match(String(answer.headers['content-type']), /^application\/json/);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const body = JSON.parse(answer.body.toString()) as TokenAnswer;
  assert.equal(body.token, body.access_token);
  assert.equal(body.expires_in, 300);
  assert.ok(Math.abs(Date.parse(body.issued_at) - Date.now()) < 10_000);
  assert.match(body.issued_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  return body;
}

interface Claims {
  readonly sub: string;
  readonly access: readonly { name: string; actions: string[]; pid?: number }[];
}

const claimsOf = (answer: Answer): Claims =>
  JSON.parse(Buffer.from(tokenOf(answer).token.split('.')[1] ?? '', 'base64url').toString()) as Claims;

const form = (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
  stranger.call('POST', address, {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams(fields).toString(),
  });

test('a token opens what a password opens, for what it was asked for', async () => {
  const { token } = tokenOf(await client.get(`${address}?${service}&${scope}`));
  const headers = { Authorization: `Bearer ${token}` };
  expectStatus(await stranger.get('/v2/', headers), 200);
  expectStatus(await stranger.call('POST', '/v2/library/app/blobs/uploads/', { headers, body: '' }), 202);
  expectStatus(await stranger.call('POST', '/v2/library/other/blobs/uploads/', { headers, body: '' }), 401);
  expectStatus(await stranger.call('DELETE', '/v2/library/app/manifests/v1', { headers }), 401);
});

test('docker login: a token without a scope for who signs in', async () => {
  const query = `account=admin&client_id=docker&offline_token=true&${service}`;
  const { token } = tokenOf(await client.get(`${address}?${query}`));
  expectStatus(await stranger.get('/v2/', { Authorization: `Bearer ${token}` }), 200);
});

test('a wrong password is refused with a sentence that clients print', async () => {
  for (const query of [service, `${service}&${scope}`]) {
    const answer = await stranger.get(`${address}?${query}`, basic('admin', 'wrong'));
    assert.equal(expectError(answer, 401, 'UNAUTHORIZED').message, 'the user name or the password is wrong');
    assert.match(String(answer.headers['www-authenticate']), /^Basic realm="/);
    expectError(
      await form({
        grant_type: 'password',
        service: 'harbor-registry',
        username: 'admin',
        password: 'wrong',
      }),
      401,
      'UNAUTHORIZED',
    );
  }
});

test('who has no password gets a token of nobody in particular, if it was asked for something', async () => {
  const answer = await stranger.get(`${address}?${service}&scope=repository:library/app:pull`);
  const { sub, access } = claimsOf(answer);
  assert.deepEqual(
    [sub, access],
    ['', [{ type: 'repository', name: 'library/app', actions: ['pull'], pid: 1 }]],
  );
  for (const query of [service, `${service}&scope=`, `${service}&scope=%20`])
    expectError(await stranger.get(`${address}?${query}`), 401, 'UNAUTHORIZED');
  const headers = { Authorization: `Bearer ${tokenOf(answer).token}` };
  expectStatus(await stranger.get('/v2/', headers), 401);
  expectStatus(await stranger.call('POST', '/v2/library/app/blobs/uploads/', { headers, body: '' }), 401);
});

test('several scopes, in one text or in many, are one token', async () => {
  const query = `scope=repository:app:pull&scope=repository:library/app:push%20repository:localhost:${server.port}/b:*`;
  const { access } = claimsOf(await client.get(`${address}?${service}&${query}`));
  assert.deepEqual(
    access.map(({ name, actions }) => [name, actions]),
    [
      ['library/app', ['pull', 'push']],
      ['library/b', ['pull', 'push', 'delete']],
    ],
  );
});

test('scopes that cannot be read are left out and are no failure', async () => {
  for (const odd of [
    'x',
    ':::',
    'repository:%2e%2e/%2e%2e:pull',
    'repository:A:pull',
    '%00',
    '%ff',
    '🚢',
    'a'.repeat(8000),
  ]) {
    const answer = await client.get(`${address}?${service}&scope=${encodeURIComponent(odd)}`);
    assert.deepEqual(claimsOf(answer).access, [], odd);
  }
  const many = Array.from({ length: 60 }, (_, index) => `scope=repository:t/a${index}:pull`).join('&');
  expectError(await client.get(`${address}?${service}&${many}`), 400, 'BAD_REQUEST');
});

test('a token does not tell of a project that cannot be seen', async () => {
  const query = `${service}&scope=repository:nowhere/app:pull`;
  const { access } = claimsOf(await stranger.get(`${address}?${query}`));
  assert.deepEqual(access, [{ type: 'repository', name: 'nowhere/app', actions: ['pull'] }]);
});

test('other services are refused, the same one twice is not', async () => {
  for (const query of ['', 'service=', 'service=other', `${service}&service=other`]) {
    const answer = await client.get(`${address}?${query}&${scope}`);
    assert.match(expectError(answer, 400, 'BAD_REQUEST').message, /service/);
  }
  tokenOf(await client.get(`${address}?${service}&${service}&${scope}&${scope}`));
});

test('containerd: a form with name and password', async () => {
  const fields = {
    grant_type: 'password',
    service: 'harbor-registry',
    client_id: 'containerd-client',
    access_type: 'offline',
    scope: 'repository:library/app:pull repository:library/b:push',
    username: 'admin',
    password,
  };
  const { sub, access } = claimsOf(await form(fields));
  assert.equal(sub, 'admin');
  assert.equal(access.length, 2);
  tokenOf(await form(fields, { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' }));
});

test('a form of another kind is refused in the form of OAuth, by which clients know what to do', async () => {
  const fields = { grant_type: 'refresh_token', service: 'harbor-registry', refresh_token: 'x' };
  for (const [given, error] of [
    [fields, 'unsupported_grant_type'],
    [{ ...fields, grant_type: '' }, 'unsupported_grant_type'],
    [{ service: 'harbor-registry' }, 'unsupported_grant_type'],
    [{ ...fields, grant_type: 'password' }, 'invalid_request'],
    [{ ...fields, grant_type: 'password', username: '', password: '' }, 'invalid_request'],
  ] as const) {
    const answer = await form(given);
    expectStatus(answer, 400);
    assert.equal((JSON.parse(answer.body.toString()) as { error: string }).error, error);
    assert.equal(answer.headers['cache-control'], 'no-store');
  }
});

test('a name with a colon does not move the border to the password', async () => {
  const answer = await form({
    grant_type: 'password',
    service: 'harbor-registry',
    username: `admin:${password}`,
    password: '',
  });
  expectError(answer, 401, 'UNAUTHORIZED');
});

test('what is no form, or too large, is refused', async () => {
  const json = { 'Content-Type': 'application/json' };
  expectError(await stranger.call('POST', address, { headers: json, body: '{}' }), 400, 'BAD_REQUEST');
  expectError(await stranger.call('POST', address, { body: '' }), 400, 'BAD_REQUEST');
  expectError(await form({ scope: 'x'.repeat(17_000) }), 400, 'BAD_REQUEST');
  for (const method of ['PUT', 'PATCH', 'DELETE']) {
    const answer = await stranger.call(method, address, { body: '' });
    expectError(answer, 405, 'UNSUPPORTED');
    assert.equal(answer.headers['allow'], 'GET, POST');
  }
});

test('a token is not exchanged for another one: its life would have no end', async () => {
  const { token } = tokenOf(await client.get(`${address}?${service}&${scope}`));
  const headers = { Authorization: `Bearer ${token}` };
  expectError(await stranger.get(`${address}?${service}&${scope}`, headers), 401, 'UNAUTHORIZED');
});

test('a token that is not ours is refused, also where none is needed', async () => {
  for (const path of ['/v2/', '/v2/library/app/tags/list'])
    expectError(await stranger.get(path, { Authorization: 'Bearer a.b.c' }), 401, 'UNAUTHORIZED');
});

test('tokens that are out stay valid when the key is changed, and new ones are of the new key', async () => {
  const before = tokenOf(await client.get(`${address}?${service}`)).token;
  const kid = (token: string): unknown =>
    (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: unknown }).kid;
  const { code, stdout, stderr } = await berth(['keys', 'rotate', '--data', server.data]);
  assert.equal(code, 0, stderr);
  const behind = tokenOf(await client.get(`${address}?${service}`)).token;
  assert.notEqual(kid(before), kid(behind));
  assert.ok(stdout.includes(String(kid(behind))));
  for (const token of [before, behind])
    expectStatus(await stranger.get('/v2/', { Authorization: `Bearer ${token}` }), 200);
});

test('guessing is slowed, with the time to wait; the right password that was used before is not', async () => {
  let last: Answer | undefined;
  for (let guess = 0; guess < 6; guess++)
    last = await stranger.get(`${address}?${service}`, basic('victim', `guess-${guess}`));
  assert.ok(last !== undefined);
  expectError(last, 429, 'TOOMANYREQUESTS');
  assert.equal(last.headers['retry-after'], '1');
  expectError(await stranger.get('/v2/', basic('victim', 'guess')), 429, 'TOOMANYREQUESTS');
  tokenOf(await client.get(`${address}?${service}`));
});

test('neither tokens nor what was asked are in the log', async () => {
  await server.logged((line) => line['route'] === address && line['status'] === 200);
  assert.doesNotMatch(server.stderr, /eyJ|guess-|scope=|Correct-Horse/);
});
