// What refusals say to programs, beside the sentence: the console tells it in other languages.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { HeldVerification, startVerification, verifications } from '../harness/held-verification.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const held = new HeldVerification();
const server = await BerthServer.start({ env: held.env });
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
await addUsers(server, ['bob', 'lead', 'half']);
const as = (username: string): RegistryClient => server.client({ username, password });
const [bob, lead, half] = [as('bob'), as('lead'), as('half')];
await makeProject(admin, 'pay');
await makeProject(admin, 'desk');
const image = imageOf({ seed: 'because', layers: [20_000] });
for (const tag of ['v1', 'kept', 'own']) await admin.pushImage('pay/api', tag, image);
await admin.pushImage('pay/web', 'v1', image);
await grantRole(server, { username: 'bob', role: 'guest', place: 'pay' });
await grantRole(server, { username: 'lead', role: 'projectAdmin', place: 'pay' });
await grantRole(server, { username: 'lead', role: 'projectAdmin', place: 'desk' });

const asked = { 'X-Berth-Because': 'true' };
const post = (client: RegistryClient, path: string, body: unknown): Promise<Answer> =>
  sendJson(client, 'POST', path, body, asked);
const put = (client: RegistryClient, path: string, body: unknown): Promise<Answer> =>
  sendJson(client, 'PUT', path, body, asked);
const remove = (client: RegistryClient, path: string): Promise<Answer> =>
  client.call('DELETE', path, { headers: asked });
const settings = (values: object): Promise<Answer> => put(admin, '/api/v2.0/configurations', values);
const idOf = async (client: RegistryClient): Promise<number> =>
  jsonOf<{ user_id: number }>(await client.get('/api/v2.0/users/current')).user_id;
const [adminId, bobId] = [await idOf(admin), await idOf(bob)];
const api = `${projects}/pay/repositories/api`;
const done = async (answer: Promise<Answer>): Promise<void> => {
  const { status, body } = await answer;
  assert.ok(status < 300, body.toString());
};

const selectors = (pattern: string): object => ({
  action: 'immutable',
  template: 'immutable_template',
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
});
const user = (more: object): object => ({
  username: 'new',
  password: 'Passw0rd-of-new',
  email: 'new@example.com',
  realname: 'N',
  ...more,
});
const role = { name: 'inviter', level: 'project', permissions: ['member:create', 'repository:pull'] };
const label = { name: 'checked', scope: 'g' };
const robot = {
  name: 'ci',
  duration: -1,
  level: 'project',
  permissions: [{ kind: 'project', namespace: 'pay', access: [{ resource: 'repository', action: 'pull' }] }],
};
const webhook = (more: object): object => ({
  name: 'to-ci',
  enabled: true,
  event_types: ['PUSH_ARTIFACT'],
  targets: [{ type: 'http', address: 'https://hooks.example/berth' }],
  ...more,
});
const group = { group_name: 'ops', group_type: 3 };
await done(post(admin, `${projects}/pay/immutabletagrules`, selectors('kept')));
await done(
  post(admin, '/api/berth/v1/projects/pay/protected-tags', {
    tags: 'own',
    repositories: '**',
    allowed: ['bob'],
  }),
);
await done(post(admin, '/api/v2.0/labels', label));
await done(post(admin, '/api/v2.0/robots', robot));
await done(post(admin, '/api/berth/v1/roles', role));
await done(post(admin, '/api/v2.0/usergroups', group));
await done(post(admin, `/api/berth/v1/users/${adminId}/tokens`, { name: 'laptop' }));
await done(post(admin, '/api/v2.0/users', user({ username: 'anna', email: 'anna@example.com' })));
await done(post(admin, '/api/berth/v1/projects/desk/rename', { name: 'counter' }));
await grantRole(server, { username: 'half', role: 'inviter', place: 'pay' });

interface Case {
  readonly kind: string;
  readonly ask: () => Promise<Answer>;
  readonly values?: Readonly<Record<string, string>>;
}

/** As things are now. */
const cases: readonly Case[] = [
  {
    kind: 'role missing',
    ask: () => remove(bob, api),
    values: {
      who: 'bob',
      action: 'delete',
      where: 'pay/api',
      permission: 'repository:delete',
      needs: 'maintainer',
      has: 'guest',
      tags: '',
      ask: 'admin, lead',
    },
  },
  {
    kind: 'system permission missing',
    ask: () => post(bob, '/api/v2.0/usergroups', group),
    values: { who: 'bob', permission: 'user-group:create' },
  },
  {
    kind: 'not held',
    ask: () => post(half, `${projects}/pay/members`, { role_id: 1, member_user: { username: 'anna' } }),
  },
  {
    kind: 'project exists',
    ask: () => post(admin, projects, { project_name: 'pay' }),
    values: { name: 'pay' },
  },
  {
    kind: 'project exists',
    ask: () => post(admin, '/api/berth/v1/projects/counter/rename', { name: 'pay' }),
    values: { name: 'pay' },
  },
  {
    kind: 'repository exists',
    ask: () => post(admin, '/api/berth/v1/projects/pay/repositories/web/move', { to: 'pay/api' }),
    values: { name: 'pay/api' },
  },
  {
    kind: 'repository name invalid',
    ask: () => post(admin, '/api/berth/v1/projects/pay/repositories/web/move', { to: 'pay/A' }),
    values: { name: 'pay/A', most: '230' },
  },
  { kind: 'name kept', ask: () => post(admin, projects, { project_name: 'desk' }) },
  {
    kind: 'project name invalid',
    ask: () => post(admin, projects, { project_name: 'Pay!' }),
    values: { name: 'Pay!', most: '200' },
  },
  {
    kind: 'tag immutable',
    ask: () => remove(admin, `${api}/artifacts/kept/tags/kept`),
    values: { tag: 'kept', rule: '1' },
  },
  {
    kind: 'tag protected',
    ask: () => remove(lead, `${api}/artifacts/own/tags/own`),
    values: { tag: 'own', repository: 'pay/api', holders: 'bob', rule: '1' },
  },
  {
    kind: 'tag exists',
    ask: () => post(admin, `${api}/artifacts/v1/tags`, { name: 'v1' }),
    values: { tag: 'pay/api:v1' },
  },
  { kind: 'label exists', ask: () => post(admin, '/api/v2.0/labels', label), values: { name: 'checked' } },
  { kind: 'robot exists', ask: () => post(admin, '/api/v2.0/robots', robot) },
  { kind: 'role exists', ask: () => post(admin, '/api/berth/v1/roles', role), values: { name: 'inviter' } },
  { kind: 'group exists', ask: () => post(admin, '/api/v2.0/usergroups', group), values: { name: 'ops' } },
  {
    kind: 'token exists',
    ask: () => post(admin, `/api/berth/v1/users/${adminId}/tokens`, { name: 'laptop' }),
    values: { name: 'laptop' },
  },
  {
    kind: 'user exists',
    ask: () => post(admin, '/api/v2.0/users', user({ username: 'Anna' })),
    values: { name: 'anna' },
  },
  { kind: 'e-mail taken', ask: () => post(admin, '/api/v2.0/users', user({ email: 'anna@example.com' })) },
  {
    kind: 'user name invalid',
    ask: () => post(admin, '/api/v2.0/users', user({ username: 'a:b' })),
    values: { name: 'a:b', most: '255' },
  },
  {
    kind: 'person name invalid',
    ask: () => post(admin, '/api/v2.0/users', user({ realname: 'a#b' })),
    values: { name: 'a#b', most: '255' },
  },
  {
    kind: 'e-mail invalid',
    ask: () => post(admin, '/api/v2.0/users', user({ email: 'nowhere' })),
    values: { email: 'nowhere' },
  },
  {
    kind: 'member exists',
    ask: () => post(lead, `${projects}/pay/members`, { role_id: 2, member_user: { username: 'bob' } }),
    values: { name: 'bob', project: 'pay' },
  },
  {
    kind: 'password of few kinds',
    ask: () => post(admin, '/api/v2.0/users', user({ password: 'password' })),
    values: {},
  },
  {
    kind: 'password wrong',
    ask: () =>
      put(bob, `/api/v2.0/users/${bobId}/password`, {
        old_password: 'Xx-9xxxxx',
        new_password: 'Passw0rd-of-x',
      }),
  },
  {
    kind: 'number wrong',
    ask: () => settings({ token_expiration: 0 }),
    values: { what: 'token_expiration', least: '1', most: '9999999999', also: '' },
  },
  {
    kind: 'number wrong',
    ask: () => post(admin, '/api/v2.0/robots', { ...robot, duration: 0 }),
    values: { what: 'duration', least: '1', most: '2147483647', also: '-1' },
  },
  {
    kind: 'not one of',
    ask: () => settings({ project_creation_restriction: 'some' }),
    values: { what: 'project_creation_restriction', choices: 'everyone, adminonly' },
  },
  {
    kind: 'form wrong',
    ask: () => settings({ smtp_from: 'nobody' }),
    values: { what: 'smtp_from', form: 'mail address' },
  },
  {
    kind: 'form wrong',
    ask: () => settings({ smtp_server: 'x y' }),
    values: { what: 'smtp_server', form: 'mail server' },
  },
  {
    kind: 'form wrong',
    ask: () => settings({ project_name_pattern: 'A B' }),
    values: { what: 'project_name_pattern', form: 'project names' },
  },
  {
    kind: 'text too long',
    ask: () => settings({ smtp_from: 'x'.repeat(300) }),
    values: { what: 'smtp_from', most: '254' },
  },
  {
    kind: 'setting needs',
    ask: () => settings({ ldap_url: 'ldap://x' }),
    values: { setting: 'ldap_url', needs: 'sign-in by LDAP' },
  },
  {
    kind: 'setting stays',
    ask: () => settings({ pull_count_update_disable: true }),
    values: { setting: 'pull_count_update_disable', value: 'false' },
  },
  {
    kind: 'field empty',
    ask: () => post(admin, '/api/v2.0/labels', { ...label, name: '' }),
    values: { what: 'name' },
  },
  {
    kind: 'text too long',
    ask: () => post(admin, '/api/v2.0/labels', { ...label, name: 'x'.repeat(200) }),
    values: { what: 'name', most: '128' },
  },
  {
    kind: 'form wrong',
    ask: () => post(admin, '/api/v2.0/robots', { ...robot, name: 'CI!' }),
    values: { what: 'name', form: 'robot name' },
  },
  {
    kind: 'form wrong',
    ask: () => post(admin, '/api/v2.0/usergroups', { ...group, group_name: ' a' }),
    values: { what: 'name', form: 'group name' },
  },
  {
    kind: 'form wrong',
    ask: () => post(admin, '/api/berth/v1/roles', { ...role, name: 'X' }),
    values: { what: 'name', form: 'role name' },
  },
  {
    kind: 'none chosen',
    ask: () => post(admin, '/api/berth/v1/roles', { ...role, name: 'bare', permissions: [] }),
    values: { what: 'permissions' },
  },
  {
    kind: 'name reserved',
    ask: () => post(admin, '/api/berth/v1/roles', { ...role, name: 'maintainer' }),
    values: { name: 'maintainer' },
  },
  {
    kind: 'form wrong',
    ask: () => post(admin, `${api}/artifacts/v1/tags`, { name: '.x' }),
    values: { what: 'name', form: 'tag' },
  },
  {
    kind: 'pattern wrong',
    ask: () => post(admin, `${projects}/pay/immutabletagrules`, selectors('[')),
    values: { pattern: '[' },
  },
  {
    kind: 'form wrong',
    ask: () =>
      post(admin, '/api/berth/v1/projects/pay/protected-tags', {
        tags: 'a b',
        repositories: '**',
        allowed: ['bob'],
      }),
    values: { what: 'tags', form: 'tag pattern' },
  },
  {
    kind: 'ended already',
    ask: () =>
      post(admin, `/api/berth/v1/users/${adminId}/tokens`, {
        name: 'past',
        expires_at: '2001-01-01T00:00:00Z',
      }),
    values: {},
  },
  {
    kind: 'ended already',
    ask: () =>
      post(admin, '/api/berth/v1/grants', {
        who: 'bob',
        role: 'developer',
        where: 'pay',
        expires_at: '2001-01-01T00:00:00Z',
      }),
    values: {},
  },
  {
    kind: 'none chosen',
    ask: () => post(admin, `${projects}/pay/webhook/policies`, webhook({ event_types: [] })),
    values: { what: 'events' },
  },
  {
    kind: 'address wrong',
    ask: () =>
      post(
        admin,
        `${projects}/pay/webhook/policies`,
        webhook({ targets: [{ type: 'http', address: 'ftp://x' }] }),
      ),
    values: { address: 'ftp://x' },
  },
  {
    kind: 'address not public',
    ask: () =>
      post(
        admin,
        `${projects}/pay/webhook/policies`,
        webhook({ targets: [{ type: 'http', address: 'http://10.0.0.1/hook' }] }),
      ),
    values: { address: 'http://10.0.0.1/hook' },
  },
  {
    kind: 'field empty',
    ask: () => post(admin, `${projects}/pay/webhook/policies`, webhook({ name: ' ' })),
    values: { what: 'name' },
  },
  {
    kind: 'last administrator',
    ask: () => put(admin, `/api/v2.0/users/${adminId}/sysadmin`, { sysadmin_flag: false }),
    values: { name: 'admin' },
  },
];

interface Refusal {
  readonly errors: readonly [{ readonly because?: { readonly kind: string; readonly values: object } }];
}

async function expectBecause({ kind, ask, values }: Case): Promise<void> {
  const answer = await ask();
  const text = answer.body.toString();
  assert.ok(answer.status >= 400 && answer.status < 500, `${kind}: ${answer.status} ${text}`);
  const { because } = (JSON.parse(text) as Refusal).errors[0];
  assert.equal(because?.kind, kind, text);
  if (values !== undefined) assert.deepEqual(because.values, values);
}

for (const each of cases) test(`a refusal says why to programs: ${each.kind}`, () => expectBecause(each));

test('a refusal says why to programs: what a setting forbids', async () => {
  await done(settings({ project_public_locked: true }));
  await expectBecause({
    kind: 'default locked',
    ask: () => post(lead, projects, { project_name: 'open', metadata: { public: 'true' } }),
    values: { what: 'public', setting: 'project_public_locked' },
  });
  await done(
    settings({ project_public_locked: false, project_name_pattern: 'team-*', projects_per_user: 1 }),
  );
  const make = (project_name: string) => () => post(bob, projects, { project_name });
  await expectBecause({ kind: 'project name pattern', ask: make('mine'), values: { pattern: 'team-*' } });
  await done(make('team-b')());
  await expectBecause({ kind: 'projects owned', ask: make('team-a'), values: { most: '1' } });
  await done(settings({ project_creator_groups: 'ops' }));
  await expectBecause({ kind: 'project creators', ask: make('team-a'), values: { groups: 'ops' } });
  await done(settings({ project_creation_restriction: 'adminonly' }));
  await expectBecause({ kind: 'project creation restricted', ask: make('team-a'), values: {} });
  await done(settings({ separation_of_duties: true }));
  await done(post(admin, '/api/berth/v1/grants', { who: 'bob', role: 'auditor', where: 'system' }));
  await expectBecause({
    kind: 'duties together',
    ask: () => post(admin, '/api/berth/v1/grants', { who: 'bob', role: 'operator', where: 'system' }),
    values: { name: 'bob', duties: 'auditor, operator' },
  });
});

test('a refusal says why to programs: a full project, a job that runs', async () => {
  const smallId = await makeProject(admin, 'small');
  const quotas = jsonOf<{ id: number }[]>(await admin.get(`/api/v2.0/quotas?reference_id=${smallId}`));
  await done(put(admin, `/api/v2.0/quotas/${quotas[0]?.id ?? 0}`, { hard: { storage: 1000 } }));
  await expectBecause({
    kind: 'storage limit',
    ask: () =>
      admin.call('POST', `${projects}/small/repositories/api/artifacts?from=pay/api:v1`, { headers: asked }),
  });
  held.hold();
  const id = await startVerification(admin);
  await expectBecause({
    kind: 'job runs',
    ask: () => post(admin, verifications, {}),
    values: { job: String(id) },
  });
  held.release();
});

test('a refusal says why to programs: what stands in the way of a restore', async () => {
  const trash = '/api/berth/v1/trash';
  const restoreNewest = async (): Promise<Answer> => {
    const [newest] = jsonOf<{ id: number }[]>(await admin.get(`${trash}?page_size=1`));
    return admin.call('POST', `${trash}/${newest?.id ?? 0}/restore`, { headers: asked });
  };
  await admin.pushImage('pay/back', 'v1', image);
  await done(remove(admin, `${projects}/pay/repositories/back/artifacts/v1/tags/v1`));
  await admin.pushImage('pay/back', 'v1', imageOf({ seed: 'another' }));
  await expectBecause({
    kind: 'tags taken',
    ask: restoreNewest,
    values: { item: 'pay/back:v1', tags: 'pay/back:v1' },
  });
  await done(remove(admin, `${projects}/pay/repositories/back`));
  await admin.pushImage('pay/back', 'v1', image);
  await expectBecause({ kind: 'place taken', ask: restoreNewest, values: { item: 'pay/back' } });
});

test('what stands in the way of who has the right says why to programs', async () => {
  const where = encodeURIComponent('pay/api:kept');
  const explained = await admin.get(`/api/berth/v1/explain?who=lead&action=delete&where=${where}`);
  const { gates } = jsonOf<{ gates: { because?: object }[] }>(explained);
  assert.deepEqual(
    gates.map(({ because }) => because),
    [{ kind: 'tag immutable', values: { tag: 'kept', rule: '1' } }],
  );
});

test('a refusal says why to programs: a view, read-only mode', async () => {
  const { token } = jsonOf<{ token: string }>(
    await post(admin, '/api/berth/v1/view-as', { who: 'bob' }),
    201,
  );
  const headers = { ...asked, 'X-Berth-View-As': token };
  await expectBecause({
    kind: 'view only',
    ask: () => admin.call('DELETE', api, { headers }),
    values: { who: 'bob' },
  });
  await done(settings({ read_only: true }));
  await expectBecause({ kind: 'read only', ask: () => remove(admin, api), values: {} });
  await done(settings({ read_only: false }));
});

test('at Harbor’s addresses a refusal has Harbor’s form and nothing else, unless why is asked for', async () => {
  const plain = await bob.call('DELETE', api);
  expectStatus(plain, 403);
  const { errors } = JSON.parse(plain.body.toString()) as { errors: object[] };
  assert.deepEqual(errors.map(Object.keys), [['code', 'message']]);
  const whole = JSON.parse((await remove(bob, api)).body.toString()) as { errors: object[] };
  assert.deepEqual(whole.errors.map(Object.keys), [['code', 'message', 'because']]);
  const own = await sendJson(bob, 'POST', '/api/berth/v1/roles', role);
  const [refusal = {}] = (JSON.parse(own.body.toString()) as { errors: object[] }).errors;
  assert.deepEqual(Object.keys(refusal), ['code', 'message', 'detail', 'because']);
  // Clients of /v2 show sentences only.
  const pushed = await bob.call('POST', '/v2/pay/api/blobs/uploads/', { headers: asked });
  expectStatus(pushed, 403);
  assert.doesNotMatch(pushed.body.toString(), /"because"/);
});
