// Nobody gives more than they hold, by whatever way: not to a robot, not to a person, and not to themselves.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const api = '/api/v2.0';
await makeProject(admin, 'team');
await makeProject(admin, 'elsewhere');
await addUsers(server, ['leader', 'guest', 'plain', 'victim']);
await grantRole(server, { username: 'leader', role: 'projectAdmin', place: 'team' });
await grantRole(server, { username: 'guest', role: 'guest', place: 'team' });

interface Block {
  readonly kind: 'system' | 'project';
  readonly namespace: string;
  readonly access: readonly {
    readonly resource: string;
    readonly action: string;
    readonly effect?: string;
  }[];
}

function block(namespace: string, ...permissions: readonly string[]): Block {
  const access = permissions.map((text) => {
    const [resource = '', action = '', effect] = text.split(/[:=]/);
    return { resource, action, ...(effect === undefined ? {} : { effect }) };
  });
  return { kind: namespace === '/' ? 'system' : 'project', namespace, access };
}

let made = 0;

async function makeRobot(
  client: RegistryClient,
  permissions: readonly Block[],
  duration = -1,
): Promise<RegistryClient> {
  made += 1;
  const body = { name: `maker-${made}`, level: 'system', duration, permissions };
  const answer = await sendJson(client, 'POST', `${api}/robots`, body);
  const { name, secret } = jsonOf<{ name: string; secret: string }>(answer, 201);
  return server.client({ username: name, password: secret });
}

async function idOf(username: string): Promise<number> {
  const found = jsonOf<{ user_id: number }[]>(await admin.get(`${api}/users/search?username=${username}`));
  return found[0]?.user_id ?? 0;
}

async function roleOf(username: string): Promise<{ id: number; role_id: number } | undefined> {
  const path = `${projects}/team/members?entityname=${username}`;
  return jsonOf<{ id: number; role_id: number }[]>(await admin.get(path))[0];
}

const [plain, victim] = [await idOf('plain'), await idOf('victim')];
const everything = jsonOf<{ project: { resource: string; action: string }[] }>(
  await admin.get(`${api}/permissions`),
).project.map(({ resource, action }) => `${resource}:${action}`);

test('createProjectMember: a robot gives no role that allows more than it holds itself', async () => {
  const robot = await makeRobot(admin, [block('team', 'member:create', 'member:list')]);
  for (const role of [1, 2, 3, 4, 5]) {
    const member = { role_id: role, member_user: { user_id: plain } };
    expectRefusal(await sendJson(robot, 'POST', `${projects}/team/members`, member), 403, 'FORBIDDEN');
  }
  assert.equal(await roleOf('plain'), undefined);
});

test('createProjectMember: a robot that holds everything in a project gives every role there', async () => {
  const robot = await makeRobot(admin, [block('team', ...everything)]);
  const member = { role_id: 1, member_user: { user_id: plain } };
  expectStatus(await sendJson(robot, 'POST', `${projects}/team/members`, member), 201);
  const there = await roleOf('plain');
  assert.equal(there?.role_id, 1);
  expectStatus(await admin.delete(`${projects}/team/members/${there?.id}`), 200);
});

test('updateProjectMember: a robot raises nobody above what it holds itself', async () => {
  const robot = await makeRobot(admin, [block('team', 'member:update', 'member:list')]);
  const { id = 0 } = (await roleOf('guest')) ?? {};
  expectRefusal(
    await sendJson(robot, 'PUT', `${projects}/team/members/${id}`, { role_id: 1 }),
    403,
    'FORBIDDEN',
  );
  assert.equal((await roleOf('guest'))?.role_id, 3);
});

test('setUserSysAdmin: a robot makes nobody an administrator of the system', async () => {
  const robot = await makeRobot(admin, [block('/', 'user:update', 'user:read', 'user:create', 'user:list')]);
  const path = `${api}/users/${victim}/sysadmin`;
  expectRefusal(await sendJson(robot, 'PUT', path, { sysadmin_flag: true }), 403, 'FORBIDDEN');
  const { sysadmin_flag: admins } = jsonOf<{ sysadmin_flag: boolean }>(
    await admin.get(`${api}/users/${victim}`),
  );
  assert.equal(admins, false);
});

test('updateUserPassword: a robot takes over no account that may do more than itself', async () => {
  const robot = await makeRobot(admin, [block('/', 'user:update')]);
  const body = { new_password: 'Another-Horse-8' };
  for (const id of [1, await idOf('leader'), await idOf('guest')]) {
    expectRefusal(await sendJson(robot, 'PUT', `${api}/users/${id}/password`, body), 403, 'FORBIDDEN');
    const profile = { email: `other-${id}@example.com`, realname: 'Other' };
    expectRefusal(await sendJson(robot, 'PUT', `${api}/users/${id}`, profile), 403, 'FORBIDDEN');
  }
  expectStatus(await server.client({ username: 'leader', password }).get(`${api}/users/current`), 200);
  // An account without a role is nothing to take over.
  expectStatus(await sendJson(robot, 'PUT', `${api}/users/${victim}/password`, body), 200);
});

test('revokeSession, revokeOtherSessions: nobody locks out an account that may do more than they', async () => {
  const robot = await makeRobot(admin, [block('/', 'user:update', 'user:read')]);
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const body = `principal=admin&password=${encodeURIComponent(password)}`;
  expectStatus(await server.client(null).call('POST', '/c/login', { headers: form, body }), 200);
  const path = '/api/berth/v1/users/1/sessions';
  const [session] = jsonOf<{ id: string }[]>(await admin.get(path));
  for (const each of [path, `${path}/${String(session?.id)}`])
    expectRefusal(await robot.delete(each), 403, 'FORBIDDEN');
  assert.equal(jsonOf<unknown[]>(await admin.get(path)).length, 1);
  expectStatus(await robot.delete(`/api/berth/v1/users/${plain}/sessions`), 200);
});

test('addGroupMember: a robot puts nobody into a group whose roles allow more than it holds', async () => {
  const group = await sendJson(admin, 'POST', `${api}/usergroups`, { group_name: 'leaders' });
  expectStatus(group, 201);
  const id = Number(String(group.headers.location).split('/').at(-1));
  const robot = await makeRobot(admin, [block('/', 'user-group:update')]);
  const join = (): ReturnType<typeof sendJson> =>
    sendJson(robot, 'POST', `/api/berth/v1/groups/${id}/members`, { user_id: victim });
  expectStatus(await join(), 201);
  expectStatus(await admin.delete(`/api/berth/v1/groups/${id}/members/${victim}`), 200);
  const member = { role_id: 3, member_group: { id } };
  expectStatus(await sendJson(admin, 'POST', `${projects}/elsewhere/members`, member), 201);
  expectRefusal(await join(), 403, 'FORBIDDEN');
  const renamed = await sendJson(robot, 'PUT', `${api}/usergroups/${id}`, { group_name: 'everybody' });
  expectRefusal(renamed, 403, 'FORBIDDEN');
  assert.deepEqual(jsonOf(await admin.get(`/api/berth/v1/groups/${id}/members`)), []);
});

test('CreateRobot: a robot that ends makes none that ends later', async () => {
  const blocks = [block('/', 'robot:create')];
  const robot = await makeRobot(admin, blocks, 30);
  for (const duration of [-1, 31, 30]) {
    const body = { name: `late-${duration + 1}`, level: 'system', duration, permissions: blocks };
    expectRefusal(await sendJson(robot, 'POST', `${api}/robots`, body), 403, 'FORBIDDEN');
  }
  await makeRobot(robot, blocks, 29);
});

test('a refusal names the project and no address of the API', async () => {
  const guest = server.client({ username: 'guest', password });
  const answer = await sendJson(guest, 'POST', `${projects}/team/members`, {
    role_id: 1,
    member_user: { user_id: plain },
  });
  const text = expectRefusal(answer, 403, 'FORBIDDEN');
  assert.equal(
    text,
    'guest may not create team: that needs projectAdmin, and this account is guest in team; ask admin or leader',
  );
});

test('listAuditLogs: the right to the log of every project shows none of the system, nor what is denied', async () => {
  const placesOf = async (robot: RegistryClient): Promise<string[]> => {
    const rows = jsonOf<{ resource: string; resource_type: string }[]>(
      await robot.get(`${api}/audit-logs?page_size=100&q=resource_type%3D%7Bproject%20user%7D`),
    );
    return [...new Set(rows.map((row) => `${row.resource_type} ${row.resource}`))].toSorted();
  };
  const all = block('*', 'log:list');
  const notTeam = block('team', 'log:list=deny');
  assert.deepEqual(await placesOf(await makeRobot(admin, [all])), ['project elsewhere', 'project team']);
  assert.deepEqual(await placesOf(await makeRobot(admin, [all, notTeam])), ['project elsewhere']);
  const contradicting = [block('team', 'log:list'), notTeam, block('elsewhere', 'log:list')];
  assert.deepEqual(await placesOf(await makeRobot(admin, contradicting)), ['project elsewhere']);
});
