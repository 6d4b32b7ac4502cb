// Groups and who is in them: Harbor's operations, Berth's own for local members, the commands, and what roles of groups do.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import type { RegistryClient } from '../harness/registry-client.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob']);

const admin = server.client();
const anonymous = server.client(null);
const [alice, bob] = ['alice', 'bob'].map((username) => server.client({ username, password })) as [
  RegistryClient,
  RegistryClient,
];
const aliceId = jsonOf<{ user_id: number }>(await alice.get('/api/v2.0/users/current')).user_id;
const image = imageOf({ seed: 'groups' });

const groups = '/api/v2.0/usergroups';
const membersOf = (id: number): string => `/api/berth/v1/groups/${id}/members`;

interface Group {
  readonly id: number;
  readonly group_name: string;
  readonly group_type?: number;
}
interface Membership {
  readonly username: string;
  readonly source: string;
}

async function make(name: string, type: number | undefined = 3): Promise<number> {
  const answer = await sendJson(admin, 'POST', groups, { group_name: name, group_type: type });
  expectStatus(answer, 201);
  const [, id] = /^\/api\/v2\.0\/usergroups\/(\d+)$/.exec(String(answer.headers.location)) ?? [];
  return Number(id);
}

const list = async (query = ''): Promise<string[]> =>
  jsonOf<Group[]>(await admin.get(`${groups}?${query}`)).map(({ group_name: name }) => name);

/** Gives a group a role in a project, and returns the address of it. */
async function give(project: string, group: object, role = 3): Promise<string> {
  const body = { role_id: role, member_group: group };
  const answer = await sendJson(admin, 'POST', `${projects}/${project}/members`, body);
  expectStatus(answer, 201);
  return String(answer.headers.location);
}

async function command(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await berth([...args, '--data', server.data]);
  assert.equal(code, 0, stderr);
  return stdout + stderr;
}

test('createUserGroup: name and type are returned as they were sent; the same name and type again is 409', async () => {
  const id = await make('makers');
  const body = { group_name: 'makers', group_type: 3 };
  expectRefusal(await sendJson(admin, 'POST', groups, body), 409, 'CONFLICT');
  assert.ok((await make('makers', 2)) > id, 'another type');
  // As with Harbor, without its id.
  assert.deepEqual(jsonOf(await admin.get(`${groups}/${id}`)), body);
});

test('createUserGroup: group_type 1 LDAP needs what is not there, others than 2 HTTP and 3 OIDC are none', async () => {
  const ldap = { group_name: 'dn', group_type: 1, ldap_group_dn: 'cn=dn,dc=example' };
  assert.match(expectRefusal(await sendJson(admin, 'POST', groups, ldap), 400, 'BAD_REQUEST'), /LDAP/);
  for (const wrong of [{ group_type: 4 }, { group_type: -1 }, { group_name: '' }, { group_name: 'a\u0000' }])
    expectRefusal(
      await sendJson(admin, 'POST', groups, { group_name: 'wrong', group_type: 3, ...wrong }),
      400,
      'BAD_REQUEST',
    );
  assert.deepEqual(await list('group_name=wrong'), []);
});

test('listUserGroups: pages, a part of the name, exactly a group of LDAP; for administrators only', async () => {
  for (const name of ['list-b', 'list-a', 'LIST-c']) await make(name);
  assert.deepEqual(await list('group_name=list-'), ['LIST-c', 'list-a', 'list-b']);
  const first = await admin.get(`${groups}?group_name=list-&page_size=2`);
  assert.equal(first.headers['x-total-count'], '3');
  assert.match(String(first.headers.link), /rel="next"/);
  assert.deepEqual(
    jsonOf<Group[]>(first).map(({ group_name: name }) => name),
    ['LIST-c', 'list-a'],
  );
  assert.deepEqual(await list('group_name=list-&page_size=2&page=2'), ['list-b']);
  assert.deepEqual(await list('ldap_group_dn=cn=x'), []);
  const [one] = jsonOf<Group[]>(await admin.get(`${groups}?group_name=list-a`));
  assert.deepEqual(Object.keys(one ?? {}), ['id', 'group_name', 'group_type']);
  expectRefusal(await anonymous.get(groups), 401, 'UNAUTHORIZED');
  expectRefusal(await alice.get(groups), 403, 'FORBIDDEN');
});

test('searchUserGroups: a part of the name for whoever signed in; an empty one is 400', async () => {
  const id = await make('searched');
  await make('Searched too', 2);
  const found = await alice.get(`${groups}/search?groupname=SEARCHED`);
  assert.deepEqual(jsonOf<Group[]>(found), [
    { id: id + 1, group_name: 'Searched too', group_type: 2 },
    { id, group_name: 'searched', group_type: 3 },
  ]);
  const second = await alice.get(`${groups}/search?groupname=searched&page=2&page_size=1`);
  assert.equal(second.headers['x-total-count'], '2');
  assert.equal(jsonOf<Group[]>(second).length, 1);
  expectRefusal(await alice.get(`${groups}/search?groupname=`), 400, 'BAD_REQUEST');
  expectRefusal(await alice.get(`${groups}/search`), 422, 'UNPROCESSABLE_ENTITY');
  expectRefusal(await anonymous.get(`${groups}/search?groupname=a`), 401, 'UNAUTHORIZED');
});

test('getUserGroup, updateUserGroup: only the name changes; what is not there is 404', async () => {
  const id = await make('renamed');
  await make('in-the-way');
  const put = (client: RegistryClient, body: object, at = id) =>
    sendJson(client, 'PUT', `${groups}/${at}`, body);
  expectStatus(await put(admin, { group_name: 'new name', group_type: 2, id: 1 }), 200);
  assert.deepEqual(jsonOf(await admin.get(`${groups}/${id}`)), { group_name: 'new name', group_type: 3 });
  expectRefusal(await put(admin, { group_name: 'in-the-way' }), 409, 'CONFLICT');
  expectRefusal(await put(admin, {}), 400, 'BAD_REQUEST');
  expectRefusal(await put(alice, { group_name: 'mine' }), 403, 'FORBIDDEN');
  expectRefusal(await put(admin, { group_name: 'x' }, 99999999), 404, 'NOT_FOUND');
  expectRefusal(await admin.get(`${groups}/99999999`), 404, 'NOT_FOUND');
  expectRefusal(await alice.get(`${groups}/${id}`), 403, 'FORBIDDEN');
});

test('deleteUserGroup: its project memberships go with it; an unknown id is no error', async () => {
  const id = await make('deleted');
  await makeProject(admin, 'of-the-deleted');
  const member = await give('of-the-deleted', { id });
  expectStatus(await sendJson(admin, 'POST', membersOf(id), { username: 'alice' }), 201);
  expectStatus(await alice.get(`${projects}/of-the-deleted`), 200);
  expectRefusal(await alice.delete(`${groups}/${id}`), 403, 'FORBIDDEN');
  expectStatus(await admin.delete(`${groups}/${id}`), 200);
  expectRefusal(await admin.get(member), 404, 'NOT_FOUND');
  expectRefusal(await alice.get(`${projects}/of-the-deleted`), 403, 'FORBIDDEN');
  expectRefusal(await admin.get(`${groups}/${id}`), 404, 'NOT_FOUND');
  expectStatus(await admin.delete(`${groups}/${id}`), 200);
});

test('what a group may do its members may do, from the moment they join to the moment they leave', async () => {
  const id = await make('pullers');
  await makeProject(admin, 'shared');
  await admin.pushImage('shared/app', 'v1', image);
  const member = await give('shared', { group_name: 'pullers', group_type: 3 });
  const pull = () => alice.get('/v2/shared/app/manifests/v1');
  const catalog = async () =>
    jsonOf<{ name: string }[]>(await alice.get(`${projects}?page_size=0`)).map(({ name }) => name);
  expectStatus(await pull(), 404);
  assert.ok(!(await catalog()).includes('shared'));
  const joined = await sendJson(admin, 'POST', membersOf(id), { user_id: aliceId });
  expectStatus(joined, 201);
  assert.equal(joined.headers.location, `${membersOf(id)}/${aliceId}`);
  expectStatus(await pull(), 200);
  assert.ok((await catalog()).includes('shared'));
  const seen = jsonOf<{ current_user_role_id: number }>(await alice.get(`${projects}/shared`));
  assert.equal(seen.current_user_role_id, 3);
  const upload = await alice.call('POST', '/v2/shared/app/blobs/uploads/', { body: '' });
  expectStatus(upload, 403);
  expectStatus(await sendJson(admin, 'PUT', member, { role_id: 2 }), 200);
  await alice.pushBlob('shared/app', Buffer.from('by a developer'));
  expectStatus(await bob.get('/v2/shared/app/manifests/v1'), 404);
  expectStatus(await admin.delete(`${membersOf(id)}/${aliceId}`), 200);
  expectStatus(await pull(), 404);
  assert.ok(!(await catalog()).includes('shared'));
});

test('listGroupMembers, addGroupMember, removeGroupMember: each with its source, for administrators only', async () => {
  const id = await make('listed');
  for (const username of ['bob', 'alice', 'alice'])
    expectStatus(await sendJson(admin, 'POST', membersOf(id), { username }), 201);
  const page = await admin.get(`${membersOf(id)}?page_size=1&page=2`);
  assert.equal(page.headers['x-total-count'], '2');
  const [second] = jsonOf<Membership[]>(page);
  assert.deepEqual([second?.username, second?.source], ['bob', 'local']);
  expectRefusal(await sendJson(admin, 'POST', membersOf(id), { username: 'nobody' }), 404, 'NOT_FOUND');
  expectRefusal(await sendJson(admin, 'POST', membersOf(id), { user_id: 2 }), 404, 'NOT_FOUND');
  const unknown = membersOf(99999999);
  expectRefusal(await sendJson(admin, 'POST', unknown, { username: 'bob' }), 404, 'NOT_FOUND');
  expectRefusal(await admin.get(unknown), 404, 'NOT_FOUND');
  expectRefusal(await alice.get(membersOf(id)), 403, 'FORBIDDEN');
  expectRefusal(await sendJson(alice, 'POST', membersOf(id), { username: 'alice' }), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(membersOf(id)), 401, 'UNAUTHORIZED');
  expectStatus(await admin.delete(`${membersOf(id)}/${aliceId}`), 200);
  expectRefusal(await admin.delete(`${membersOf(id)}/${aliceId}`), 404, 'NOT_FOUND');
  assert.equal(jsonOf<Membership[]>(await admin.get(membersOf(id))).length, 1);
});

test('the commands make groups, fill them, give them roles on some repositories, and take all of it back', async () => {
  await makeProject(admin, 'by-command');
  await admin.pushImage('by-command/app', 'v1', image);
  await admin.pushImage('by-command/secret', 'v1', image);
  assert.match(await command('group', 'create', 'ops'), /ops was made/);
  await command('group', 'add', 'ops', 'alice');
  assert.match(await command('group', 'add', 'ops', 'alice'), /already/);
  await command('access', 'grant', '--group', 'ops', 'guest', 'by-command/app');
  expectStatus(await alice.get('/v2/by-command/app/manifests/v1'), 200);
  expectStatus(await alice.get('/v2/by-command/secret/manifests/v1'), 404);
  assert.match(await command('group', 'list'), /ops\s+local\s+1\s/);
  assert.match(await command('group', 'list', 'ops'), /alice\s+local\s/);
  assert.match(await command('access', 'list', '--group', 'ops'), /ops \(group\)\s+guest\s+by-command\/app/);
  const [shown] = JSON.parse(await command('access', 'list', '--group', 'ops', '--json')) as object[];
  assert.equal((shown as { group: string }).group, 'ops');
  const refused = await berth(['access', 'grant', '--group', 'ops', 'system-admin', '--data', server.data]);
  assert.notEqual(refused.code, 0);
  await command('access', 'revoke', '--group', 'ops', 'guest', 'by-command/app');
  expectStatus(await alice.get('/v2/by-command/app/manifests/v1'), 404);
  await command('group', 'remove', 'ops', 'alice');
  assert.doesNotMatch(await command('group', 'list', 'ops'), /alice/);
  await make('ops', 2);
  const several = await berth(['group', 'delete', 'ops', '--data', server.data]);
  assert.match(several.stderr, /several groups/);
  await command('group', 'delete', 'ops', '--type', 'local');
  await command('group', 'delete', 'ops');
  assert.doesNotMatch(await command('group', 'list'), /ops/);
});
