// What ends at one instance has ended at every other with the next request: tokens that are revoked, accounts and robot
// accounts that are switched off, grants that are taken back. Each way in is warm at the other instance before.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser, createProject, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { jsonOf, sendJson } from '../harness/rest.ts';
import { password } from '../harness/start-server.ts';
import { SharedDatabase } from './two-servers.ts';

const database = await SharedDatabase.create();
after(() => database[Symbol.asyncDispose]());
const first = await database.start('one');
const second = await database.start('two');
const admin = first.client();
const elsewhere = second.client(null);
await createProject(first, 'pay');
await admin.pushImage('pay/api', 'v1', imageOf({ seed: 'ended' }));

type Headers = Readonly<Record<string, string>>;
const basic = (username: string, secret: string): Headers => ({
  Authorization: `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`,
});
const bearer = (token: string): Headers => ({ Authorization: `Bearer ${token}` });
const manifest = '/v2/pay/api/manifests/v1';
const current = '/api/v2.0/users/current';

/** A token of the token service, from the second instance. */
async function serviceToken(headers: Headers): Promise<string> {
  const path = '/service/token?service=harbor-registry&scope=repository:pay/api:pull';
  return jsonOf<{ token: string }>(await elsewhere.get(path, headers)).token;
}

async function personalToken(username: string, name: string): Promise<{ id: number; token: string }> {
  const client = first.client({ username, password });
  const { user_id: id } = jsonOf<{ user_id: number }>(await client.get(current));
  return jsonOf(await sendJson(client, 'POST', `/api/berth/v1/users/${id}/tokens`, { name }), 201);
}

async function cookieOf(principal: string): Promise<Headers> {
  const answer: Answer = await elsewhere.call('POST', '/c/login', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ principal, password }).toString(),
  });
  expectStatus(answer, 200);
  const cookies: unknown = answer.headers['set-cookie'];
  assert.ok(Array.isArray(cookies));
  return { Cookie: cookies.map((cookie) => String(cookie).split(';')[0]).join('; ') };
}

async function person(username: string): Promise<void> {
  await addUser(first, { username, password });
  await grantRole(first, { username, role: 'developer', place: 'pay' });
}

interface Way {
  readonly how: string;
  readonly path: string;
  readonly headers: Headers;
}

const statuses = (ways: readonly Way[]): Promise<number[]> =>
  Promise.all(ways.map(async ({ path, headers }) => (await elsewhere.get(path, headers)).status));

/** All of them let in at the second instance, and after the end at the first none does. */
async function expectEnd(ways: readonly Way[], end: () => Promise<unknown>): Promise<number> {
  for (let round = 0; round < 2; round += 1)
    assert.deepEqual(
      (await statuses(ways)).map((status, at) => [ways[at]?.how, status]),
      ways.map(({ how }) => [how, 200]),
    );
  await end();
  const began = performance.now();
  assert.deepEqual(
    (await statuses(ways)).map((status, at) => [ways[at]?.how, status]),
    ways.map(({ how }) => [how, 401]),
  );
  return performance.now() - began;
}

const codeOf = ({ status, body }: Answer): string => {
  const [error] = (JSON.parse(body.toString()) as { errors: { code: string; message: string }[] }).errors;
  return `${status} ${error?.code ?? ''} ${error?.message ?? ''}`;
};

test('a token that is revoked at one instance is refused by the other at its next use, and so is what it gave', async (t) => {
  await person('ann');
  const { id, token } = await personalToken('ann', 'laptop');
  const given = await serviceToken(basic('ann', token));
  const ways: Way[] = [
    { how: 'as a password', path: manifest, headers: basic('ann', token) },
    { how: 'as Bearer', path: manifest, headers: bearer(token) },
    { how: 'as Bearer, API', path: current, headers: bearer(token) },
    { how: 'a token of the token service by it', path: manifest, headers: bearer(given) },
  ];
  const [anns] = jsonOf<{ user_id: number }[]>(await admin.get('/api/v2.0/users/search?username=ann'));
  const ms = await expectEnd(ways, async () =>
    expectStatus(await admin.call('DELETE', `/api/berth/v1/users/${anns?.user_id}/tokens/${id}`), 200),
  );
  t.diagnostic(`${ways.length} ways were refused within ${ms.toFixed(0)} ms`);
  const wrong = '401 UNAUTHORIZED the user name or the password is wrong';
  assert.equal(codeOf(await elsewhere.get(manifest, basic('ann', token))), wrong);
  const unknown = '401 UNAUTHORIZED the token is unknown or revoked, or it has ended';
  assert.equal(codeOf(await elsewhere.get(manifest, bearer(token))), unknown);
  const ended =
    '401 UNAUTHORIZED the account of this token is closed, its password has changed, or the personal token that it was given for has ended';
  assert.equal(codeOf(await elsewhere.get(manifest, bearer(given))), ended);
  const asked = await elsewhere.get('/service/token?service=harbor-registry', basic('ann', token));
  assert.equal(asked.status, 401);
});

test('an account that is switched off at one instance has no tokens and no sessions at the other with the next request', async (t) => {
  await person('ben');
  const { token } = await personalToken('ben', 'laptop');
  const ways: Way[] = [
    { how: 'the password', path: manifest, headers: basic('ben', password) },
    { how: 'the password, API', path: current, headers: basic('ben', password) },
    { how: 'a personal token', path: manifest, headers: basic('ben', token) },
    { how: 'a personal token as Bearer', path: current, headers: bearer(token) },
    {
      how: 'a token of the token service',
      path: manifest,
      headers: bearer(await serviceToken(basic('ben', password))),
    },
    {
      how: 'a token of the token service by a personal one',
      path: manifest,
      headers: bearer(await serviceToken(basic('ben', token))),
    },
    { how: 'a session', path: current, headers: await cookieOf('ben') },
  ];
  const ms = await expectEnd(ways, async () => {
    const { code, stderr } = await berth(['user', 'disable', 'ben', '--data', first.data]);
    assert.equal(code, 0, stderr);
  });
  t.diagnostic(`${ways.length} ways were refused within ${ms.toFixed(0)} ms`);
});

test('a robot account that is switched off, and one whose secret was changed, at one instance is out at the other', async () => {
  const robot = async (name: string): Promise<{ id: number; ways: Way[]; body: Record<string, unknown> }> => {
    const permissions = [
      { kind: 'project', namespace: 'pay', access: [{ resource: 'repository', action: 'pull' }] },
    ];
    const asked = { name, level: 'project', duration: -1, permissions };
    const made = jsonOf<{ id: number; name: string; secret: string }>(
      await sendJson(admin, 'POST', '/api/v2.0/robots', asked),
      201,
    );
    const headers = basic(made.name, made.secret);
    const ways = [
      { how: 'the secret', path: manifest, headers },
      { how: 'a token by it', path: manifest, headers: bearer(await serviceToken(headers)) },
    ];
    const body = jsonOf<Record<string, unknown>>(await admin.get(`/api/v2.0/robots/${made.id}`));
    return { id: made.id, ways, body };
  };
  const off = await robot('off');
  await expectEnd(off.ways, async () =>
    expectStatus(
      await sendJson(admin, 'PUT', `/api/v2.0/robots/${off.id}`, { ...off.body, disable: true }),
      200,
    ),
  );
  const changed = await robot('changed');
  await expectEnd(changed.ways, async () =>
    expectStatus(
      await admin.call('PATCH', `/api/v2.0/robots/${changed.id}`, {
        headers: { 'Content-Type': 'application/json' },
        body: '{"secret":""}',
      }),
      200,
    ),
  );
});

test('a grant that is taken back at one instance is none at the other, also for a token from before', async () => {
  await addUser(first, { username: 'cat', password });
  await grantRole(first, { username: 'cat', role: 'pull', place: 'pay/api' });
  const headers = basic('cat', password);
  const token = bearer(await serviceToken(headers));
  for (const by of [headers, token]) expectStatus(await elsewhere.get(manifest, by), 200);
  const { code } = await berth(['access', 'revoke', 'cat', 'pull', 'pay/api', '--data', first.data]);
  assert.equal(code, 0);
  for (const by of [headers, token])
    assert.equal(
      codeOf(await elsewhere.get(manifest, by)),
      '404 NAME_UNKNOWN repository name not known to registry: there is no repository pay/api, or you have no access to it',
    );
});
