// Harbor's operations on the members of a project, users and groups.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import type { RegistryClient } from '../harness/registry-client.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const names = ['owner', 'alice', 'bob', 'carol'];
await addUsers(server, names);

const admin = server.client();
const anonymous = server.client(null);
const [owner, alice, bob, carol] = names.map((username) => server.client({ username, password })) as [
  RegistryClient,
  RegistryClient,
  RegistryClient,
  RegistryClient,
];
const idOf = async (client: RegistryClient): Promise<number> =>
  jsonOf<{ user_id: number }>(await client.get('/api/v2.0/users/current')).user_id;
const [ownerId, aliceId] = [await idOf(owner), await idOf(alice)];

interface Member {
  readonly id: number;
  readonly entity_name: string;
  readonly role_id: number;
  readonly [field: string]: unknown;
}

const of = (project: string | number): string => `${projects}/${project}/members`;
const post = (client: RegistryClient, project: string | number, body: object) =>
  sendJson(client, 'POST', of(project), body);

async function add(project: string | number, username: string, role: number): Promise<string> {
  const answer = await post(owner, project, { role_id: role, member_user: { username } });
  expectStatus(answer, 201);
  assert.equal(answer.body.length, 0);
  return String(answer.headers.location);
}

const shown = async (project: string, query = ''): Promise<string[]> =>
  jsonOf<Member[]>(await owner.get(`${of(project)}?${query}`)).map(
    ({ entity_name: name, role_id: role }) => `${name} ${role}`,
  );

test('createProjectMember: a user by name or id; Location uses the id-or-name of the request', async () => {
  const id = await makeProject(owner, 'made');
  const byName = await add('made', 'alice', 3);
  assert.match(byName, /^\/api\/v2\.0\/projects\/made\/members\/\d+$/);
  assert.deepEqual(jsonOf<Member>(await owner.get(byName)), {
    id: Number(byName.split('/').at(-1)),
    project_id: id,
    entity_name: 'alice',
    role_name: 'guest',
    role_id: 3,
    entity_id: aliceId,
    entity_type: 'u',
  });
  const byId = await add(id, 'bob', 5);
  assert.match(byId, new RegExp(`^/api/v2\\.0/projects/${id}/members/\\d+$`));
  assert.equal(jsonOf<Member>(await owner.get(byId))['role_name'], 'limitedGuest');
  expectStatus(await alice.get(`${projects}/made`), 200);
  expectStatus(await post(owner, id, { role_id: 4, member_user: { user_id: await idOf(carol) } }), 201);
  assert.deepEqual(await shown('made'), ['alice 3', 'bob 5', 'carol 4', 'owner 1']);
});

test('createProjectMember: a group by id, or by name and type', async () => {
  await makeProject(owner, 'grouped');
  const groups = '/api/v2.0/usergroups';
  for (const type of [2, 3])
    expectStatus(await sendJson(admin, 'POST', groups, { group_name: 'team', group_type: type }), 201);
  const [http, oidc] = jsonOf<{ id: number }[]>(await admin.get(`${groups}?group_name=team`));
  expectStatus(await post(owner, 'grouped', { role_id: 2, member_group: { id: http?.id } }), 201);
  const named = { group_name: 'team', group_type: 3 };
  const added = await post(owner, 'grouped', { role_id: 3, member_group: named });
  expectStatus(added, 201);
  const member = jsonOf<Member>(await owner.get(String(added.headers.location)));
  assert.deepEqual([member['entity_type'], member['entity_id']], ['g', oidc?.id]);
  expectRefusal(await post(owner, 'grouped', { role_id: 3, member_group: named }), 409, 'CONFLICT');
  const dn = { ldap_group_dn: 'cn=a,dc=b' };
  expectRefusal(await post(owner, 'grouped', { role_id: 3, member_group: dn }), 400, 'BAD_REQUEST');
});

test('createProjectMember: duplicate 409, bad role 400, nobody 400, an unknown user or group 404', async () => {
  await makeProject(owner, 'refused');
  await add('refused', 'alice', 2);
  const again = { role_id: 3, member_user: { username: 'alice' } };
  expectRefusal(await post(owner, 'refused', again), 409, 'CONFLICT');
  for (const role of [0, 6, -1, undefined])
    expectRefusal(
      await post(owner, 'refused', { role_id: role, member_user: { username: 'bob' } }),
      400,
      'BAD_REQUEST',
    );
  expectRefusal(await post(owner, 'refused', { role_id: 1 }), 400, 'BAD_REQUEST');
  const unknown: object[] = [
    { member_user: { username: 'nobody' } },
    { member_user: { user_id: 99999999 } },
    { member_user: { user_id: 2 } },
    { member_group: { id: 99999999 } },
    { member_group: { group_name: 'nobody', group_type: 3 } },
  ];
  for (const each of unknown)
    expectRefusal(await post(owner, 'refused', { role_id: 1, ...each }), 404, 'NOT_FOUND');
  const wrong = { role_id: '2', member_user: { username: 'bob' } };
  expectRefusal(await post(owner, 'refused', wrong), 422, 'UNPROCESSABLE_ENTITY');
  assert.deepEqual(await shown('refused'), ['alice 2', 'owner 1']);
});

test('of many who add one member at once one does', async () => {
  await makeProject(owner, 'at-once');
  const answers = await Promise.all(
    [1, 2, 3, 4, 5].map((role) =>
      post(owner, 'at-once', { role_id: role, member_user: { username: 'bob' } }),
    ),
  );
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 409, 409, 409, 409],
  );
});

test('listProjectMembers: sorted by entity_name, in pages; entityname is exact, and is counted by X-Total-Count', async () => {
  await makeProject(owner, 'paged');
  for (const name of ['carol', 'alice', 'bob']) await add('paged', name, 3);
  const first = await owner.get(`${of('paged')}?page_size=3`);
  assert.equal(first.headers['x-total-count'], '4');
  assert.match(String(first.headers.link), /page=2&page_size=3>; rel="next"$/);
  assert.deepEqual(
    jsonOf<Member[]>(first).map(({ entity_name: name }) => name),
    ['alice', 'bob', 'carol'],
  );
  assert.deepEqual(await shown('paged', 'page_size=3&page=2'), ['owner 1']);
  const one = await owner.get(`${of('paged')}?entityname=bob`);
  assert.equal(one.headers['x-total-count'], '1');
  assert.deepEqual(
    jsonOf<Member[]>(one).map(({ entity_name: name }) => name),
    ['bob'],
  );
  assert.deepEqual(await shown('paged', 'entityname=bo'), []);
});

test('updateProjectMember: another role counts at once; an unknown role is 400', async () => {
  await makeProject(owner, 'changed');
  const member = await add('changed', 'alice', 3);
  const push = () => alice.call('POST', '/v2/changed/app/blobs/uploads/', { body: '' });
  expectStatus(await push(), 403);
  expectStatus(await sendJson(owner, 'PUT', member, { role_id: 2 }), 200);
  expectStatus(await push(), 202);
  assert.equal(jsonOf<Member>(await owner.get(member)).role_id, 2);
  for (const role of [0, 6])
    expectRefusal(await sendJson(owner, 'PUT', member, { role_id: role }), 400, 'BAD_REQUEST');
  expectRefusal(await sendJson(alice, 'PUT', member, { role_id: 1 }), 403, 'FORBIDDEN');
  assert.deepEqual(await shown('changed'), ['alice 2', 'owner 1']);
});

test('getProjectMember, updateProjectMember, deleteProjectMember: 404 when not in that project', async () => {
  await makeProject(owner, 'here');
  await makeProject(admin, 'elsewhere');
  const body = { role_id: 3, member_user: { username: 'bob' } };
  const foreign = await post(admin, 'elsewhere', body);
  const mid = String(foreign.headers.location).split('/').at(-1);
  for (const id of [mid, '99999999', '0', '-1', '9223372036854775807']) {
    expectRefusal(await owner.get(`${of('here')}/${id}`), 404, 'NOT_FOUND');
    const put = await sendJson(owner, 'PUT', `${of('here')}/${id}`, { role_id: 1 });
    expectRefusal(put, 404, 'NOT_FOUND');
    expectRefusal(await owner.delete(`${of('here')}/${id}`), 404, 'NOT_FOUND');
  }
  const kept = jsonOf<Member>(await admin.get(String(foreign.headers.location)));
  assert.equal(kept.role_id, 3);
});

test('deleteProjectMember: the role ends at once, roles on single repositories stay', async () => {
  await makeProject(owner, 'kept');
  for (const name of ['app', 'other']) await owner.pushImage(`kept/${name}`, 'v1', imageOf({ seed: name }));
  await grantRole(server, { username: 'carol', role: 'guest', place: 'kept/app' });
  assert.deepEqual(await shown('kept'), ['owner 1'], 'a role on a repository makes no member');
  const member = await add('kept', 'carol', 3);
  expectStatus(await carol.get('/v2/kept/other/manifests/v1'), 200);
  expectStatus(await sendJson(owner, 'PUT', member, { role_id: 5 }), 200);
  expectStatus(await owner.delete(member), 200);
  expectRefusal(await owner.get(member), 404, 'NOT_FOUND');
  expectStatus(await carol.get('/v2/kept/other/manifests/v1'), 404);
  expectStatus(await carol.get('/v2/kept/app/manifests/v1'), 200);
});

test('deleteProjectMember: the last projectAdmin may go too, as with Harbor', async () => {
  await makeProject(owner, 'left');
  const [me] = jsonOf<Member[]>(await owner.get(of('left')));
  assert.equal(me?.['entity_id'], ownerId);
  expectStatus(await owner.delete(`${of('left')}/${me.id}`), 200);
  expectRefusal(await owner.get(of('left')), 403, 'FORBIDDEN');
  assert.deepEqual(jsonOf(await admin.get(of('left'))), []);
});

test('members are for those whose role shows them, and changed by projectAdmins only', async () => {
  await makeProject(owner, 'guarded');
  const member = await add('guarded', 'alice', 3);
  await add('guarded', 'bob', 5);
  expectStatus(await alice.get(of('guarded')), 200);
  expectRefusal(await bob.get(of('guarded')), 403, 'FORBIDDEN');
  for (const path of [of('guarded'), member]) {
    expectRefusal(await anonymous.get(path), 401, 'UNAUTHORIZED');
    expectRefusal(await carol.get(path), 403, 'FORBIDDEN');
  }
  expectRefusal(
    await post(alice, 'guarded', { role_id: 1, member_user: { username: 'alice' } }),
    403,
    'FORBIDDEN',
  );
  expectRefusal(await alice.delete(member), 403, 'FORBIDDEN');
  expectRefusal(await admin.get(of('absent')), 404, 'NOT_FOUND');
});
