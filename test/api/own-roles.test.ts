// Duties on the system and roles of the registry's own: what each confers is read back by what its holder can do.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const projectId = await makeProject(admin, 'pay');
const image = imageOf({ seed: 'own roles' });
for (const repository of ['pay/api', 'pay/worker']) await admin.pushImage(repository, 'v1', image);
const names = ['olga', 'sam', 'ada', 'bob', 'carl', 'maker'];
await addUsers(server, names);
const [olga, sam, ada, bob, carl, maker] = names.map((username) => server.client({ username, password })) as [
  RegistryClient,
  RegistryClient,
  RegistryClient,
  RegistryClient,
  RegistryClient,
  RegistryClient,
];
const give = (username: string, role: string, place: string) => grantRole(server, { username, role, place });
await give('olga', 'operator', 'system');
await give('sam', 'security-officer', 'system');
await give('ada', 'auditor', 'system');

const api = '/api/v2.0';
const roles = '/api/berth/v1/roles';
const status = async (client: RegistryClient, path: string) => (await client.get(`${api}/${path}`)).status;
const make = (client: RegistryClient, name: unknown, permissions: unknown, level: unknown = 'project') =>
  sendJson(client, 'POST', roles, { name, level, permissions });
const change = (client: RegistryClient, name: string, permissions: unknown) =>
  sendJson(client, 'PUT', `${roles}/${name}`, { permissions });
const push = (client: RegistryClient, repository: string) =>
  client.call('PUT', `/v2/${repository}/manifests/v2`, {
    headers: { 'Content-Type': image.manifest.mediaType },
    body: image.manifest.bytes,
  });
const command = (...args: string[]) => berth([...args, '--data', server.data]);

test('an operator changes settings and limits, and sees no project, person, robot or audit entry', async () => {
  expectStatus(await sendJson(olga, 'PUT', `${api}/configurations`, { session_timeout: 60 }), 200);
  for (const path of ['configurations', 'quotas', 'systeminfo/volumes'])
    assert.equal(await status(olga, path), 200, path);
  for (const path of ['users', 'usergroups', 'robots', 'projects/pay', 'projects/pay/members'])
    assert.equal(await status(olga, path), 403, path);
  for (const path of ['projects?name=pay', 'repositories', 'auditlog-exts'])
    assert.deepEqual(jsonOf(await olga.get(`${api}/${path}`)), [], path);
  expectError(await olga.get('/v2/pay/api/manifests/v1'), 404, 'NAME_UNKNOWN');
  expectStatus(await sendJson(olga, 'PUT', `${api}/system/CVEAllowlist`, { items: [] }), 403);
});

test('a security officer reads who has access and sets rules, and gets no content', async () => {
  for (const path of ['users', 'usergroups', 'robots', 'projects/pay/members', 'projects/pay'])
    assert.equal(await status(sam, path), 200, path);
  const rule = {
    action: 'immutable',
    template: 'immutable_template',
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'release-*' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  };
  expectStatus(await sendJson(sam, 'POST', `${api}/projects/pay/immutabletagrules`, rule), 201);
  expectStatus(await sendJson(sam, 'PUT', `${api}/system/CVEAllowlist`, { items: [] }), 200);
  const allowlist = { cve_allowlist: { items: [{ cve_id: 'CVE-2026-1' }] }, metadata: { severity: 'low' } };
  const projectPath = `${api}/projects/pay`;
  expectStatus(await sendJson(sam, 'PUT', projectPath, allowlist), 200);
  const project = jsonOf<{ cve_allowlist: { items: object[] } }>(await admin.get(projectPath));
  assert.deepEqual(project.cve_allowlist.items, [{ cve_id: 'CVE-2026-1' }]);
  for (const metadata of [
    { public: 'true' },
    { sparse_manifests: 'true' },
    { severity: 'low', public: 'true' },
  ])
    expectStatus(await sendJson(sam, 'PUT', projectPath, { metadata }), 403);
  for (const path of ['configurations', 'projects/pay/repositories', 'projects/pay/logs'])
    assert.equal(await status(sam, path), 403, path);
  expectError(await sam.get('/v2/pay/api/manifests/v1'), 403, 'DENIED');
  const member = { role_id: 3, member_user: { username: 'bob' } };
  expectStatus(await sendJson(sam, 'POST', `${api}/projects/pay/members`, member), 403);
  expectStatus(await sam.call('DELETE', `${api}/projects/pay`), 403);
});

test('an auditor reads everything, the audit log and the settings too, pulls, and changes nothing', async () => {
  for (const path of [
    'configurations',
    'users',
    'robots',
    'quotas',
    'projects/pay/repositories/api/artifacts',
  ])
    assert.equal(await status(ada, path), 200, path);
  assert.equal(await status(ada, 'projects/pay/logs'), 200);
  const statistics = async (client: RegistryClient) =>
    jsonOf<{ total_repo_count: number }>(await client.get(`${api}/statistics`)).total_repo_count;
  assert.deepEqual([await statistics(ada), await statistics(sam), await statistics(olga)], [2, 0, 0]);
  const log = jsonOf<{ resource: string }[]>(await ada.get(`${api}/auditlog-exts?page_size=100`));
  assert.ok(log.some(({ resource }) => resource === 'pay/api:v1'));
  expectStatus(await ada.get('/v2/pay/api/manifests/v1'), 200);
  expectError(await ada.get('/v2/pay/none/manifests/v1'), 404, 'MANIFEST_UNKNOWN');
  expectError(await push(ada, 'pay/api'), 403, 'DENIED');
  expectStatus(await sendJson(ada, 'PUT', `${api}/configurations`, { session_timeout: 5 }), 403);
  expectStatus(await ada.call('DELETE', `${api}/projects/pay/repositories/api`), 403);
  expectStatus(await make(ada, 'mine', ['repository:pull']), 403);
});

test('listRoles, createRole: a role is given in a project and on repositories, to an account and to a group', async () => {
  const made = await make(admin, 'puller', ['repository:pull', 'repository:list', 'repository:pull']);
  expectStatus(made, 201);
  assert.equal(made.headers.location, `${roles}/puller`);
  const listed = jsonOf<{ name: string; built_in: boolean; permissions: string[] }[]>(await bob.get(roles));
  const own = listed.filter((role) => !role.built_in);
  assert.deepEqual(own, [
    {
      name: 'puller',
      level: 'project',
      built_in: false,
      permissions: ['repository:list', 'repository:pull'],
    },
  ]);
  assert.equal(listed.filter((role) => role.built_in).length, 9);
  await give('bob', 'puller', 'pay/api');
  expectStatus(await bob.get('/v2/pay/api/manifests/v1'), 200);
  expectError(await bob.get('/v2/pay/worker/manifests/v1'), 404, 'NAME_UNKNOWN');
  const seen = jsonOf<{ name: string }[]>(await bob.get(`${api}/projects/pay/repositories`));
  assert.deepEqual(
    seen.map(({ name }) => name),
    ['pay/api'],
  );
  expectStatus(await bob.get(`${api}/projects/pay`), 403);
  for (const args of [
    ['group', 'create', 'readers'],
    ['group', 'add', 'readers', 'carl'],
    ['access', 'grant', 'readers', 'puller', 'pay', '--group'],
  ])
    assert.equal((await command(...args)).code, 0, args.join(' '));
  expectStatus(await carl.get('/v2/pay/worker/manifests/v1'), 200);
  expectError(await push(carl, 'pay/worker'), 403, 'DENIED');
  const members = jsonOf<{ entity_name: string }[]>(await admin.get(`${api}/projects/${projectId}/members`));
  assert.deepEqual(
    members.map((member) => member.entity_name),
    ['admin'],
    'Harbor’s members are those of its five roles',
  );
  const shown = await command('access', 'list', '--project', 'pay');
  assert.match(shown.stdout, /bob\s+puller\s+pay\/api/);
});

test('updateRole: it counts at once for who holds it; deleteRole: not while somebody does, who is named', async () => {
  expectStatus(await change(admin, 'puller', ['repository:pull', 'repository:push']), 200);
  expectStatus(await push(carl, 'pay/worker'), 201);
  expectStatus(await change(admin, 'puller', ['repository:pull']), 200);
  expectError(await push(carl, 'pay/worker'), 403, 'DENIED');
  const refused = expectRefusal(await admin.call('DELETE', `${roles}/puller`), 409, 'CONFLICT');
  assert.equal(refused, 'the role "puller" is held by bob in pay/api, the group readers in pay');
  for (const args of [
    ['access', 'revoke', 'readers', 'puller', 'pay', '--group'],
    ['access', 'revoke', 'bob', 'puller', 'pay/api'],
  ])
    assert.equal((await command(...args)).code, 0, args.join(' '));
  expectStatus(await admin.call('DELETE', `${roles}/puller`), 200);
  expectError(await carl.get('/v2/pay/worker/manifests/v1'), 404, 'NAME_UNKNOWN');
  expectStatus(await admin.call('DELETE', `${roles}/puller`), 404);
  expectStatus(await change(admin, 'puller', ['repository:pull']), 404);
});

test('createRole: a role of the system confers what is about the system, and hands out no more than it has', async () => {
  const rights = [
    'user:list',
    'user:update',
    'robot:create',
    'role:create',
    'role:update',
    'user-group:update',
  ];
  expectStatus(await make(admin, 'helpdesk', rights, 'system'), 201);
  await give('maker', 'helpdesk', 'system');
  assert.equal(await status(maker, 'users'), 200);
  assert.equal(await status(maker, 'projects/pay'), 403);
  const told = expectRefusal(await make(maker, 'more', ['user:delete'], 'system'), 403, 'FORBIDDEN');
  assert.match(told, /maker cannot put user:delete into a role, because they do not hold it on the system/);
  expectStatus(await make(maker, 'more', ['repository:pull']), 403);
  expectStatus(await change(maker, 'helpdesk', [...rights, 'configuration:update']), 403);
  expectStatus(await make(maker, 'lister', ['user:list'], 'system'), 201);
  const users = jsonOf<{ user_id: number; username: string }[]>(await maker.get(`${api}/users`));
  const idOf = (name: string) =>
    name === 'admin' ? 1 : users.find(({ username }) => username === name)?.user_id;
  const secret = { new_password: 'Another-Horse-7' };
  for (const strong of ['admin', 'ada', 'olga'])
    expectStatus(await sendJson(maker, 'PUT', `${api}/users/${idOf(strong)}/password`, secret), 403);
  const flag = { sysadmin_flag: true };
  expectStatus(await sendJson(maker, 'PUT', `${api}/users/${idOf('maker')}/sysadmin`, flag), 403);
  const robot = (permissions: object) =>
    sendJson(maker, 'POST', `${api}/robots`, { name: 'r', duration: -1, level: 'system', permissions });
  const pull = { access: [{ resource: 'repository', action: 'pull' }] };
  expectStatus(await robot([{ kind: 'project', namespace: '*', ...pull }]), 403);
  expectStatus(await robot([{ kind: 'project', namespace: 'pay', ...pull }]), 403);
  const listing = { kind: 'system', namespace: '/', access: [{ resource: 'user', action: 'list' }] };
  expectStatus(await robot([listing]), 201);
});

test('createRole: what is no role is refused, and nothing is made', async () => {
  const before = (await admin.get(roles)).body.toString();
  const bad: readonly [unknown, unknown, unknown?][] = [
    ['x', ['repository:pull']],
    ['', ['repository:pull']],
    ['Upper', ['repository:pull']],
    ['a b', ['repository:pull']],
    ['1st', ['repository:pull']],
    ['a'.repeat(64), ['repository:pull']],
    ['guest', ['repository:pull']],
    ['limited-guest', ['repository:pull']],
    ['systemadmin', ['repository:pull']],
    ['auditor', ['repository:pull']],
    ['pull', ['repository:pull']],
    ['robot-own', ['repository:pull']],
    ['good', []],
    ['good', ['repository:none']],
    ['good', ['repository:pull=deny']],
    ['good', ['good']],
    ['good', ['user:list']],
    ['good', ['repository:pull'], 'system'],
    ['good', ['repository:pull'], 'everywhere'],
  ];
  for (const [name, permissions, level] of bad)
    expectRefusal(await make(admin, name, permissions, level ?? 'project'), 400, 'BAD_REQUEST');
  expectStatus(await make(admin, 7, ['repository:pull']), 422);
  expectStatus(await make(server.client(null), 'good', ['repository:pull']), 401);
  assert.equal((await admin.get(roles)).body.toString(), before);
  expectStatus(await make(admin, 'good', ['repository:pull']), 201);
  expectStatus(await make(admin, 'good', ['repository:push']), 409);
  for (const args of [
    ['good', 'system'],
    ['helpdesk', 'pay'],
    ['auditor', 'pay'],
    ['nothing', 'pay'],
  ])
    assert.notEqual((await command('access', 'grant', 'bob', ...args)).code, 0, args.join(' '));
});

test('berth role: a role is made, listed, changed and deleted by the command line', async () => {
  const permission = ['--permission', 'repository:pull', 'repository:list'];
  assert.equal((await command('role', 'create', 'shown', ...permission)).code, 0);
  const listed = await command('role', 'list', '-o', 'json');
  const [shown] = (JSON.parse(listed.stdout) as { name: string; permissions: string[] }[]).filter(
    ({ name }) => name === 'shown',
  );
  assert.deepEqual(shown?.permissions, ['repository:list', 'repository:pull']);
  assert.equal((await command('role', 'update', 'shown', '--permission', 'tag:list')).code, 0);
  assert.match((await command('role', 'list')).stdout, /shown\s+project\s+false\s+tag:list/);
  assert.equal((await command('role', 'delete', 'shown', '--yes')).code, 0);
  assert.notEqual((await command('role', 'create', 'empty')).code, 0);
});
