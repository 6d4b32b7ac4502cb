// A push that outlasts its token, and one that outlasts its account, by HTTP alone (moby/moby#33558). Takes as long as
// the shortest token lives.

import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { type Answer, expectError, expectStatus, locationOf, piecesOf } from '../harness/registry-client.ts';
import { makeProject } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

/** The life, and how long after its end a token is still taken. */
const lifeMs = 60_000;
const lateMs = 15_000;

const server = await BerthServer.start({ args: ['--token-life', '60'] });
after(() => server[Symbol.asyncDispose]());
await makeProject(server.client(), 'p1');
await addUsers(server, ['ann', 'ben']);
for (const username of ['ann', 'ben']) await grantRole(server, { username, role: 'developer', place: 'p1' });
const nobody = server.client(null);
const image = imageOf({ seed: 'slow', layers: [8 * 1024 * 1024] });
const [layer = Buffer.alloc(0)] = image.layers;
const digest = digestOf(layer);

async function tokenOf(username: string): Promise<Record<string, string>> {
  const query = 'service=harbor-registry&scope=repository:p1/app:pull,push';
  const answer = await server.client({ username, password }).get(`/service/token?${query}`);
  expectStatus(answer, 200);
  const { token } = JSON.parse(answer.body.toString()) as { token: string };
  return { Authorization: `Bearer ${token}` };
}

async function begin(headers: Record<string, string>): Promise<string> {
  const answer = await nobody.call('POST', '/v2/p1/app/blobs/uploads/', { headers, body: '' });
  expectStatus(answer, 202);
  return locationOf(answer);
}

async function* slowly(bytes: Buffer, untilMs: number): AsyncGenerator<Buffer> {
  const pieces = [...piecesOf(bytes, Math.ceil(bytes.length / 64))];
  const from = performance.now();
  for (const [at, piece] of pieces.entries()) {
    await delay(Math.max(0, (untilMs * (at + 1)) / pieces.length - (performance.now() - from)));
    yield piece;
  }
}

function expectInvalidToken(answer: Answer): void {
  expectError(answer, 401, 'UNAUTHORIZED');
  assert.equal(
    answer.headers['www-authenticate'],
    `Bearer realm="http://127.0.0.1:${server.port}/service/token",service="harbor-registry",` +
      'scope="repository:p1/app:pull,push",error="invalid_token"',
  );
}

describe('at the end', { concurrency: true }, () => {
  test('of a token the running body is taken, the next request asks for a new one, and nothing is lost', async () => {
    const old = await tokenOf('ann');
    const location = await begin(old);
    const patched = await nobody.patch(location, slowly(layer, lifeMs + lateMs + 1500), old);
    expectStatus(patched, 202);
    assert.equal(patched.headers.range, `0-${layer.length - 1}`);
    const next = locationOf(patched);
    expectInvalidToken(await nobody.finishUpload(next, digest, '', old));
    const fresh = await tokenOf('ann');
    const status = await nobody.get(next, fresh);
    expectStatus(status, 204);
    assert.equal(status.headers.range, `0-${layer.length - 1}`);
    expectStatus(await nobody.finishUpload(next, digest, '', fresh), 201);
    await server.client().pushBlob('p1/app', image.config);
    const put = (headers: Record<string, string>): Promise<Answer> =>
      nobody.call('PUT', '/v2/p1/app/manifests/v1', {
        headers: { 'Content-Type': image.manifest.mediaType, ...headers },
        body: image.manifest.bytes,
      });
    expectInvalidToken(await put(old));
    expectStatus(await put(fresh), 201);
  });

  test('of an account the running body is taken, and every later request is refused', async () => {
    const token = await tokenOf('ben');
    const location = await begin(token);
    const patching = nobody.patch(location, slowly(layer, 12_000), token);
    await delay(3000);
    const disabled = await berth(['user', 'disable', 'ben', '--data', server.data]);
    assert.equal(disabled.code, 0, disabled.stderr);
    expectInvalidToken(await nobody.get(location, token));
    expectStatus(await patching, 202);
    expectInvalidToken(await nobody.finishUpload(location, digest, '', token));
    const ben = server.client({ username: 'ben', password });
    expectStatus(await ben.finishUpload(location, digest), 401);
    expectStatus(await ben.get('/service/token?service=harbor-registry'), 401);
  });
});

test('nothing was our failure', () => {
  assert.deepEqual(
    server.log.filter(({ status }) => Number(status) >= 500),
    [],
  );
});
