// What new projects begin with, what of it is locked, and who may make them, over HTTP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const path = '/api/berth/v1/project-defaults';
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['ann', 'bob']);
const admin = server.client();
const ann = server.client({ username: 'ann', password });
const bob = server.client({ username: 'bob', password });
for (const args of [
  ['group', 'create', 'makers'],
  ['group', 'add', 'makers', 'ann'],
]) {
  const { code, stderr } = await berth([...args, '--data', server.data]);
  assert.equal(code, 0, stderr);
}

const nothing = {
  public: false,
  public_locked: false,
  storage_limit: -1,
  storage_locked: false,
  members: [],
  members_locked: false,
  immutable_tags: [],
  immutable_locked: false,
  retention_locked: false,
  creator_groups: [],
  name_pattern: '',
  max_per_user: -1,
};
const read = async (): Promise<object> => jsonOf<object>(await admin.get(path));
const put = (changes: object, client: RegistryClient = admin): Promise<Answer> =>
  sendJson(client, 'PUT', path, changes);
async function defaults(changes: object): Promise<void> {
  expectStatus(await put({ ...nothing, ...changes }), 200);
}
const create = (client: RegistryClient, name: string, more: object = {}): Promise<Answer> =>
  sendJson(client, 'POST', projects, { project_name: name, ...more });
const isPublic = async (name: string): Promise<string> =>
  jsonOf<{ metadata: { public: string } }>(await admin.get(`${projects}/${name}`)).metadata.public;

test('getProjectDefaults, putProjectDefaults: what is left out stays; a wrong part changes nothing', async () => {
  assert.deepEqual(await read(), nothing);
  expectStatus(await put({ members: [{ group: 'makers', role: 'guest' }], max_per_user: 3 }), 200);
  expectStatus(await put({ name_pattern: 'team-*' }), 200);
  const now = {
    ...nothing,
    members: [{ group: 'makers', role: 'guest' }],
    max_per_user: 3,
    name_pattern: 'team-*',
  };
  assert.deepEqual(await read(), now);
  expectRefusal(await put({ public: true, creator_groups: ['nobody'] }), 400, 'BAD_REQUEST');
  expectRefusal(await put({ public: true, name_pattern: 'Not A Name' }), 400, 'BAD_REQUEST');
  expectRefusal(await put({ public: true, max_per_user: 0 }), 400, 'BAD_REQUEST');
  expectRefusal(await put({ public: true }, ann), 403, 'FORBIDDEN');
  expectRefusal(await ann.get(path), 403, 'FORBIDDEN');
  assert.deepEqual(await read(), now);
  const { code, stdout } = await berth(['project', 'defaults', '--json', '--data', server.data]);
  assert.deepEqual([code, JSON.parse(stdout)], [0, now]);
  await defaults({});
});

test('a project that does not say it is as public as the default; a lock keeps every way of changing it out', async () => {
  await defaults({ public: true });
  await makeProject(admin, 'shown');
  assert.equal(await isPublic('shown'), 'true');
  await defaults({ public: false, public_locked: true });
  const sentence = /public is locked to false for all projects \(project_public_locked\)/;
  assert.match(expectRefusal(await create(ann, 'other', { public: true }), 403, 'FORBIDDEN'), sentence);
  const metadata = { metadata: { public: 'true' } };
  expectRefusal(await create(admin, 'other', metadata), 403, 'FORBIDDEN');
  await makeProject(admin, 'hidden');
  assert.match(
    expectRefusal(await sendJson(admin, 'PUT', `${projects}/hidden`, metadata), 403, 'FORBIDDEN'),
    sentence,
  );
  const one = `${projects}/hidden/metadatas/public`;
  expectRefusal(await sendJson(admin, 'PUT', one, { public: 'true' }), 403, 'FORBIDDEN');
  assert.equal(await isPublic('hidden'), 'false');
  // What was otherwise before the lock stays, and may be brought in line.
  const more = { metadata: { public: 'true', severity: 'high' } };
  expectStatus(await sendJson(admin, 'PUT', `${projects}/shown`, more), 200);
  expectStatus(await admin.call('DELETE', `${projects}/shown/metadatas/public`), 200);
  assert.equal(await isPublic('shown'), 'false');
  await defaults({});
});

test('a locked storage limit is that of every new project, and stays', async () => {
  await defaults({ storage_limit: 5000, storage_locked: true });
  const refused = await create(admin, 'large', { storage_limit: 9000 });
  assert.match(expectRefusal(refused, 403, 'FORBIDDEN'), /storage_limit is locked to 5000/);
  const id = await makeProject(admin, 'small');
  const quota = `/api/v2.0/quotas/${id}`;
  assert.equal(jsonOf<{ hard: { storage: number } }>(await admin.get(quota)).hard.storage, 5000);
  expectRefusal(await sendJson(admin, 'PUT', quota, { hard: { storage: 9000 } }), 403, 'FORBIDDEN');
  await defaults({});
  expectStatus(await sendJson(admin, 'PUT', quota, { hard: { storage: 9000 } }), 200);
});

test('groups have their role in each new project, however it is made', async () => {
  await defaults({ members: [{ group: 'makers', role: 'developer' }] });
  await makeProject(bob, 'of-bob');
  await createProject(server, 'of-operator');
  for (const name of ['of-bob', 'of-operator'])
    expectStatus(await ann.call('POST', `/v2/${name}/app/blobs/uploads/`), 202);
  await defaults({});
  await makeProject(bob, 'without');
  expectStatus(await ann.call('POST', '/v2/without/app/blobs/uploads/'), 404);
});

test('a locked role of a group is not changed nor taken, by whatever way; other members are nobody’s concern', async () => {
  await defaults({ members: [{ group: 'makers', role: 'developer' }] });
  await makeProject(bob, 'with-members');
  const members = `${projects}/with-members/members`;
  const find = async (name: string) =>
    jsonOf<{ id: number; entity_name: string; role_name: string }[]>(await bob.get(members)).find(
      ({ entity_name: each }) => each === name,
    );
  const id = (await find('makers'))?.id;
  await defaults({ members: [{ group: 'makers', role: 'developer' }], members_locked: true });
  const sentence = /members is locked to makers=developer for all projects \(project_members_locked\)/;
  for (const client of [bob, admin]) {
    const changed = await sendJson(client, 'PUT', `${members}/${id}`, { role_id: 3 });
    assert.match(expectRefusal(changed, 403, 'FORBIDDEN'), sentence);
    for (const path of [`${members}/${id}`, `/api/berth/v1/grants/${id}`])
      assert.match(expectRefusal(await client.call('DELETE', path), 403, 'FORBIDDEN'), sentence);
    const ended = { who: 'group:makers', role: 'developer', where: 'with-members' };
    const until = await sendJson(client, 'POST', '/api/berth/v1/grants', {
      ...ended,
      expires_at: '2099-01-01T00:00:00Z',
    });
    assert.match(expectRefusal(until, 403, 'FORBIDDEN'), sentence);
  }
  const args = ['access', 'revoke', 'group:makers', 'developer', 'with-members', '--data', server.data];
  const { code, stderr } = await berth(args);
  assert.equal(code, 5);
  assert.match(stderr, sentence);
  expectStatus(await sendJson(bob, 'PUT', `${members}/${id}`, { role_id: 2 }), 200);
  expectStatus(await sendJson(bob, 'POST', members, { role_id: 3, member_user: { username: 'ann' } }), 201);
  expectStatus(await bob.call('DELETE', `${members}/${(await find('ann'))?.id}`), 200);
  assert.equal((await find('makers'))?.role_name, 'developer');
  await defaults({ members: [{ group: 'makers', role: 'developer' }] });
  expectStatus(await bob.call('DELETE', `${members}/${id}`), 200);
  await defaults({});
});

test('tags of a new project are immutable by the default, however it is made; locked, those rules stay', async () => {
  expectRefusal(await put({ immutable_tags: ['v[', 'x'] }), 400, 'BAD_REQUEST');
  await defaults({ immutable_tags: ['v*', 'release-*'], immutable_locked: true });
  await makeProject(bob, 'kept-by-bob');
  await createProject(server, 'kept-by-operator');
  interface Rule {
    readonly id: number;
    readonly disabled?: boolean;
    readonly tag_selectors: readonly { readonly pattern: string }[];
  }
  const rulesOf = async (name: string): Promise<Rule[]> =>
    jsonOf<Rule[]>(await admin.get(`${projects}/${name}/immutabletagrules`));
  for (const name of ['kept-by-bob', 'kept-by-operator'])
    assert.deepEqual(
      (await rulesOf(name)).map(({ tag_selectors: tags }) => tags[0]?.pattern),
      ['v*', 'release-*'],
    );
  const [first, second] = [imageOf({ seed: 'first' }), imageOf({ seed: 'second' })];
  await bob.pushImage('kept-by-bob/app', 'v1', first);
  for (const blob of [...second.layers, second.config]) await bob.pushBlob('kept-by-bob/app', blob);
  expectStatus(await bob.putManifest('kept-by-bob/app', 'v1', second.manifest), 412);
  expectStatus(await bob.putManifest('kept-by-bob/app', 'dev', second.manifest), 201);
  const rules = `${projects}/kept-by-bob/immutabletagrules`;
  const [rule] = await rulesOf('kept-by-bob');
  const sentence = /immutability is locked to v\* for all projects \(project_immutable_locked\)/;
  const refused = async (answer: Promise<Answer>): Promise<void> =>
    assert.match(expectRefusal(await answer, 403, 'FORBIDDEN'), sentence);
  const one = `${rules}/${rule?.id}`;
  const [selector] = rule?.tag_selectors ?? [];
  for (const client of [bob, admin]) {
    await refused(client.call('DELETE', one));
    await refused(sendJson(client, 'PUT', one, { ...rule, disabled: true }));
    await refused(sendJson(client, 'PUT', one, { ...rule, tag_selectors: [{ ...selector, pattern: 'w*' }] }));
  }
  expectStatus(await sendJson(bob, 'PUT', one, rule), 200);
  const own = { ...rule, id: undefined, tag_selectors: [{ ...selector, pattern: 'own' }] };
  const made = await sendJson(bob, 'POST', rules, own);
  expectStatus(made, 201);
  expectStatus(await bob.call('DELETE', String(made.headers['location'])), 200);
  assert.equal((await rulesOf('kept-by-bob')).length, 2);
  await defaults({ immutable_tags: ['v*'] });
  expectStatus(await bob.call('DELETE', one), 200);
  await defaults({});
});

test('locked, projects go by the system’s retention policy: nobody gives one its own or changes it; taking it away brings it in line', async () => {
  const rules = (days: number) => [
    {
      action: 'retain',
      template: 'nDaysSinceLastPush',
      params: { nDaysSinceLastPush: days },
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
    },
  ];
  const policy = (ref: number, days = 7): object => ({
    algorithm: 'or',
    rules: rules(days),
    scope: { level: 'project', ref },
    trigger: { kind: 'Schedule', settings: { cron: '' } },
  });
  const retentions = '/api/v2.0/retentions';
  const before = await makeProject(bob, 'before-the-lock');
  const made = await sendJson(bob, 'POST', retentions, policy(before));
  expectStatus(made, 201);
  const one = String(made.headers.location);
  const after = await makeProject(bob, 'after-the-lock');
  await defaults({ retention_locked: true });
  const sentence =
    /retention is locked to the default policy of the system for all projects \(project_retention_locked\)/;
  for (const client of [bob, admin]) {
    const created = await sendJson(client, 'POST', retentions, policy(after));
    assert.match(expectRefusal(created, 403, 'FORBIDDEN'), sentence);
    const changed = await sendJson(client, 'PUT', one, policy(before, 8));
    assert.match(expectRefusal(changed, 403, 'FORBIDDEN'), sentence);
  }
  expectStatus(await sendJson(bob, 'PUT', one, policy(before)), 200);
  const days = jsonOf<{ rules: { params: object }[] }>(await bob.get(one)).rules[0]?.params;
  assert.deepEqual(days, { nDaysSinceLastPush: 7 });
  expectStatus(await bob.call('DELETE', one), 200);
  const again = await sendJson(bob, 'POST', retentions, policy(before));
  assert.match(expectRefusal(again, 403, 'FORBIDDEN'), sentence);
  const own = { rules: rules(30), trigger: { kind: 'Schedule', settings: { cron: '' } } };
  const ofSystem = '/api/berth/v1/retention/default';
  expectStatus(await sendJson(admin, 'PUT', ofSystem, { algorithm: 'or', ...own }), 200);
  const preview = `/api/berth/v1/projects/after-the-lock/retention/preview`;
  assert.equal(jsonOf<{ policy_of: string }>(await sendJson(bob, 'POST', preview, {})).policy_of, 'system');
  expectStatus(await admin.call('DELETE', ofSystem), 200);
  await defaults({});
  expectStatus(await sendJson(bob, 'POST', retentions, policy(after)), 201);
});

test('the operator’s projects begin with the defaults, and the lock binds them', async () => {
  await defaults({ public: true });
  await createProject(server, 'shown-by-operator');
  assert.equal(await isPublic('shown-by-operator'), 'true');
  await defaults({ public_locked: true, storage_limit: 5000 });
  const args = ['project', 'create', 'open-by-operator', '--public', '--data', server.data];
  const { code, stderr } = await berth(args);
  assert.equal(code, 5);
  assert.match(stderr, /public is locked to false for all projects/);
  await createProject(server, 'closed-by-operator');
  assert.equal(await isPublic('closed-by-operator'), 'false');
  expectStatus(await admin.get(`${projects}/open-by-operator`), 404);
  await defaults({});
});

test('who makes projects is in a group for it, names them by the pattern, and owns so many', async () => {
  await defaults({ creator_groups: ['makers'], name_pattern: 'team-*-x', max_per_user: 2 });
  assert.match(expectRefusal(await create(bob, 'team-b-x'), 403, 'FORBIDDEN'), /only members of makers/);
  for (const name of ['team-x', 'other', 'team-a-y', 'a-team-a-x'])
    assert.match(expectRefusal(await create(ann, name), 403, 'FORBIDDEN'), /has to be like team-\*-x/);
  await makeProject(ann, 'team-a-x');
  await makeProject(ann, 'team-b-x');
  assert.match(expectRefusal(await create(ann, 'team-c-x'), 403, 'FORBIDDEN'), /may own 2 projects/);
  expectStatus(await admin.get(`${projects}/team-c-x`), 404);
  const renamed = await sendJson(ann, 'POST', '/api/berth/v1/projects/team-a-x/rename', { name: 'free' });
  expectRefusal(renamed, 403, 'FORBIDDEN');
  expectStatus(await ann.call('DELETE', `${projects}/team-a-x`), 200);
  const outcomes = await Promise.all(['d', 'e', 'f'].map((each) => create(ann, `team-${each}-x`)));
  assert.deepEqual(
    outcomes.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 403, 403],
  );
  await makeProject(admin, 'anything');
  await grantRole(server, { username: 'bob', role: 'guest', place: 'anything' });
  await defaults({});
  await makeProject(bob, 'free');
});
