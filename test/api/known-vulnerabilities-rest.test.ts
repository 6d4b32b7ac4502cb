// What Harbor's REST API was broken by, tried here. The table of all of it: docs/design/hostile-input.md.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const api = '/api/v2.0';
const own = await makeProject(admin, 'own');
const other = await makeProject(admin, 'other');
await admin.pushImage('own/app', 'v1', imageOf({ seed: 'own' }));
await addUsers(server, ['eve', 'mallory', 'victim']);
await grantRole(server, { username: 'eve', role: 'projectAdmin', place: 'own' });
await grantRole(server, { username: 'mallory', role: 'maintainer', place: 'own' });
const eve = server.client({ username: 'eve', password });
const mallory = server.client({ username: 'mallory', password });

const pullIn = (namespace: string) => [
  { kind: 'project', namespace, access: [{ resource: 'repository', action: 'pull' }] },
];
const robotOf = (namespace: string, name = 'ci') => ({
  name,
  level: 'project',
  duration: -1,
  permissions: pullIn(namespace),
});

function idOf(answer: Answer): number {
  expectStatus(answer, 201);
  return Number(String(answer.headers.location).split('/').at(-1));
}

test('CVE-2019-16919: an administrator of one project makes no robot in another one', async () => {
  const alike = [];
  for (const place of ['other', 'nowhere', '*'])
    alike.push(expectRefusal(await sendJson(eve, 'POST', `${api}/robots`, robotOf(place)), 403, 'FORBIDDEN'));
  assert.equal(new Set(alike).size, 1);
  const found = await admin.get(`${api}/robots?q=Level%3Dproject,ProjectID%3D${other}`);
  assert.deepEqual(jsonOf(found), []);
});

test('CVE-2019-19023: nobody changes the address or the password of somebody else by their id', async () => {
  const [found] = jsonOf<{ user_id: number }[]>(await admin.get(`${api}/users/search?username=victim`));
  const before = jsonOf(await admin.get(`${api}/users/${found?.user_id}`));
  for (const id of [1, found?.user_id]) {
    for (const [path, body] of [
      ['', { email: 'eve@example.com', realname: 'Eve', user_id: 1 }],
      ['/password', { new_password: 'Another-Horse-8', old_password: password }],
      ['/sysadmin', { sysadmin_flag: true }],
      ['/cli_secret', { secret: 'Another-Horse-8' }],
    ] as const)
      expectRefusal(await sendJson(eve, 'PUT', `${api}/users/${id}${path}`, body), 403, 'FORBIDDEN');
  }
  assert.deepEqual(jsonOf(await admin.get(`${api}/users/${found?.user_id}`)), before);
  const victim = server.client({ username: 'victim', password });
  expectStatus(await victim.get(`${api}/users/current`), 200);
});

test('CVE-2022-31667: a robot of another project is neither read, changed, renewed nor deleted', async () => {
  const made = await sendJson(admin, 'POST', `${api}/robots`, robotOf('other'));
  const { id, name } = jsonOf<{ id: number; name: string }>(made, 201);
  const before = jsonOf(await admin.get(`${api}/robots/${id}`));
  const change = { ...robotOf('own'), name, disable: true };
  for (const target of [id, id + 1000]) {
    const path = `${api}/robots/${target}`;
    const json = { headers: { 'Content-Type': 'application/json' } };
    for (const answer of [
      await eve.get(path),
      await sendJson(eve, 'PUT', path, change),
      await eve.call('PATCH', path, { ...json, body: '{"secret":""}' }),
      await eve.delete(path),
    ])
      assert.equal(expectRefusal(answer, 404, 'NOT_FOUND'), `robot ${target} not found`);
  }
  assert.deepEqual(jsonOf(await admin.get(`${api}/robots/${id}`)), before);
});

test('CVE-2022-31669: an immutable rule of another project is not reached through the own one', async () => {
  const rule = {
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
  };
  const theirs = `${projects}/other/immutabletagrules`;
  const id = idOf(await sendJson(admin, 'POST', theirs, rule));
  const before = jsonOf(await admin.get(theirs));
  for (const place of ['own', String(own)]) {
    const path = `${projects}/${place}/immutabletagrules/${id}`;
    expectRefusal(await sendJson(eve, 'PUT', path, { ...rule, id, disabled: true }), 404, 'NOT_FOUND');
    expectRefusal(await eve.delete(path), 404, 'NOT_FOUND');
  }
  assert.deepEqual(jsonOf(await admin.get(theirs)), before);
});

test('CVE-2024-22278: a maintainer changes no metadata of the project', async () => {
  const path = `${projects}/own/metadatas`;
  for (const answer of [
    await sendJson(mallory, 'POST', `${path}/`, { severity: 'low' }),
    await sendJson(mallory, 'PUT', `${path}/public`, { public: 'true' }),
    await mallory.delete(`${path}/public`),
  ])
    expectRefusal(answer, 403, 'FORBIDDEN');
  assert.deepEqual(jsonOf(await admin.get(`${path}/public`)), { public: 'false' });
});

test('CVE-2025-30086: no list is narrowed or ordered by what it does not show', async () => {
  const hidden = ['password', 'password_hash', 'salt', 'secret', 'secret_hash', 'deleted_at'];
  for (const list of ['users', 'projects', 'repositories', 'robots', 'quotas', 'audit-logs', 'usergroups']) {
    const path = `${api}/${list}?page_size=100`;
    for (const asked of hidden.flatMap((column) => [`q=${column}%3D~a`, `sort=-${column}`])) {
      const { usual, answered } = await whileUnchanged(path, `${path}&${asked}`);
      assert.deepEqual(answered, usual, `${list} ${asked}`);
    }
  }
});

/** Both lists, of a moment when nothing was added between them: refusals come into the log a second later. */
async function whileUnchanged(path: string, asked: string): Promise<{ usual: unknown; answered: unknown }> {
  for (;;) {
    const usual = jsonOf(await admin.get(path));
    const answered = jsonOf(await admin.get(asked));
    if (isDeepStrictEqual(jsonOf(await admin.get(path)), usual)) return { usual, answered };
  }
}

test('CVE-2019-19026, CVE-2019-19029: quotes and semicolons are text in every filter and order', async () => {
  const hostile = encodeURIComponent(`' or 1=1; drop table "user"; --`);
  for (const [path, status] of [
    [`${api}/quotas?reference_id=${hostile}`, 200],
    [`${api}/quotas?sort=${hostile}`, 200],
    [`${api}/usergroups?group_name=${hostile}`, 200],
    [`${api}/usergroups?ldap_group_dn=${hostile}`, 200],
    [`${api}/users?username=${hostile}&sort=${hostile}`, 200],
    [`${api}/projects?name=${hostile}&owner=${hostile}`, 200],
    [`${api}/search?q=${hostile}`, 200],
    [`${projects}/own/members?entityname=${hostile}`, 200],
  ] as const)
    assert.ok([status, 400, 422].includes((await admin.get(path)).status), path);
  expectStatus(await admin.get(`${api}/users/current`), 200);
});

test('CVE-2025-32019: a description with a script comes back as text that no browser runs', async () => {
  const script = '<img src=x onerror=alert(1)>[a](javascript:alert(1))';
  const path = `${projects}/own/repositories/app`;
  expectStatus(await sendJson(eve, 'PUT', path, { description: script }), 200);
  const answer = await eve.get(path);
  assert.doesNotMatch(answer.body.toString(), /<img/);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(answer.headers['x-content-type-options'], 'nosniff');
});

test('GHSA-prh4-vhfh-24mj: no password and no secret stands in the audit log', async () => {
  const body = { username: 'short-lived', password: 'Hidden-Horse-9', email: 's@example.com', realname: 'S' };
  const id = idOf(await sendJson(admin, 'POST', `${api}/users`, body));
  const changed = { new_password: 'Hidden-Horse-10' };
  expectStatus(await sendJson(admin, 'PUT', `${api}/users/${id}/password`, changed), 200);
  const robot = jsonOf<{ id: number; secret: string }>(
    await sendJson(admin, 'POST', `${api}/robots`, robotOf('own', 'told')),
    201,
  );
  const chosen = { headers: { 'Content-Type': 'application/json' }, body: '{"secret":"Hidden-Horse-11"}' };
  expectStatus(await admin.call('PATCH', `${api}/robots/${robot.id}`, chosen), 200);
  const log = await admin.get(`${api}/auditlog-exts?page_size=0`);
  expectStatus(log, 200);
  assert.doesNotMatch(log.body.toString(), /Hidden-Horse/);
  assert.ok(!log.body.toString().includes(robot.secret));
});
