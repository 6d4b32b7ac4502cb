// Personal tokens over HTTP: what each is limited to is read back by what it can do, on every face.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const nobody = server.client(null);
await makeProject(admin, 'pay');
await makeProject(admin, 'other');
await makeProject(admin, 'shown', { public: 'true' });
const image = imageOf({ seed: 'personal tokens' });
for (const repository of ['pay/api', 'pay/worker', 'other/app'])
  await admin.pushImage(repository, 'v1', image);
await addUsers(server, ['ann', 'bob']);
await grantRole(server, { username: 'ann', role: 'maintainer', place: 'pay' });
await grantRole(server, { username: 'ann', role: 'developer', place: 'other' });
const ann = server.client({ username: 'ann', password });
const bob = server.client({ username: 'bob', password });

interface Made {
  readonly id: number;
  readonly name: string;
  readonly token: string;
}
interface Listed {
  readonly id: number;
  readonly name: string;
  readonly expires_at?: string;
  readonly last_used_at?: string;
  readonly last_used_address?: string;
  readonly last_used_client?: string;
  readonly scopes?: readonly { where: string; actions: readonly string[] }[];
}

async function idOf(client: RegistryClient): Promise<number> {
  return jsonOf<{ user_id: number }>(await client.get('/api/v2.0/users/current')).user_id;
}
const annId = await idOf(ann);
const tokensOf = (id: number): string => `/api/berth/v1/users/${id}/tokens`;
const current = '/api/berth/v1/tokens/current';
let count = 0;

function ask(client: RegistryClient, id: number, body: object): Promise<Answer> {
  return sendJson(client, 'POST', tokensOf(id), { name: `t${++count}`, ...body });
}
async function make(scopes?: readonly object[]): Promise<Made> {
  return jsonOf<Made>(await ask(ann, annId, scopes === undefined ? {} : { scopes }), 201);
}
const asPassword = ({ token }: Made, username = 'ann'): RegistryClient =>
  server.client({ username, password: token });
const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { Authorization: `Bearer ${token}` },
});
const list = async (): Promise<readonly Listed[]> => jsonOf<Listed[]>(await ann.get(tokensOf(annId)));
const pulls = async (client: RegistryClient, repository: string): Promise<number> =>
  (await client.get(`/v2/${repository}/manifests/v1`)).status;
const pushes = async (client: RegistryClient, repository: string): Promise<number> =>
  (await client.call('POST', `/v2/${repository}/blobs/uploads/`)).status;
const messageOf = ({ body }: Answer): string =>
  (JSON.parse(body.toString()) as { errors: { message: string }[] }).errors[0]?.message ?? '';

test('without limits a token stands for its owner, as password with the name and as Bearer without', async () => {
  const made = await make();
  assert.match(made.token, /^brt_[0-9A-Za-z]{46}$/);
  const client = asPassword(made);
  assert.deepEqual(
    [await pulls(client, 'pay/api'), await pushes(client, 'pay/api'), await pulls(client, 'other/app')],
    [200, 202, 200],
  );
  for (const path of ['/v2/pay/api/manifests/v1', '/api/v2.0/projects/pay', '/api/v2.0/users/current'])
    expectStatus(await nobody.call('GET', path, bearer(made.token)), 200);
  assert.equal(await idOf(client), annId);
  expectStatus(await nobody.call('GET', '/api/v2.0/projects/pay', bearer(`${made.token}x`)), 401);
});

test('with the name of somebody else a token is a wrong password', async () => {
  const client = asPassword(await make(), 'bob');
  expectStatus(await client.get('/api/v2.0/users/current'), 401);
  expectStatus(await client.get('/service/token?service=harbor-registry'), 401);
});

test('a token to pull one repository pulls it, sees only it, and the refusal of the rest says why', async () => {
  const made = await make([{ where: 'pay/api', actions: ['pull'] }]);
  const client = asPassword(made);
  assert.deepEqual([await pulls(client, 'pay/api'), await pulls(client, 'pay/worker')], [200, 404]);
  const refused = await client.call('POST', '/v2/pay/api/blobs/uploads/');
  expectError(refused, 403, 'DENIED');
  assert.match(messageOf(refused), /^ann may not push pay\/api with this token: it is limited/);
  const catalog = (await client.get('/v2/_catalog')).body.toString();
  assert.deepEqual(JSON.parse(catalog), { repositories: ['pay/api'] });
  const repositories = await client.get('/api/v2.0/repositories');
  assert.equal(repositories.headers['x-total-count'], '1');
  expectStatus(await client.get('/api/v2.0/projects/other'), 403);
  assert.deepEqual(await client.get('/v2/pay/worker/tags/list').then(({ body }) => noIds(body, 'worker')), [
    ...(await client.get('/v2/pay/nothing/tags/list').then(({ body }) => noIds(body, 'nothing'))),
  ]);
});

function noIds(body: Buffer, name: string): string[] {
  return [
    body
      .toString()
      .replaceAll(name, 'NAME')
      .replace(/"requestId":"[^"]+"/, ''),
  ];
}

test('a token of docker’s login brings the same limits: the registry’s own token asks them at each use', async () => {
  const made = await make([{ where: 'pay/**', actions: ['push'] }]);
  const scope = ['pay/api:pull,push', 'other/app:pull'].map((each) => `&scope=repository:${each}`).join('');
  const answer = await asPassword(made).get(`/service/token?service=harbor-registry${scope}`);
  const { token } = jsonOf<{ token: string }>(answer);
  const call = (method: string, path: string) => nobody.call(method, path, bearer(token));
  expectStatus(await call('GET', '/v2/pay/api/manifests/v1'), 200);
  expectStatus(await call('POST', '/v2/pay/api/blobs/uploads/'), 202);
  expectStatus(await call('GET', '/v2/other/app/manifests/v1'), 404);
  expectStatus(await ann.call('DELETE', `${tokensOf(annId)}/${made.id}`), 200);
  expectError(await call('GET', '/v2/pay/api/manifests/v1'), 401, 'UNAUTHORIZED');
});

test('a limited token makes no projects, members, robots or tokens, whatever its owner may', async () => {
  const adminId = await idOf(admin);
  const scopes = [{ where: '*', actions: ['pull', 'push', 'delete', 'read'] }];
  const made = jsonOf<Made>(await ask(admin, adminId, { scopes }), 201);
  const client = asPassword(made, 'admin');
  assert.deepEqual([await pulls(client, 'other/app'), await pushes(client, 'other/app')], [200, 202]);
  expectStatus(await client.get('/api/v2.0/projects/other'), 200);
  const project = await sendJson(client, 'POST', '/api/v2.0/projects', { project_name: 'made' });
  expectStatus(project, 403);
  assert.match(messageOf(project), /may not make projects with this token/);
  const robot = { name: 'r', level: 'system', duration: -1, permissions: [everything] };
  for (const [method, path, body] of [
    ['POST', '/api/v2.0/users', { username: 'eve', password, email: 'e@x.io', realname: 'e' }],
    ['POST', '/api/v2.0/robots', robot],
    ['POST', '/api/v2.0/projects/pay/members', { role_id: 1, member_user: { username: 'bob' } }],
    ['PUT', '/api/v2.0/configurations', { read_only: true }],
    ['PUT', `/api/v2.0/users/${annId}/sysadmin`, { sysadmin_flag: true }],
    ['POST', tokensOf(adminId), { name: 'more' }],
  ] as const)
    expectStatus(await sendJson(client, method, path, body), 403);
  expectStatus(await client.get('/api/v2.0/users'), 403);
});

const everything = {
  kind: 'project',
  namespace: '*',
  access: [{ resource: 'repository', action: 'push' }],
};

test('no token changes its account or opens a session, and one ends itself', async () => {
  const made = await make();
  const client = asPassword(made);
  const refused = await sendJson(client, 'PUT', `/api/v2.0/users/${annId}/password`, {
    old_password: password,
    new_password: 'Another-Horse-8',
  });
  expectStatus(refused, 403);
  assert.match(messageOf(refused), /an account is not changed by one of its tokens/);
  expectStatus(await ask(client, annId, {}), 403);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const login = (secret: string) =>
    nobody.call('POST', '/c/login', {
      headers: form,
      body: new URLSearchParams({ principal: 'ann', password: secret }).toString(),
    });
  expectStatus(await login(password), 200);
  expectStatus(await login(made.token), 401);
  assert.equal(jsonOf<Listed>(await client.get(current)).id, made.id);
  expectStatus(await ann.get(current), 404);
  expectStatus(await client.call('DELETE', current), 200);
  expectStatus(await client.get(current), 401);
  assert.ok((await list()).every(({ id }) => id !== made.id));
});

test('lists tell when, from where and by what a token was used, and never the secret', async () => {
  const made = await make([
    { where: 'pay', actions: ['read', 'pull'] },
    { where: 'other/app', actions: ['push'] },
  ]);
  expectStatus(
    await asPassword(made).call('GET', '/v2/pay/api/manifests/v1', { headers: { 'User-Agent': 'tool/1' } }),
    200,
  );
  const used = await waitUntil('the use is written down', async () =>
    (await list()).find(({ id, last_used_at: at }) => id === made.id && at !== undefined),
  );
  assert.deepEqual([used?.last_used_address, used?.last_used_client], ['127.0.0.1', 'tool/1']);
  assert.deepEqual(used?.scopes, [
    { where: 'pay', actions: ['pull', 'read'] },
    { where: 'other/app', actions: ['push'] },
  ]);
  assert.doesNotMatch((await ann.get(tokensOf(annId))).body.toString(), /brt_|sha256/);
  expectStatus(await bob.get(tokensOf(annId)), 403);
  expectStatus(await admin.get(tokensOf(annId)), 200);
});

test('an account that is switched off takes its tokens with it; one that ends ends', async () => {
  await addUsers(server, ['cat']);
  const cat = server.client({ username: 'cat', password });
  const id = await idOf(cat);
  const forever = jsonOf<Made>(await ask(cat, id, {}), 201);
  const expires = new Date(Date.now() + 6000).toISOString();
  const short = jsonOf<Made>(await ask(cat, id, { expires_at: expires }), 201);
  const works = async ({ token }: Made): Promise<boolean> =>
    (await nobody.call('GET', '/api/v2.0/users/current', bearer(token))).status === 200;
  assert.ok(await works(short));
  await waitUntil('the token ends', async () => ((await works(short)) ? undefined : true));
  assert.ok(await works(forever));
  const run = async (verb: string): Promise<void> => {
    const { code, stderr } = await berth(['user', verb, 'cat', '--data', server.data]);
    assert.equal(code, 0, stderr);
  };
  await run('disable');
  assert.ok(!(await works(forever)));
  await run('enable');
  // A wrong sign-in is remembered for a second.
  await waitUntil('the token works again', () => works(forever));
});

test('a project of the same name is another project', async () => {
  await makeProject(admin, 'passing');
  await grantRole(server, { username: 'ann', role: 'developer', place: 'passing' });
  const made = await make([{ where: 'passing', actions: ['push'] }]);
  assert.equal(await pushes(asPassword(made), 'passing/app'), 202);
  expectStatus(await admin.call('DELETE', '/api/v2.0/projects/passing'), 200);
  await makeProject(admin, 'passing');
  await grantRole(server, { username: 'ann', role: 'developer', place: 'passing' });
  assert.equal(await pushes(ann, 'passing/app'), 202);
  assert.equal(await pushes(asPassword(made), 'passing/app'), 404);
  assert.deepEqual((await list()).find(({ id }) => id === made.id)?.scopes, []);
});

test('what is no token, no name, no place and no time is refused with a sentence, and changes nothing', async () => {
  // When they were last used is written a moment behind the use.
  const kept = async () => (await list()).map(({ id, name, scopes }) => ({ id, name, scopes }));
  const before = await kept();
  const scope = (where: string, ...actions: readonly string[]) => ({ scopes: [{ where, actions }] });
  for (const [body, status, sentence] of [
    [{ name: '' }, 400, /a token needs a name/],
    [{ name: 'a\u0000b' }, 400, /a token needs a name|NUL/],
    [{ name: 'x'.repeat(101) }, 400, /a token needs a name/],
    [{ name: before[0]?.name }, 409, /has a token "t\d+" already/],
    [{ expires_at: new Date(Date.now() - 1000).toISOString() }, 400, /would have ended already/],
    [{ expires_at: 'tomorrow' }, 400, /"tomorrow" is no time/],
    [{ scopes: [] }, 400, /limited to 1 to 100 places/],
    [scope('pay'), 400, /a limit without actions/],
    [scope('pay', 'fly'), 400, /"fly" is no action/],
    [scope('pay/*', 'pull'), 400, /names no place/],
    [scope('PAY', 'pull'), 400, /names no place/],
    [scope('', 'pull'), 400, /names no place/],
    [scope('pay/', 'pull'), 400, /names no place/],
    [scope('nothing', 'pull'), 404, /project nothing not found/],
  ] as const) {
    const answer = await ask(ann, annId, body);
    expectStatus(answer, status);
    assert.match(messageOf(answer), sentence);
  }
  const hidden = await ask(bob, await idOf(bob), scope('pay', 'pull'));
  expectStatus(hidden, 404);
  assert.equal(messageOf(hidden), 'project pay not found');
  expectStatus(await ask(bob, annId, {}), 403);
  expectStatus(await ask(admin, annId, {}), 403);
  expectStatus(await bob.call('DELETE', `${tokensOf(annId)}/${before[0]?.id}`), 403);
  expectStatus(await bob.call('DELETE', `${tokensOf(await idOf(bob))}/${before[0]?.id}`), 404);
  expectStatus(await nobody.get(tokensOf(annId)), 401);
  assert.deepEqual(await kept(), before);
});

test('what becomes of tokens is in the audit log, without their secrets', async () => {
  const made = await make([{ where: 'pay/api', actions: ['pull'] }]);
  expectStatus(await admin.call('DELETE', `${tokensOf(annId)}/${made.id}`), 200);
  const rows = jsonOf<{ operation: string; username: string; resource_type: string }[]>(
    await admin.get('/api/v2.0/auditlog-exts?q=resource_type=token&page_size=2'),
  );
  assert.deepEqual(
    rows.map(({ operation, username }) => `${operation} by ${username}`),
    ['delete by admin', 'create by ann'],
  );
  assert.doesNotMatch(JSON.stringify(rows), /brt_/);
});
