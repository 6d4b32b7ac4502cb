// Robot accounts over HTTP: each operation's effect is read back through another one, or by what the robot can do.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const robots = '/api/v2.0/robots';
const p1 = await makeProject(admin, 'p1');
const p2 = await makeProject(admin, 'p2');
const shown = await makeProject(admin, 'shown', { public: 'true' });
await addUsers(server, ['owner', 'guest', 'stranger']);
await grantRole(server, { username: 'owner', role: 'projectAdmin', place: 'p1' });
await grantRole(server, { username: 'guest', role: 'guest', place: 'p1' });
const owner = server.client({ username: 'owner', password });
const guest = server.client({ username: 'guest', password });
const stranger = server.client({ username: 'stranger', password });
const nobody = server.client(null);

interface Line {
  readonly resource: string;
  readonly action: string;
  readonly effect?: string;
}
interface Block {
  readonly kind: string;
  readonly namespace: string;
  readonly access: readonly Line[];
  readonly repositories?: readonly string[];
}
interface Robot {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
  readonly level: string;
  readonly duration: number;
  readonly disable: boolean;
  readonly expires_at: number;
  readonly permissions: readonly Block[];
  readonly creator_type: string;
  readonly creator_ref: number;
  readonly last_used_time?: string;
  readonly last_used_address?: string;
  readonly last_used_client?: string;
}
interface Created {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly expires_at: number;
}

function lines(...permissions: readonly string[]): Line[] {
  return permissions.map((text) => {
    const [permission = '', effect] = text.split('=');
    const [resource = '', action = ''] = permission.split(':');
    return { resource, action, ...(effect === undefined ? {} : { effect }) };
  });
}

const inProject = (namespace: string, ...permissions: readonly string[]): Block => ({
  kind: 'project',
  namespace,
  access: lines(...permissions),
});
const onSystem = (...permissions: readonly string[]): Block => ({
  kind: 'system',
  namespace: '/',
  access: lines(...permissions),
});
const body = (level: string, name: string, ...permissions: readonly Block[]) => ({
  name,
  level,
  duration: -1,
  permissions,
});

async function make(client: RegistryClient, ...of: Parameters<typeof body>): Promise<Created> {
  return jsonOf<Created>(await sendJson(client, 'POST', robots, body(...of)), 201);
}

const as = ({ name, secret }: { name: string; secret: string }): RegistryClient =>
  server.client({ username: name, password: secret });
const show = async (client: RegistryClient, id: number): Promise<Robot> =>
  jsonOf<Robot>(await client.get(`${robots}/${id}`));
const patch = (client: RegistryClient, id: number, secret?: string): Promise<Answer> =>
  client.call('PATCH', `${robots}/${id}`, {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ secret }),
  });
const startsUpload = async (client: RegistryClient, repository: string): Promise<number> =>
  (await client.call('POST', `/v2/${repository}/blobs/uploads/`, {})).status;
const lists = async (client: RegistryClient, repository: string): Promise<string> => {
  const { status, body: text } = await client.get(`/v2/${repository}/tags/list`);
  const [error] =
    (JSON.parse(text.toString()) as { errors?: { code: string; message: string }[] }).errors ?? [];
  return `${status} ${error?.code ?? ''} ${error?.message ?? ''}`;
};
/** A repository that is not there, which only somebody who may pull is told. */
const mayPull = async (client: RegistryClient, repository: string): Promise<boolean> =>
  !/DENIED|no access|UNAUTHORIZED/.test(await lists(client, repository));

test('CreateRobot: a robot of a project gets its full name, its secret once, and its number in Location', async () => {
  const answer = await sendJson(owner, 'POST', `${robots}/`, {
    ...body('project', 'full', inProject('p1', 'repository:push', 'repository:pull=allow')),
    description: 'builds',
    duration: 30,
    disable: true,
    secret: 'Chosen-Secret-1',
  });
  const created = jsonOf<Created>(answer, 201);
  assert.equal(answer.headers.location, `${robots}/${created.id}`);
  assert.deepEqual(Object.keys(created), ['id', 'name', 'secret', 'creation_time', 'expires_at']);
  assert.equal(created.name, 'robot$p1+full');
  assert.match(created.secret, /^[A-Za-z0-9]{32}$/);
  const robot = await show(owner, created.id);
  assert.equal('secret' in robot, false);
  const { id, name, level, duration, disable, expires_at: end, permissions, description } = robot;
  assert.deepEqual(
    { id, name, level, duration, disable, end, permissions, description },
    {
      id: created.id,
      name: 'robot$p1+full',
      level: 'project',
      duration: 30,
      disable: true,
      end: created.expires_at,
      permissions: [inProject('p1', 'repository:push', 'repository:pull=allow')],
      description: 'builds',
    },
  );
  const days = (created.expires_at - Date.now() / 1000) / 86_400;
  assert.ok(days > 29.9 && days < 30.1, String(days));
  assert.deepEqual([robot.creator_type, robot.creator_ref], ['local', 3]);
});

test('CreateRobot: the same name in the same place is 409, in another project and on the system it is free', async () => {
  await make(admin, 'project', 'same', inProject('p1', 'repository:pull'));
  const again = await sendJson(admin, 'POST', robots, body('project', 'same', inProject('p1', 'tag:list')));
  expectRefusal(again, 409, 'CONFLICT');
  assert.equal((await make(admin, 'project', 'same', inProject('p2', 'tag:list'))).name, 'robot$p2+same');
  assert.equal((await make(admin, 'system', 'same', inProject('*', 'tag:list'))).name, 'robot$same');
});

const wrong: readonly (readonly [what: string, change: object])[] = [
  ['no name', { name: '' }],
  ['a name with a plus', { name: 'a+b' }],
  ['a name in upper case', { name: 'Ci' }],
  ['a name that is too long', { name: 'a'.repeat(256) }],
  ['no level', { level: undefined }],
  ['another level', { level: 'galaxy' }],
  ['no duration', { duration: undefined }],
  ['a duration of nothing', { duration: 0 }],
  ['a duration before its beginning', { duration: -2 }],
  ['a duration beyond 32 bits', { duration: 2 ** 31 }],
  ['no permissions', { permissions: [] }],
  ['no access', { permissions: [inProject('p1')] }],
  [
    'two lists for a robot of a project',
    { permissions: [inProject('p1', 'tag:list'), inProject('p2', 'tag:list')] },
  ],
  ['all projects for a robot of a project', { permissions: [inProject('*', 'tag:list')], status: 404 }],
  ['the system for a robot of a project', { permissions: [onSystem('user:list')] }],
  ['a permission that robots cannot hold', { permissions: [inProject('p1', 'robot:update')] }],
  ['a permission of the system in a project', { permissions: [inProject('p1', 'user:list')] }],
  ['another effect', { permissions: [inProject('p1', 'tag:list=perhaps')] }],
  ['a description with NUL', { description: 'a\0b' }],
  ['a description with half a character', { description: '\ud800' }],
];

for (const [what, { status = 400, ...change }] of wrong as readonly [string, { status?: number }][]) {
  test(`CreateRobot: ${what} is refused and makes nothing`, async () => {
    const count = async () =>
      (await admin.get(`${robots}?q=Level%3Dproject%2CProjectID%3D${p1}`)).headers['x-total-count'];
    const before = await count();
    const given = { ...body('project', 'wrong', inProject('p1', 'tag:list')), ...change };
    expectStatus(await sendJson(admin, 'POST', robots, given), status);
    assert.equal(await count(), before);
  });
}

test('CreateRobot: a robot of a project needs robot:create there; a stranger cannot tell the project from none', async () => {
  const of = (project: string) => body('project', 'x', inProject(project, 'tag:list'));
  expectRefusal(await sendJson(nobody, 'POST', robots, of('p1')), 401, 'UNAUTHORIZED');
  assert.match(
    expectRefusal(await sendJson(guest, 'POST', robots, of('p1')), 403, 'FORBIDDEN'),
    /projectAdmin/,
  );
  assert.equal(
    expectRefusal(await sendJson(stranger, 'POST', robots, of('p1')), 403, 'FORBIDDEN'),
    'forbidden',
  );
  assert.equal(
    expectRefusal(await sendJson(stranger, 'POST', robots, of('none')), 403, 'FORBIDDEN'),
    'forbidden',
  );
  expectRefusal(await sendJson(owner, 'POST', robots, of('p2')), 403, 'FORBIDDEN');
  expectRefusal(
    await sendJson(owner, 'POST', robots, body('system', 'x', inProject('p1', 'tag:list'))),
    403,
    'FORBIDDEN',
  );
  expectRefusal(await sendJson(admin, 'POST', robots, of('none')), 404, 'NOT_FOUND');
});

test('a robot of the system and all projects, and one more right in one: both count, in any order, also after a PUT (H06)', async () => {
  const everywhere = inProject('*', 'repository:pull');
  const more = inProject('p1', 'repository:pull', 'repository:push');
  for (const [index, blocks] of [
    [everywhere, more],
    [more, everywhere],
  ].entries()) {
    const created = await make(admin, 'system', `wild${index}`, ...blocks);
    const robot = as(created);
    const later = `later${index}`;
    await makeProject(admin, later);
    for (const round of ['made', 'put back']) {
      assert.equal(await startsUpload(robot, 'p1/app'), 202, round);
      assert.equal(await startsUpload(robot, 'p2/app'), 403, round);
      for (const project of ['p1', 'p2', later]) assert.ok(await mayPull(robot, `${project}/app`), project);
      const got = await show(admin, created.id);
      assert.deepEqual(got.permissions, blocks);
      expectStatus(await sendJson(admin, 'PUT', `${robots}/${created.id}`, got), 200);
    }
  }
});

test('pushing brings pulling to a robot of a project, and to none of the system', async () => {
  const own = as(await make(owner, 'project', 'pusher', inProject('p1', 'repository:push')));
  assert.ok(await mayPull(own, 'p1/app'));
  const system = as(await make(admin, 'system', 'pusher', inProject('p1', 'repository:push')));
  assert.equal(await startsUpload(system, 'p1/app'), 202);
  assert.equal(await mayPull(system, 'p1/app'), false);
});

test('what is denied to a robot is denied, whatever else allows it, also in a public project', async () => {
  const robot = as(
    await make(
      admin,
      'system',
      'denied',
      inProject('*', 'repository:pull', 'repository:push'),
      inProject('p2', 'repository:push=deny'),
      inProject('shown', 'repository:pull=deny'),
    ),
  );
  assert.equal(await startsUpload(robot, 'p1/app'), 202);
  assert.equal(await startsUpload(robot, 'p2/app'), 403);
  assert.equal(await mayPull(robot, 'shown/app'), false);
  assert.match(
    await lists(robot, 'shown/app'),
    /^403 DENIED robot\$denied may not pull shown\/app: repository:pull is denied to it/,
  );
});

test('a refusal names the robot and the permission that it lacks; a project that it has nothing to do with is hidden', async () => {
  const robot = as(await make(owner, 'project', 'reader', inProject('p1', 'repository:pull')));
  const { status, body: text } = await robot.call('POST', '/v2/p1/app/blobs/uploads/', {});
  assert.equal(status, 403);
  assert.match(
    text.toString(),
    /robot\$p1\+reader may not push p1\/app: repository:push is not among its permissions; ask admin or owner/,
  );
  assert.match(await lists(robot, 'p2/app'), /^404 NAME_UNKNOWN/);
  assert.ok(await mayPull(robot, 'shown/app'));
});

test('GetRobotByID, UpdateRobot, RefreshSec, DeleteRobot: robots elsewhere are as if they were not there', async () => {
  const { id } = await make(admin, 'project', 'hidden', inProject('p2', 'tag:list'));
  const system = await make(admin, 'system', 'hidden', inProject('p2', 'tag:list'));
  for (const each of [id, system.id, 999_999]) {
    const at = `${robots}/${each}`;
    for (const [client, status] of [
      [nobody, 401],
      [stranger, 403],
      [owner, 404],
      [guest, 404],
    ] as const) {
      expectStatus(await client.get(at), status);
      expectStatus(
        await sendJson(client, 'PUT', at, body('project', 'x', inProject('p1', 'tag:list'))),
        status,
      );
      expectStatus(await patch(client, each), status);
      expectStatus(await client.call('DELETE', at, {}), status);
    }
  }
  assert.equal((await show(admin, id)).name, 'robot$p2+hidden');
});

test('GetRobotByID, UpdateRobot, RefreshSec, DeleteRobot: a guest sees the robots of the project and changes none', async () => {
  const { id } = await make(owner, 'project', 'seen', inProject('p1', 'tag:list'));
  const robot = await show(guest, id);
  assert.equal(robot.name, 'robot$p1+seen');
  expectRefusal(await sendJson(guest, 'PUT', `${robots}/${id}`, robot), 403, 'FORBIDDEN');
  expectRefusal(await patch(guest, id), 403, 'FORBIDDEN');
  expectRefusal(await guest.call('DELETE', `${robots}/${id}`, {}), 403, 'FORBIDDEN');
});

test('UpdateRobot: replaces permissions, description, duration and disable; name, level and project are fixed', async () => {
  const created = await make(owner, 'project', 'changed', inProject('p1', 'repository:pull'));
  const at = `${robots}/${created.id}`;
  const robot = as(created);
  const before = await show(owner, created.id);
  const full = {
    ...before,
    description: 'new',
    duration: 5,
    permissions: [inProject('p1', 'repository:push')],
  };
  expectStatus(await sendJson(owner, 'PUT', at, full), 200);
  const changed = await show(owner, created.id);
  assert.deepEqual(
    [changed.description, changed.duration, changed.permissions],
    ['new', 5, [inProject('p1', 'repository:push')]],
  );
  const days = (changed.expires_at - Date.now() / 1000) / 86_400;
  assert.ok(days > 4.9 && days < 5.1, String(days));
  assert.equal(await startsUpload(robot, 'p1/app'), 202);
  for (const [what, change] of [
    ['the short name', { name: 'changed' }],
    ['another name', { name: 'robot$p1+other' }],
    ['another level', { level: 'system' }],
    ['another project', { permissions: [inProject('p2', 'tag:list')] }],
    ['no permissions', { permissions: [] }],
    ['a duration of nothing', { duration: 0 }],
  ] as const) {
    expectRefusal(await sendJson(owner, 'PUT', at, { ...full, ...change }), 400, 'BAD_REQUEST');
    assert.deepEqual({ ...unused(await show(owner, created.id)), what }, { ...unused(changed), what });
  }
});

/** Without its last use, which is written at some moment after it. */
function unused(robot: Robot): object {
  return Object.fromEntries(Object.entries(robot).filter(([name]) => !name.startsWith('last_used_')));
}

test('UpdateRobot: a disabled robot is nobody, its token ends at once, and it comes back when it is enabled', async () => {
  const created = await make(owner, 'project', 'switched', inProject('p1', 'repository:push'));
  const robot = as(created);
  const token = await tokenOf(created);
  assert.equal(await uploadsWith(token), 202);
  const full = await show(owner, created.id);
  expectStatus(await sendJson(owner, 'PUT', `${robots}/${created.id}`, { ...full, disable: true }), 200);
  assert.equal((await show(owner, created.id)).disable, true);
  assert.equal(await uploadsWith(token), 401);
  assert.equal(await startsUpload(robot, 'p1/app'), 401);
  expectStatus(await robot.get('/api/v2.0/projects/p1'), 401);
  expectStatus(await robot.get('/api/v2.0/projects'), 200);
  expectStatus(await sendJson(owner, 'PUT', `${robots}/${created.id}`, full), 200);
  assert.equal(await startsUpload(robot, 'p1/app'), 202);
});

async function tokenOf({ name, secret }: Created): Promise<string> {
  const basic = Buffer.from(`${name}:${secret}`).toString('base64');
  const answer = await nobody.call(
    'GET',
    '/service/token?service=harbor-registry&scope=repository:p1/app:pull,push',
    {
      headers: { Authorization: `Basic ${basic}` },
    },
  );
  return jsonOf<{ token: string }>(answer).token;
}

async function uploadsWith(token: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` };
  return (await nobody.call('POST', '/v2/p1/app/blobs/uploads/', { headers })).status;
}

test('RefreshSec: the old secret and its tokens end at once; a generated secret is returned, a given one is not', async () => {
  const created = await make(owner, 'project', 'rotated', inProject('p1', 'repository:push'));
  const token = await tokenOf(created);
  const generated = jsonOf<{ secret: string }>(await patch(owner, created.id));
  assert.match(generated.secret, /^[A-Za-z0-9]{32}$/);
  assert.notEqual(generated.secret, created.secret);
  assert.equal(await uploadsWith(token), 401);
  assert.equal(await startsUpload(as(created), 'p1/app'), 401);
  assert.equal(await startsUpload(as({ ...created, ...generated }), 'p1/app'), 202);
  assert.deepEqual(jsonOf<object>(await patch(owner, created.id, 'Chosen-Secret-1')), {});
  assert.equal(await startsUpload(as({ ...created, ...generated }), 'p1/app'), 401);
  assert.equal(await startsUpload(as({ ...created, secret: 'Chosen-Secret-1' }), 'p1/app'), 202);
  for (const weak of ['Short1', 'nouppercase1', 'NOLOWERCASE1', 'NoDigitsHere', `Aa1${'x'.repeat(126)}`])
    expectRefusal(await patch(owner, created.id, weak), 400, 'BAD_REQUEST');
});

test("RefreshSec: a robot changes its own secret, which it finds its number for, and nobody else's", async () => {
  const created = await make(owner, 'project', 'selfmade', inProject('p1', 'repository:push'));
  const other = await make(owner, 'project', 'selfmade2', inProject('p1', 'robot:read', 'robot:list'));
  const robot = as(created);
  const me = jsonOf<Robot>(await robot.get('/api/berth/v1/robots/current'));
  assert.equal(me.id, created.id);
  const { secret } = jsonOf<{ secret: string }>(await patch(robot, me.id, ''));
  expectStatus(await robot.get('/api/berth/v1/robots/current'), 401);
  expectStatus(await as({ ...created, secret }).get('/api/berth/v1/robots/current'), 200);
  expectRefusal(await patch(as({ ...created, secret }), other.id), 403, 'FORBIDDEN');
  expectRefusal(await patch(as(other), created.id), 403, 'FORBIDDEN');
  expectRefusal(await owner.get('/api/berth/v1/robots/current'), 412, 'PRECONDITION');
});

test('DeleteRobot: a robot that is gone signs in no more, its token ends, and its name is free', async () => {
  const created = await make(owner, 'project', 'gone', inProject('p1', 'repository:push'));
  const token = await tokenOf(created);
  expectStatus(await owner.call('DELETE', `${robots}/${created.id}`, {}), 200);
  expectRefusal(await owner.get(`${robots}/${created.id}`), 404, 'NOT_FOUND');
  expectRefusal(await owner.call('DELETE', `${robots}/${created.id}`, {}), 404, 'NOT_FOUND');
  assert.equal(await uploadsWith(token), 401);
  assert.equal(await startsUpload(as(created), 'p1/app'), 401);
  const again = await make(owner, 'project', 'gone', inProject('p1', 'repository:push'));
  assert.ok(again.id > created.id);
});

test('ListRobot: robots of the system or of one project, page by page, filtered and sorted', async () => {
  const project = await makeProject(admin, 'listed');
  for (const name of ['a', 'b', 'c']) await make(admin, 'project', name, inProject('listed', 'tag:list'));
  const list = async (query: string): Promise<string[]> =>
    jsonOf<Robot[]>(await admin.get(`${robots}?${query}`)).map(({ name }) =>
      name.replace('robot$listed+', ''),
    );
  const q = `q=${encodeURIComponent(`Level=project,ProjectID=${project}`)}`;
  assert.deepEqual(await list(q), ['a', 'b', 'c']);
  const first = await admin.get(`${robots}?${q}&page=1&page_size=2`);
  assert.equal(first.headers['x-total-count'], '3');
  assert.match(String(first.headers.link), /page=2.*rel="next"/);
  assert.deepEqual(await list(`${q}&page=1&page_size=2`), ['a', 'b']);
  assert.deepEqual(await list(`${q}&page=2&page_size=2`), ['c']);
  assert.deepEqual(await list(`${q}&sort=-name`), ['c', 'b', 'a']);
  assert.deepEqual(await list(`${q}${encodeURIComponent(',name=~b')}`), ['b']);
  assert.deepEqual(await list(`${q}${encodeURIComponent(',secret=~x')}`), ['a', 'b', 'c']);
  const system = jsonOf<Robot[]>(await admin.get(`${robots}?page_size=100`));
  assert.ok(system.length > 0);
  assert.ok(system.every(({ level }) => level === 'system'));
});

test('ListRobot: a project has to be named by its number, and the right there counts', async () => {
  const of = (text: string) => `${robots}?q=${encodeURIComponent(text)}`;
  expectRefusal(await admin.get(of('Level=project')), 400, 'BAD_REQUEST');
  expectRefusal(await admin.get(of('Level=project,ProjectID=p1')), 400, 'BAD_REQUEST');
  expectRefusal(await admin.get(of('Level=galaxy')), 400, 'BAD_REQUEST');
  expectStatus(await nobody.get(robots), 401);
  expectRefusal(await owner.get(robots), 403, 'FORBIDDEN');
  expectStatus(await owner.get(of(`Level=project,ProjectID=${p1}`)), 200);
  expectStatus(await guest.get(of(`Level=project,ProjectID=${p1}`)), 200);
  expectRefusal(await owner.get(of(`Level=project,ProjectID=${p2}`)), 403, 'FORBIDDEN');
  expectRefusal(await stranger.get(of(`Level=project,ProjectID=${shown}`)), 403, 'FORBIDDEN');
  expectRefusal(await owner.get(of('Level=project,ProjectID=999999')), 403, 'FORBIDDEN');
  expectRefusal(await admin.get(of('Level=project,ProjectID=999999')), 404, 'NOT_FOUND');
});

test('getPermissions: 70 on the system for its administrators, 70 in projects also for those of a project', async () => {
  interface Lists {
    readonly system?: Line[];
    readonly project: Line[];
  }
  const all = jsonOf<Lists>(await admin.get('/api/v2.0/permissions'));
  const system = all.system?.filter(({ resource }) => resource !== 'in-use');
  assert.deepEqual([system?.length, all.project.length], [70, 70]);
  const some = jsonOf<Lists>(await owner.get('/api/v2.0/permissions'));
  assert.deepEqual(Object.keys(some), ['project']);
  expectRefusal(await guest.get('/api/v2.0/permissions'), 403, 'FORBIDDEN');
  expectRefusal(await nobody.get('/api/v2.0/permissions'), 401, 'UNAUTHORIZED');
  const robot = as(await make(owner, 'project', 'asker', inProject('p1', 'robot:create')));
  expectRefusal(await robot.get('/api/v2.0/permissions'), 403, 'FORBIDDEN');
});

test('getCurrentUserInfo: a robot is 412', async () => {
  const robot = as(await make(owner, 'project', 'who', inProject('p1', 'tag:list')));
  expectRefusal(await robot.get('/api/v2.0/users/current'), 412, 'PRECONDITION');
});

test('createProject: a robot of the system with project:create makes one, which an administrator owns; others 403', async () => {
  const robot = as(await make(admin, 'system', 'maker', onSystem('project:create')));
  expectStatus(await sendJson(robot, 'POST', '/api/v2.0/projects', { project_name: 'by-robot' }), 201);
  const made = jsonOf<{ owner_name: string }>(await admin.get('/api/v2.0/projects/by-robot'));
  assert.equal(made.owner_name, 'admin');
  const own = as(await make(owner, 'project', 'maker', inProject('p1', 'project:update')));
  expectRefusal(await sendJson(own, 'POST', '/api/v2.0/projects', { project_name: 'no' }), 403, 'FORBIDDEN');
});

test('listProjects: a robot lists the public projects and those of its permissions, or all', async () => {
  const names = async (client: RegistryClient): Promise<string[]> =>
    jsonOf<{ name: string }[]>(await client.get('/api/v2.0/projects?page_size=100')).map(({ name }) => name);
  const robot = as(await make(owner, 'project', 'lister', inProject('p1', 'repository:pull')));
  assert.deepEqual(await names(robot), ['library', 'p1', 'shown']);
  const all = as(await make(admin, 'system', 'lister', inProject('*', 'repository:pull')));
  assert.deepEqual(await names(all), await names(admin));
});

test('deleteProject: its robots go with it; a robot of the system loses its permissions there and stays', async () => {
  const id = await makeProject(admin, 'brief');
  const own = await make(admin, 'project', 'ci', inProject('brief', 'repository:push'));
  const system = await make(
    admin,
    'system',
    'survivor',
    inProject('brief', 'repository:push'),
    inProject('p1', 'repository:pull'),
  );
  expectStatus(await admin.call('DELETE', `/api/v2.0/projects/${id}`, {}), 200);
  expectRefusal(await admin.get(`${robots}/${own.id}`), 404, 'NOT_FOUND');
  assert.deepEqual((await show(admin, system.id)).permissions, [inProject('p1', 'repository:pull')]);
  await makeProject(admin, 'brief');
  assert.match(await lists(as(system), 'brief/app'), /^404/);
  assert.equal(
    (await make(admin, 'project', 'ci', inProject('brief', 'repository:push'))).name,
    'robot$brief+ci',
  );
});

test('UpdateRobot: a robot of the system all of whose projects were deleted can still be changed, and be given others', async () => {
  const id = await makeProject(admin, 'gone');
  const created = await make(admin, 'system', 'left', inProject('gone', 'repository:push'));
  const path = `${robots}/${created.id}`;
  const put = async (change: object, status: number): Promise<void> =>
    expectStatus(
      await sendJson(admin, 'PUT', path, { ...(await show(admin, created.id)), ...change }),
      status,
    );
  await put({ permissions: [] }, 400);
  expectStatus(await admin.call('DELETE', `/api/v2.0/projects/${id}`, {}), 200);
  assert.deepEqual((await show(admin, created.id)).permissions, []);
  await put({ description: 'nothing left', disable: true, duration: 30 }, 200);
  const { description, disable, duration, permissions } = await show(admin, created.id);
  assert.deepEqual([description, disable, duration, permissions], ['nothing left', true, 30, []]);
  await put({ permissions: [inProject('p1', 'repository:pull')], disable: false }, 200);
  await put({ permissions: [] }, 400);
  assert.deepEqual((await show(admin, created.id)).permissions, [inProject('p1', 'repository:pull')]);
});

test('a robot limited to repositories reaches no others; a PUT of a client of Harbor keeps the limit', async () => {
  const limited = {
    ...inProject('p1', 'repository:pull', 'repository:push'),
    repositories: ['backend/**', 'web'],
  };
  const created = await make(owner, 'project', 'limited', limited);
  const robot = as(created);
  const check = async (): Promise<void> => {
    assert.equal(await startsUpload(robot, 'p1/backend/api'), 202);
    assert.equal(await startsUpload(robot, 'p1/web'), 202);
    assert.equal(await startsUpload(robot, 'p1/frontend'), 404);
  };
  await check();
  const got = await show(owner, created.id);
  assert.deepEqual(got.permissions, [limited]);
  const at = `${robots}/${created.id}`;
  const harbor = { ...got, permissions: [inProject('p1', 'repository:pull', 'repository:push')] };
  expectStatus(await sendJson(owner, 'PUT', at, harbor), 200);
  assert.deepEqual((await show(owner, created.id)).permissions, [limited]);
  await check();
  const wider = { ...got, permissions: [inProject('p1', 'repository:pull', 'member:create')] };
  assert.match(
    expectRefusal(await sendJson(owner, 'PUT', at, wider), 409, 'CONFLICT'),
    /limited to backend\/\*\*, web: member:create is about the project/,
  );
  await check();
  const lifted = { ...got, permissions: [{ ...inProject('p1', 'repository:push'), repositories: [] }] };
  expectStatus(await sendJson(owner, 'PUT', at, lifted), 200);
  assert.equal(await startsUpload(robot, 'p1/frontend'), 202);
});

test('UpdateRobot: a right in all projects beside a limit is 409 unless the limit is named', async () => {
  const limited = { ...inProject('p1', 'repository:push'), repositories: ['backend/**'] };
  const created = await make(admin, 'system', 'limited', limited);
  const got = await show(admin, created.id);
  const wide = inProject('*', 'repository:push');
  for (const permissions of [[wide], [wide, inProject('p1', 'repository:push')]])
    expectRefusal(
      await sendJson(admin, 'PUT', `${robots}/${created.id}`, { ...got, permissions }),
      409,
      'CONFLICT',
    );
  assert.equal(await startsUpload(as(created), 'p1/frontend'), 404);
  const named = { ...got, permissions: [wide, limited] };
  expectStatus(await sendJson(admin, 'PUT', `${robots}/${created.id}`, named), 200);
  assert.equal(await startsUpload(as(created), 'p1/frontend'), 202);
});

test('CreateRobot: a limit that is none is refused', async () => {
  for (const block of [
    { ...inProject('p1', 'repository:pull'), repositories: ['*'] },
    { ...inProject('p1', 'member:list'), repositories: ['backend/**'] },
    { ...inProject('p1', 'repository:pull=deny'), repositories: ['backend/**'] },
    { ...inProject('*', 'repository:pull'), repositories: ['backend/**'] },
  ])
    expectRefusal(await sendJson(admin, 'POST', robots, body('system', 'x', block)), 400, 'BAD_REQUEST');
});

test('when, from where and by what a robot was last used is told to who may change it', async () => {
  const created = await make(owner, 'project', 'used', inProject('p1', 'repository:pull'));
  assert.equal('last_used_time' in (await show(owner, created.id)), false);
  const basic = Buffer.from(`${created.name}:${created.secret}`).toString('base64');
  const headers = { Authorization: `Basic ${basic}`, 'User-Agent': 'ci/7' };
  await nobody.call('GET', '/v2/p1/app/tags/list', { headers });
  await waitUntil(
    'the last use is written down',
    async () => 'last_used_time' in (await show(owner, created.id)),
  );
  const used = await show(owner, created.id);
  assert.equal(used.last_used_client, 'ci/7');
  assert.match(String(used.last_used_address), /^(127\.0\.0\.1|::1)$/);
  const seen = await show(guest, created.id);
  assert.equal('last_used_time' in seen, true);
  assert.equal('last_used_address' in seen || 'last_used_client' in seen, false);
});

test('GetRobotByID: a number beyond 2^31 is a number, and of none', async () => {
  expectRefusal(await admin.get(`${robots}/2147483650`), 404, 'NOT_FOUND');
});
