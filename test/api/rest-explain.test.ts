// `/api/berth/v1/explain` and `/me/can`: they say what the registry does, in the sentence with which it refuses.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
for (const name of ['pay', 'other']) await makeProject(admin, name);
await makeProject(admin, 'shown', { public: 'true' });
const image = imageOf({ seed: 'explain' });
for (const repository of ['pay/api', 'pay/worker']) await admin.pushImage(repository, 'v1', image);
await addUsers(server, ['lead', 'bob', 'eve', 'ida']);
const client = (username: string): RegistryClient => server.client({ username, password });
const [lead, bob, eve, ida] = [client('lead'), client('bob'), client('eve'), client('ida')];

interface Explained {
  readonly who: string;
  readonly allowed: boolean;
  readonly visible: boolean;
  readonly message: string;
  readonly detail?: string;
  readonly because?: { readonly kind: string };
  readonly client?: { readonly code: string; readonly message: string };
  readonly deciding?: { readonly id: number; readonly who: string };
  readonly nearest?: { readonly lacks: string };
  readonly enough?: string;
  readonly gates: readonly { readonly kind: string; readonly message: string }[];
  readonly ask: readonly string[];
}

interface Allowed {
  readonly kind: string;
  readonly who?: string;
  readonly count?: number;
  readonly actions: readonly string[];
  readonly for_tags?: readonly { readonly action: string; readonly tags: readonly string[] }[];
  readonly by: readonly { readonly id: number; readonly tag?: string; readonly expires_at?: string }[];
  readonly off?: boolean;
  readonly expires_at?: string;
}

const raw = (as: RegistryClient, of: Record<string, string>): Promise<Answer> =>
  as.get(`/api/berth/v1/explain?${new URLSearchParams(of).toString()}`);
const ask = async (as: RegistryClient, who: string, action: string, where: string): Promise<Explained> =>
  jsonOf<Explained>(await raw(as, { who, action, where }));
const can = async (as: RegistryClient, scope: string): Promise<readonly string[]> =>
  jsonOf<{ permissions: string[] }>(await as.get(`/api/berth/v1/me/can?scope=${scope}`)).permissions;
const give = async (as: RegistryClient, who: string, role: string, where: string): Promise<number> =>
  jsonOf<{ id: number }>(await sendJson(as, 'POST', '/api/berth/v1/grants', { who, role, where }), 201).id;
const refusalOf = ({ body }: Answer): { message: string; detail?: string } => {
  const [first] = (JSON.parse(body.toString()) as { errors: { message: string; detail?: string }[] }).errors;
  return { message: first?.message ?? '', ...(first?.detail === undefined ? {} : { detail: first.detail }) };
};
const codeAndMessage = ({ body }: Answer): object => {
  const { errors } = JSON.parse(body.toString()) as { errors: { code: string; message: string }[] };
  return { code: errors[0]?.code, message: errors[0]?.message };
};
const run = (...args: string[]) => berth([...args, '--data', server.data]);

await give(admin, 'lead', 'projectAdmin', 'pay');
const pull = await give(lead, 'bob', 'pull', 'pay/api');

test('explainAccess: the sentence is the one of the 403 of /v2 and of the API, and its command is enough', async () => {
  const told = await ask(admin, 'bob', 'push', 'pay/api');
  const pushed = await bob.call('POST', '/v2/pay/api/blobs/uploads/');
  expectStatus(pushed, 403);
  assert.deepEqual(refusalOf(pushed), { message: told.message, detail: told.detail });
  assert.match(
    told.message,
    /^bob may not push pay\/api: that needs developer, and this account may pull in pay\/api; ask admin or lead$/,
  );
  const deleted = await bob.call('DELETE', '/api/v2.0/projects/pay/repositories/api');
  expectStatus(deleted, 403);
  const toDelete = await ask(bob, 'bob', 'repository:delete', 'pay/api');
  assert.equal(refusalOf(deleted).message, toDelete.message);
  assert.equal(told.enough, 'berth access grant bob developer pay/api');
  assert.equal((await run(...(told.enough ?? '').split(' ').slice(1))).code, 0);
  assert.equal((await ask(bob, 'bob', 'push', 'pay/api')).allowed, true);
  expectStatus(await bob.call('POST', '/v2/pay/api/blobs/uploads/'), 202);
  assert.equal((await run('access', 'revoke', 'bob', 'developer', 'pay/api')).code, 0);
});

test('explainAccess: what decides is named; administrators ask about anybody, others about themselves', async () => {
  const told = await ask(lead, 'bob', 'pull', 'pay/api:v1');
  assert.deepEqual([told.allowed, told.deciding?.id, told.deciding?.who], [true, pull, 'bob']);
  assert.equal((await ask(admin, 'bob', 'pull', 'pay/worker')).nearest?.lacks, 'place');
  const other = await ask(admin, 'eve', 'pull', 'pay/api');
  assert.deepEqual([other.allowed, other.visible], [false, false]);
  expectStatus(await raw(lead, { who: 'bob', action: 'pull', where: 'other' }), 403);
  expectStatus(await raw(bob, { who: 'eve', action: 'pull', where: 'pay/api' }), 403);
  expectStatus(await raw(bob, { who: 'eve', action: 'user:create', where: 'system' }), 403);
  expectStatus(await raw(server.client(null), { action: 'pull', where: 'pay' }), 401);
  assert.equal((await ask(eve, 'eve', 'pull', 'shown/app')).allowed, true);
  assert.match(
    other.message,
    /^eve may not pull pay\/api: that needs pull, and this account has no role in pay/,
  );
  assert.deepEqual(other.because?.kind, 'role missing');
  const system = jsonOf<Explained>(await raw(bob, { action: 'user:create', where: 'system' }));
  const made = await sendJson(bob, 'POST', '/api/v2.0/usergroups', { group_name: 'x' });
  assert.equal(system.allowed, false);
  assert.equal(refusalOf(made).message.replace('user-group:create', 'user:create'), system.message);
});

test('explainAccess: on the system the duty is named that is enough, and administering it only where none is', async () => {
  for (const [action, role] of [
    ['audit-log:list', 'auditor'],
    ['configuration:read', 'auditor'],
    ['configuration:update', 'operator'],
    ['scanner:create', 'security-officer'],
    ['user:create', 'system-admin'],
  ] as const) {
    const told = await ask(admin, 'ida', action, 'system');
    assert.deepEqual([told.allowed, told.enough], [false, `berth access grant ida ${role} system`]);
    const words = (told.enough ?? '').split(' ').slice(1);
    assert.equal((await run(...words)).code, 0);
    assert.equal((await ask(admin, 'ida', action, 'system')).allowed, true, action);
    assert.equal((await run('access', 'revoke', ...words.slice(2))).code, 0);
  }
});

test('explainAccess, listOwnPermissions: what is hidden is told as what is missing', async () => {
  const told = async (as: RegistryClient, where: string, name: string): Promise<string> =>
    (await raw(as, { action: 'pull', where })).body.toString().replaceAll(name, 'X');
  assert.equal(await told(bob, 'pay/worker', 'worker'), await told(bob, 'pay/absent', 'absent'));
  assert.equal(await told(eve, 'pay/api', 'pay'), await told(eve, 'nowhere/api', 'nowhere'));
  assert.deepEqual(await can(eve, 'pay'), []);
  assert.deepEqual(await can(eve, 'nowhere'), []);
  expectStatus(await raw(admin, { action: 'pull', where: 'nowhere/api' }), 404);
});

test('explainAccess: what a client is told is what it is told', async () => {
  const start = (as: RegistryClient, repository: string): Promise<Answer> =>
    as.call('POST', `/v2/${repository}/blobs/uploads/`);
  const pull = (as: RegistryClient, repository: string): Promise<Answer> =>
    as.get(`/v2/${repository}/manifests/v1`);
  const told = async (as: RegistryClient, who: string, action: string, where: string) =>
    (await ask(as, who, action, where)).client;
  assert.deepEqual(await told(admin, 'eve', 'pull', 'pay/api'), codeAndMessage(await pull(eve, 'pay/api')));
  assert.deepEqual(
    await told(bob, 'bob', 'pull', 'pay/worker'),
    codeAndMessage(await pull(bob, 'pay/worker')),
  );
  assert.deepEqual(await told(bob, 'bob', 'pull', 'gone/api'), codeAndMessage(await pull(bob, 'gone/api')));
  assert.deepEqual(await told(admin, 'bob', 'push', 'pay/api'), codeAndMessage(await start(bob, 'pay/api')));
  assert.equal(await told(admin, 'bob', 'pull', 'pay/api'), undefined, 'it is let in');
  assert.equal(await told(admin, 'bob', 'member:create', 'pay'), undefined, 'no client asks for that');
  assert.equal((await run('user', 'disable', 'ida')).code, 0);
  assert.deepEqual(await told(admin, 'ida', 'pull', 'pay/api'), codeAndMessage(await pull(ida, 'pay/api')));
  assert.equal((await run('user', 'enable', 'ida')).code, 0);
});

test('explainAccess: who was given a part of a project is told whom to ask for the rest, nobody else is', async () => {
  const asked = async (as: RegistryClient, where: string): Promise<readonly string[]> =>
    jsonOf<Explained>(await raw(as, { action: 'pull', where })).ask;
  assert.deepEqual(await asked(bob, 'pay/worker'), ['admin', 'lead']);
  assert.deepEqual(await asked(eve, 'pay/worker'), []);
});

test('explainAccess: bad questions are refused', async () => {
  for (const of of [
    { action: 'fly', where: 'pay' },
    { action: 'pull', where: 'Pay' },
    { action: 'pull', where: 'pay/api:' },
    { action: 'pull', where: 'system' },
    { who: 'group:x', action: 'pull', where: 'pay' },
  ])
    expectStatus(await raw(admin, of), 400);
  expectStatus(await raw(admin, { action: 'pull' }), 422);
  expectStatus(await raw(admin, { action: 'pull', where: '' }), 422);
  expectStatus(await raw(admin, { who: 'nobody-there', action: 'pull', where: 'pay' }), 404);
  expectStatus(await raw(admin, { who: 'no\u0000body', action: 'pull', where: 'pay' }), 400);
});

test('explainAccess: a full quota, an immutable tag, read-only mode and an account that is off are named besides', async () => {
  const kinds = async (action: string, where: string) =>
    (await ask(admin, 'lead', action, where)).gates.map(({ kind }) => kind);
  assert.deepEqual(await kinds('push', 'pay/api:v1'), []);
  const selector = (decoration: string, pattern: string) => ({ kind: 'doublestar', decoration, pattern });
  expectStatus(
    await sendJson(admin, 'POST', '/api/v2.0/projects/pay/immutabletagrules', {
      action: 'immutable',
      template: 'immutable_template',
      tag_selectors: [selector('matches', 'v*')],
      scope_selectors: { repository: [selector('repoMatches', '**')] },
    }),
    201,
  );
  assert.deepEqual(await kinds('push', 'pay/api:v1'), ['immutable']);
  assert.deepEqual(await kinds('push', 'pay/api:v2'), [], 'a new one may come');
  assert.deepEqual(await kinds('delete', 'pay/api:v1'), ['immutable']);
  const [quota] = jsonOf<{ id: number }[]>(
    await admin.get(
      `/api/v2.0/quotas?reference=project&reference_id=${jsonOf<{ project_id: number }>(await admin.get('/api/v2.0/projects/pay')).project_id}`,
    ),
  );
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${quota?.id}`, { hard: { storage: 1 } }), 200);
  assert.deepEqual(await kinds('push', 'pay/api'), ['quota']);
  assert.deepEqual(await kinds('pull', 'pay/api:v1'), []);
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', { read_only: true }), 200);
  assert.deepEqual(await kinds('push', 'pay/api:v1'), ['read-only', 'quota', 'immutable']);
  assert.deepEqual(await kinds('read', 'pay'), []);
  const allowed = await run('access', 'grant', 'eve', 'pull', 'pay/api');
  assert.equal(allowed.code, 0, `the operator goes on: ${allowed.stderr}`);
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', { read_only: false }), 200);
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${quota?.id}`, { hard: { storage: -1 } }), 200);
  assert.equal((await run('user', 'disable', 'eve')).code, 0);
  const off = await ask(admin, 'eve', 'pull', 'pay/api');
  assert.deepEqual([off.allowed, off.gates.map(({ kind }) => kind)], [true, ['account']]);
  assert.equal(off.gates[0]?.message, 'eve is disabled');
});

test('listOwnPermissions: the whole set at once, on the system, in a project, for a repository and a tag', async () => {
  assert.ok((await can(admin, 'system')).includes('user:create'));
  assert.deepEqual(await can(bob, 'system'), []);
  assert.deepEqual(await can(bob, 'pay'), []);
  const inApi = await can(bob, 'pay/api:v1');
  assert.ok(inApi.includes('repository:pull') && !inApi.includes('repository:push'));
  assert.ok((await can(lead, 'pay')).includes('member:create'));
  assert.ok((await can(server.client(null), 'shown')).includes('repository:pull'));
  for (const permission of inApi)
    assert.equal((await ask(bob, 'bob', permission, 'pay/api:v1')).allowed, true);
});

test('berth access explain says yes or no, why, and what would be enough; its exit code is the answer', async () => {
  const yes = await run('access', 'explain', 'bob', 'pull', 'pay/api');
  assert.deepEqual(
    [yes.code, yes.stdout.split('\n')[0]],
    [0, 'Yes: bob may pull pay/api: this account may pull in pay/api'],
  );
  const no = await run('access', 'explain', 'bob', 'push', 'pay/api');
  assert.equal(no.code, 5);
  assert.match(no.stdout, /^No: bob may not push pay\/api: that needs developer/);
  assert.match(no.stdout, /^Nearest: grant \d+ bob pull pay\/api \(too weak\)$/m);
  assert.match(no.stdout, /^Enough: berth access grant bob developer pay\/api$/m);
  assert.match(no.stdout, /^Ask: admin, lead$/m);
  const json = JSON.parse(
    (await run('access', 'explain', 'bob', 'push', 'pay/api', '--json')).stdout,
  ) as Explained;
  assert.equal(json.allowed, false);
});

test('explainAccess: roles of the registry’s own and duties are named; an auditor asks about anybody', async () => {
  const role = { name: 'puller', level: 'project', permissions: ['repository:pull'] };
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/roles', role), 201);
  const id = await give(lead, 'ida', 'puller', 'pay/worker');
  const own = await ask(admin, 'ida', 'pull', 'pay/worker');
  assert.deepEqual([own.allowed, own.deciding?.id], [true, id]);
  assert.equal(own.message, 'ida may pull pay/worker: this account is puller in pay/worker');
  assert.match(
    (await ask(admin, 'ida', 'push', 'pay/worker')).message,
    /needs developer, and this account is puller/,
  );
  assert.ok((await can(ida, 'pay/worker')).includes('repository:pull'));
  expectStatus(await raw(ida, { who: 'bob', action: 'pull', where: 'pay/api' }), 403);
  await give(admin, 'ida', 'auditor', 'system');
  assert.match((await ask(ida, 'bob', 'pull', 'pay/api')).message, /^bob may pull pay\/api/);
  assert.equal((await ask(ida, 'bob', 'user:list', 'system')).allowed, false);
  assert.match((await ask(ida, 'ida', 'pull', 'pay/api')).message, /this account is auditor in pay/);
});

test('explainAccess: a protected tag is named besides, as the push is refused', async () => {
  const rule = { repositories: 'api', tags: 'rel-*', allowed: ['lead'] };
  const made = await sendJson(admin, 'POST', '/api/berth/v1/projects/pay/protected-tags', rule);
  expectStatus(made, 201);
  await give(lead, 'bob', 'developer', 'pay');
  const told = await ask(admin, 'bob', 'push', 'pay/api:rel-1');
  assert.equal(told.allowed, true);
  assert.deepEqual(
    told.gates.map(({ kind }) => kind),
    ['protected'],
  );
  const pushed = await bob.call('PUT', '/v2/pay/api/manifests/rel-1', {
    headers: { 'Content-Type': image.manifest.mediaType },
    body: image.manifest.bytes,
  });
  expectStatus(pushed, 403);
  assert.ok(told.gates[0]?.message.startsWith(refusalOf(pushed).message));
  assert.deepEqual((await ask(admin, 'lead', 'push', 'pay/api:rel-1')).gates, []);
});

test('explainAccess: a robot is meant by its sign-in name as by its written one', async () => {
  const access = [{ resource: 'repository', action: 'pull' }];
  const permissions = [{ kind: 'project', namespace: 'pay', access }];
  const robot = { name: 'ci', level: 'project', duration: 7, permissions };
  expectStatus(await sendJson(admin, 'POST', '/api/v2.0/robots', robot), 201);
  const told = await ask(admin, 'robot$pay+ci', 'pull', 'pay/api');
  assert.deepEqual([told.allowed, told.who], [true, 'robot:robot$pay+ci']);
  assert.deepEqual(told, await ask(admin, 'robot:pay+ci', 'pull', 'pay/api'));
  expectStatus(await raw(admin, { who: 'robot$pay+none', action: 'pull', where: 'pay/api' }), 404);
});

test('listAccess: who may push to one repository, by what, until when; the whole system is named to its readers only', async () => {
  await makeProject(admin, 'desk');
  await addUsers(server, ['boss']);
  await give(admin, 'boss', 'system-admin', 'system');
  await give(admin, 'lead', 'projectAdmin', 'desk');
  const pulling = await give(lead, 'bob', 'pull', 'desk/api');
  const robot = await sendJson(admin, 'POST', '/api/v2.0/robots', {
    name: 'ci',
    level: 'project',
    duration: 30,
    permissions: [
      { kind: 'project', namespace: 'desk', access: [{ resource: 'repository', action: 'push' }] },
    ],
  });
  expectStatus(robot, 201);
  const until = '2099-01-01T00:00:00.000Z';
  const ida = { who: 'ida', role: 'pull,push', where: 'desk/api', tag: 'v*', expires_at: until };
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/grants', ida), 201);
  const list = async (as: RegistryClient, query: Record<string, string>): Promise<readonly Allowed[]> =>
    jsonOf<Allowed[]>(await as.get(`/api/berth/v1/access?${new URLSearchParams(query).toString()}`));
  const shown = (rows: readonly Allowed[]) =>
    rows.map(({ kind, who, count, actions }) => `${kind} ${who ?? count ?? ''} ${actions.join()}`);
  const api = await list(lead, { where: 'desk/api' });
  assert.deepEqual(shown(api), [
    'user admin pull,push,delete',
    'user bob pull',
    'user ida pull,push',
    'user lead pull,push,delete',
    'robot robot:robot$desk+ci pull,push',
    'system 1 pull,push,delete',
  ]);
  assert.deepEqual(
    [api[2]?.by[0]?.tag, api[2]?.by[0]?.expires_at, api[1]?.by[0]?.id],
    ['v*', until, pulling],
  );
  assert.deepEqual(shown(await list(lead, { where: 'desk/api', action: 'push' })).length, 5);
  assert.deepEqual(shown(await list(lead, { where: 'desk/api:dev', action: 'push' })), [
    'user admin pull,push,delete',
    'user lead pull,push,delete',
    'robot robot:robot$desk+ci pull,push',
    'system 1 pull,push,delete',
  ]);
  assert.deepEqual(shown(await list(lead, { where: 'desk/worker' })), [
    'user admin pull,push,delete',
    'user lead pull,push,delete',
    'robot robot:robot$desk+ci pull,push',
    // The other one reads the system, and is not named for that.
    'system 2 pull,push,delete',
  ]);
  assert.deepEqual(shown(await list(admin, { where: 'desk' }))[0], 'user admin pull,push,delete');
  assert.equal(shown(await list(admin, { where: 'shown/app' }))[0], 'everyone  pull');
  assert.match(api[4]?.expires_at ?? '', /^\d{4}-/, 'a robot ends with its account');
  const second = await lead.get('/api/berth/v1/access?where=desk/api&page=2&page_size=2');
  assert.equal(second.headers['x-total-count'], '6');
  assert.deepEqual(shown(jsonOf<Allowed[]>(second)), shown(api.slice(2, 4)));
  // Who the list says may, may; who it does not name, may not.
  for (const { who = '', kind, actions } of api.filter((row) => row.kind === 'user' || row.kind === 'robot'))
    for (const action of ['pull', 'push', 'delete'])
      assert.equal(
        (await ask(admin, who, action, 'desk/api')).allowed,
        actions.includes(action),
        `${kind} ${who} ${action}`,
      );
  const user = jsonOf<{ user_id: number }[]>(await admin.get('/api/v2.0/users?q=username=ida'))[0]?.user_id;
  expectStatus(await sendJson(admin, 'PUT', `/api/berth/v1/users/${user}/disabled`, { disabled: true }), 200);
  assert.equal((await list(lead, { where: 'desk/api' }))[2]?.off, true);
  const ownOf = async (as: RegistryClient, scope: string) =>
    jsonOf<{ pull_tags?: readonly string[] }>(await as.get(`/api/berth/v1/me/can?scope=${scope}`)).pull_tags;
  assert.deepEqual(await ownOf(bob, 'desk/api'), undefined);
  const off = await run('access', 'explain', 'ida', 'pull', 'desk/api');
  assert.deepEqual([off.code, off.stdout.split('\n')[0]], [5, 'No: ida is disabled']);
  assert.doesNotMatch(off.stdout, /^(?:Yes|In the way)/m);
  const some = { who: 'bob', role: 'delete', where: 'desk/api', tag: 'rc-*' };
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/grants', some), 201);
  const [, limited] = await list(lead, { where: 'desk/api' });
  assert.equal(limited?.actions.join(), 'pull,delete');
  assert.deepEqual(limited.for_tags, [{ action: 'delete', tags: ['rc-*'] }]);
  assert.equal(limited.by.length, 2);
  assert.equal((await list(lead, { where: 'desk/api:v1' }))[1]?.actions.join(), 'pull');
  const [, own] = await list(lead, { where: 'desk/api:rc-1' });
  assert.deepEqual([own?.actions.join(), own?.for_tags], ['pull,delete', undefined]);
  for (const tag of ['v1.*', 'v2'])
    expectStatus(
      await sendJson(admin, 'POST', '/api/berth/v1/grants', {
        who: 'bob',
        role: 'pull',
        where: 'desk/worker',
        tag,
      }),
      201,
    );
  assert.deepEqual(await ownOf(bob, 'desk/worker'), ['v1.*', 'v2']);
  assert.deepEqual(await ownOf(bob, 'desk/worker:v2'), undefined);
});

test('listAccess: refused to who may not list the members, of what is hidden as of what is missing', async () => {
  const told = async (as: RegistryClient, where: string) => {
    const answer = await as.get(`/api/berth/v1/access?where=${where}`);
    return [answer.status, answer.body.toString().replaceAll(where, 'X')];
  };
  assert.equal((await told(bob, 'desk/api'))[0], 403);
  assert.deepEqual(await told(eve, 'desk'), await told(eve, 'nil'));
  assert.equal((await told(server.client(null), 'desk'))[0], 401);
  assert.equal((await told(admin, 'nil'))[0], 404);
  assert.equal((await told(admin, 'system'))[0], 400);
  expectStatus(await admin.get('/api/berth/v1/access?where=desk&action=fly'), 422);
});
