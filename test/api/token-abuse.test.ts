// Tokens used for what they were not made for, and headers of a proxy that nobody trusts, over real sockets.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { type Answer, expectError, expectStatus, locationOf } from '../harness/registry-client.ts';
import { makeProject, projects } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const nobody = server.client(null);
const image = imageOf({ seed: 'abuse' });
await makeProject(admin, 'own');
await makeProject(admin, 'closed');
await admin.pushImage('own/app', 'v1', image);
await admin.pushImage('closed/app', 'v1', image);
await addUsers(server, ['ann']);
await grantRole(server, { username: 'ann', role: 'maintainer', place: 'own' });
const [layer = Buffer.alloc(0)] = image.layers;

type Headers = Record<string, string>;

async function bearer(...scopes: readonly string[]): Promise<Headers> {
  const query = scopes.map((scope) => `&scope=${scope}`).join('');
  const ann = server.client({ username: 'ann', password });
  const answer = await ann.get(`/service/token?service=harbor-registry${query}`);
  expectStatus(answer, 200);
  return { Authorization: `Bearer ${(JSON.parse(answer.body.toString()) as { token: string }).token}` };
}

function expectChallenge(answer: Answer, scope: string, error: string): void {
  expectError(answer, 401, 'UNAUTHORIZED');
  const realm = `http://127.0.0.1:${server.port}/service/token`;
  const told = `Bearer realm="${realm}",service="harbor-registry",scope="${scope}",error="${error}"`;
  assert.equal(answer.headers['www-authenticate'], told);
}

test('a token for pushes deletes nothing', async () => {
  const headers = await bearer('repository:own/app:pull,push');
  for (const path of ['manifests/v1', `manifests/${image.manifest.digest}`, `blobs/${digestOf(layer)}`])
    expectChallenge(
      await nobody.call('DELETE', `/v2/own/app/${path}`, { headers }),
      'repository:own/app:delete',
      'insufficient_scope',
    );
});

test('a mount needs a token for where it comes from, and a role there', async () => {
  const both = 'repository:own/new:pull,push repository:closed/app:pull';
  const path = `/v2/own/new/blobs/uploads/?mount=${digestOf(layer)}&from=closed/app`;
  const own = await bearer('repository:own/new:pull,push');
  expectChallenge(await nobody.call('POST', path, { headers: own, body: '' }), both, 'insufficient_scope');
  const asked = await bearer('repository:own/new:pull,push', 'repository:closed/app:pull');
  expectStatus(await nobody.call('POST', path, { headers: asked, body: '' }), 202);
  expectStatus(await nobody.call('POST', path, { body: '' }), 401);
  // Without a source it is looked for only where the token was asked for.
  const anywhere = `/v2/own/new/blobs/uploads/?mount=${digestOf(layer)}`;
  expectStatus(await nobody.call('POST', anywhere, { headers: own, body: '' }), 202);
  const blob = `/v2/own/new/blobs/${digestOf(layer)}`;
  expectError(await nobody.call('GET', blob, { headers: own }), 404, 'BLOB_UNKNOWN');
});

test('repositories that the caller cannot read do not hide one that they can from a mount', async () => {
  for (let at = 0; at < 25; at += 1) await admin.pushBlob(`closed/r${at}`, layer);
  await makeProject(admin, 'shared');
  await admin.pushBlob('shared/app', image.config);
  for (let at = 0; at < 25; at += 1) await admin.pushBlob(`closed/r${at}`, image.config);
  await admin.pushBlob('shared/app', layer);
  await grantRole(server, { username: 'ann', role: 'guest', place: 'shared' });
  const ann = server.client({ username: 'ann', password });
  expectStatus(await ann.delete(`/v2/own/app/manifests/${image.manifest.digest}`), 202);
  const mount = `/v2/own/auto/blobs/uploads/?mount=${digestOf(layer)}`;
  expectStatus(await ann.call('POST', mount, { body: '' }), 201);
});

test('a project that is made anew knows neither the tokens nor the uploads of the one before', async () => {
  const scope = 'repository:again/app:pull,push';
  await makeProject(admin, 'again');
  await grantRole(server, { username: 'ann', role: 'developer', place: 'again' });
  const old = await bearer(scope);
  const begun = await nobody.call('POST', '/v2/again/app/blobs/uploads/', { headers: old, body: '' });
  expectStatus(begun, 202);
  expectStatus(await admin.delete(`${projects}/again`), 200);
  expectStatus(await nobody.get('/v2/again/app/tags/list', old), 404);
  await makeProject(admin, 'again');
  // As to any stranger, as long as there is no role in the new one.
  expectError(await nobody.get('/v2/again/app/tags/list', old), 404, 'NAME_UNKNOWN');
  await grantRole(server, { username: 'ann', role: 'developer', place: 'again' });
  const again = await nobody.call('POST', '/v2/again/app/blobs/uploads/', { headers: old, body: '' });
  expectChallenge(again, scope, 'invalid_token');
  const fresh = await bearer(scope);
  const location = locationOf(begun);
  for (const method of ['GET', 'PATCH', 'DELETE'])
    expectStatus(await nobody.call(method, location, { headers: fresh, body: '' }), 404);
  expectStatus(await nobody.finishUpload(location, digestOf(layer), layer, fresh), 404);
});

test('a token in the query is none, and is not in the log', async () => {
  const token = (await bearer('repository:own/app:pull'))['Authorization']?.slice('Bearer '.length) ?? '';
  for (const path of ['/v2/own/app/tags/list', '/v2/', '/api/v2.0/users/current', '/nowhere'])
    expectStatus(
      await nobody.get(`${path}?access_token=${token}&token=${token}`),
      path === '/nowhere' ? 404 : 401,
    );
  assert.ok(!server.stderr.includes(token));
});

test('a token that says it is not signed is no token', async () => {
  const [, payload] = (await bearer('repository:own/app:pull'))['Authorization']?.split('.') ?? [];
  const header = Buffer.from('{"alg":"none","typ":"JWT","kid":"x"}').toString('base64url');
  for (const signature of ['', 'AAAA']) {
    const headers = { Authorization: `Bearer ${header}.${payload}.${signature}` };
    const answer = await nobody.get('/v2/own/app/tags/list', headers);
    expectChallenge(answer, 'repository:own/app:pull', 'invalid_token');
  }
});

test('headers of a proxy that nobody trusts reach no address in an answer', async () => {
  const forged = {
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-For': '127.0.0.2',
    'X-Forwarded-Port': '1',
    'X-Original-URL': '/v2/_catalog',
    Forwarded: 'for=1.2.3.4;host=evil.example;proto=https',
  };
  const told = [
    await nobody.get('/v2/', forged),
    await admin.call('POST', '/v2/own/app/blobs/uploads/', { headers: forged, body: '' }),
    await admin.get('/api/v2.0/systeminfo', forged),
    await admin.get('/api/v2.0/projects?page_size=1', forged),
  ];
  for (const { headers, body } of told) {
    assert.doesNotMatch(JSON.stringify(headers) + body.toString(), /evil|https:|1\.2\.3\.4/);
  }
  assert.match(String(told[1]?.headers.location), /^\/v2\/own\/app\/blobs\/uploads\//);
  for (const host of ['evil.example/x', 'a b', 'user@evil.example', 'a"b', 'a:99999'])
    expectStatus(await nobody.get('/v2/', { Host: host }), 400);
});

test('a forged address does not set guessing free, nor does another way to sign in', async () => {
  const wrong = { username: 'ann', password: 'Wrong-Horse-7' };
  const guess = (at: number): Promise<Answer> => {
    const forged = { 'X-Forwarded-For': `10.0.0.${at}`, Forwarded: `for=10.0.1.${at}` };
    const client = server.client({ ...wrong, password: `${wrong.password}${at}` });
    if (at % 3 === 0) return client.get('/v2/', forged);
    if (at % 3 === 1) return client.get('/service/token?service=harbor-registry', forged);
    return client.get('/api/v2.0/users/current', forged);
  };
  const statuses: number[] = [];
  for (let at = 0; at < 9; at += 1) statuses.push((await guess(at)).status);
  assert.deepEqual(statuses.slice(0, 5), [401, 401, 401, 401, 401]);
  assert.ok(
    statuses.slice(5).every((status) => status === 429),
    statuses.join(),
  );
});

test('a changed password ends the tokens that it gave', async () => {
  const old = await bearer('repository:own/app:pull');
  expectStatus(await nobody.get('/v2/own/app/tags/list', old), 200);
  const set = ['user', 'passwd', 'ann', '--password-stdin', '--data', server.data];
  const changed = await berth(set, { input: 'Another-Horse-8\n' });
  assert.equal(changed.code, 0, changed.stderr);
  const answer = await nobody.get('/v2/own/app/tags/list', old);
  expectChallenge(answer, 'repository:own/app:pull', 'invalid_token');
});

test('nothing was our failure', () => {
  assert.deepEqual(
    server.log.filter(({ status }) => Number(status) >= 500),
    [],
  );
});
