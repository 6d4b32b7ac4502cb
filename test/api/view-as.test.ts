import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUser, addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import type { RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['bob', 'carl']);
await addUser(server, { username: 'second', password }, '--admin');
const admin = server.client();
const second = server.client({ username: 'second', password });
const bob = server.client({ username: 'bob', password });

await makeProject(admin, 'pay');
await makeProject(admin, 'closed');
await grantRole(server, { username: 'bob', role: 'guest', place: 'pay/api' });
for (const name of ['pay/api', 'pay/hidden', 'closed/app'])
  await admin.pushImage(name, 'v1', imageOf({ seed: name }));

const path = '/api/berth/v1/view-as';
const header = 'X-Berth-View-As';

interface View {
  readonly who: string;
  readonly token: string;
  readonly expires_at: string;
}

async function begin(who: string, client: RegistryClient = admin): Promise<string> {
  return jsonOf<View>(await sendJson(client, 'POST', path, { who }), 201).token;
}

function read(token: string, address: string, client: RegistryClient = admin) {
  return client.call('GET', address, { headers: { [header]: token } });
}

test('beginView: reads are answered as the other gets them, and without the header as ever', async () => {
  const token = await begin('bob');
  for (const address of [
    '/api/v2.0/users/current',
    `${projects}?sort=name`,
    '/api/v2.0/repositories?sort=name',
    '/api/berth/v1/me/can?scope=pay/api',
    '/api/berth/v1/me/can?scope=closed',
    '/api/berth/v1/search?q=api',
    '/api/v2.0/statistics',
  ])
    assert.equal(
      (await read(token, address)).body.toString(),
      (await bob.get(address)).body.toString(),
      address,
    );
  for (const address of [`${projects}/closed`, `${projects}/pay/repositories/hidden`, '/api/v2.0/users']) {
    const seen = await read(token, address);
    assert.deepEqual(
      [seen.status, JSON.parse(seen.body.toString())],
      [(await bob.get(address)).status, JSON.parse((await bob.get(address)).body.toString())],
      address,
    );
    assert.equal((await admin.get(address)).status, 200);
  }
});

test('beginView: nothing is changed in a view, neither as the other nor as oneself', async () => {
  const token = await begin('second');
  const headers = { [header]: token };
  const made = await sendJson(admin, 'POST', projects, { project_name: 'made' }, headers);
  assert.match(expectRefusal(made, 403, 'FORBIDDEN'), /view of what second may do/);
  const changed = await sendJson(admin, 'PUT', `${projects}/pay`, { metadata: { public: 'true' } }, headers);
  expectRefusal(changed, 403, 'FORBIDDEN');
  expectRefusal(
    await admin.call('DELETE', `${projects}/pay/repositories/api`, { headers }),
    403,
    'FORBIDDEN',
  );
  expectRefusal(await sendJson(admin, 'POST', path, { who: 'bob' }, headers), 403, 'FORBIDDEN');
  assert.equal((await admin.get(`${projects}/made`)).status, 404);
  assert.equal((await bob.get(`${projects}/pay/repositories/api`)).status, 200);
});

test('beginView: it is for administrators, and a view for whoever began it', async () => {
  expectRefusal(await sendJson(bob, 'POST', path, { who: 'carl' }), 403, 'FORBIDDEN');
  expectRefusal(await sendJson(server.client(null), 'POST', path, { who: 'bob' }), 401, 'UNAUTHORIZED');
  for (const [who, status, code] of [
    ['nobody', 404, 'NOT_FOUND'],
    ['admin', 400, 'BAD_REQUEST'],
    ['group:team', 400, 'BAD_REQUEST'],
  ] as const)
    expectRefusal(await sendJson(admin, 'POST', path, { who }), status, code);
  const token = await begin('bob');
  for (const made of [token.slice(0, -2), 'x', 'e30.AAAA', token.replace('.', 'A.')])
    expectRefusal(await read(made, projects), 403, 'FORBIDDEN');
  expectRefusal(await read(token, projects, second), 403, 'FORBIDDEN');
  expectRefusal(await read(token, projects, bob), 403, 'FORBIDDEN');
  expectRefusal(await read(token, projects, server.client(null)), 401, 'UNAUTHORIZED');
});

test('beginView: a token of an administrator begins none and sees none', async () => {
  const made = await sendJson(admin, 'POST', '/api/berth/v1/users/1/tokens', { name: 'ci' });
  const { token } = jsonOf<{ token: string }>(made, 201);
  const byToken = server.client({ username: 'admin', password: token });
  assert.equal((await byToken.get('/api/v2.0/users')).status, 200);
  expectRefusal(await sendJson(byToken, 'POST', path, { who: 'bob' }), 403, 'FORBIDDEN');
  expectRefusal(await read(await begin('bob'), projects, byToken), 403, 'FORBIDDEN');
});

test('beginView: who is no administrator any more looks no longer, and each beginning is recorded', async () => {
  const token = await begin('bob', second);
  assert.equal((await read(token, projects, second)).status, 200);
  const { user_id: id } = jsonOf<{ user_id: number }>(await second.get('/api/v2.0/users/current'));
  const taken = await sendJson(admin, 'PUT', `/api/v2.0/users/${id}/sysadmin`, { sysadmin_flag: false });
  assert.equal(taken.status, 200);
  expectRefusal(await read(token, projects, second), 403, 'FORBIDDEN');
  const { items } = jsonOf<{ items: { username: string; after: { name: string } }[] }>(
    await admin.get('/api/berth/v1/audit?actor=second&limit=5'),
  );
  assert.ok(
    items.some(({ username, after: { name } }) => username === 'second' && name === 'bob'),
    JSON.stringify(items),
  );
});
