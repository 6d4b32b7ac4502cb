// `/api/berth/v1/grants`: what was granted is read back by what its holders can do, on every face.

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
const payId = await makeProject(admin, 'pay');
await makeProject(admin, 'other');
const image = imageOf({ seed: 'grants' });
for (const repository of ['pay/api', 'pay/worker', 'other/app'])
  for (const tag of ['v1', 'dev']) await admin.pushImage(repository, tag, image);
await addUsers(server, ['lead', 'bob', 'eve', 'groupie']);
const client = (username: string): RegistryClient => server.client({ username, password });
const [lead, bob, eve, groupie] = [client('lead'), client('bob'), client('eve'), client('groupie')];

const path = '/api/berth/v1/grants';

interface Granted {
  readonly id: number;
  readonly who: string;
  readonly role: string;
  readonly where: string;
  readonly tag?: string;
  readonly expires_at?: string;
}

const grant = (as: RegistryClient, body: object): Promise<Answer> => sendJson(as, 'POST', path, body);
const give = async (as: RegistryClient, body: object): Promise<Granted> =>
  jsonOf<Granted>(await grant(as, body), 201);
const list = async (as: RegistryClient, query = ''): Promise<readonly Granted[]> =>
  jsonOf<Granted[]>(await as.get(`${path}?page_size=100${query}`));
const remove = (as: RegistryClient, id: number): Promise<Answer> => as.call('DELETE', `${path}/${id}`);
const pulls = async (as: RegistryClient, repository: string, tag = 'v1'): Promise<number> =>
  (await as.get(`/v2/${repository}/manifests/${tag}`)).status;
const pushes = async (as: RegistryClient, repository: string): Promise<number> =>
  (await as.call('POST', `/v2/${repository}/blobs/uploads/`)).status;
const refusalOf = ({ status, body }: Answer): string => {
  const [first] = (JSON.parse(body.toString()) as { errors: { code: string; message: string }[] }).errors;
  return `${status} ${first?.code ?? ''} ${first?.message ?? ''}`;
};

await give(admin, { who: 'lead', role: 'projectAdmin', where: 'pay' });

test('createGrant: pull on one repository opens that one everywhere, and nothing else', async () => {
  const given = await give(lead, { who: 'bob', role: 'pull', where: 'pay/api' });
  assert.deepEqual([given.who, given.role, given.where], ['bob', 'pull', 'pay/api']);
  assert.deepEqual(jsonOf<Granted>(await lead.get(`${path}/${given.id}`)), given);
  assert.deepEqual(
    [await pulls(bob, 'pay/api'), await pulls(bob, 'pay/worker'), await pushes(bob, 'pay/api')],
    [200, 404, 403],
  );
  const names = jsonOf<{ name: string }[]>(await bob.get('/api/v2.0/repositories'));
  assert.deepEqual(
    names.map(({ name }) => name),
    ['pay/api'],
  );
  const catalog = JSON.parse((await bob.get('/v2/_catalog')).body.toString()) as { repositories: string[] };
  assert.deepEqual(catalog.repositories, ['pay/api']);
  const hidden = await bob.get('/v2/pay/worker/manifests/v1');
  const missing = await bob.get('/v2/pay/absent/manifests/v1');
  const same = (text: string, name: string) => text.replaceAll(name, 'X').replace(/"requestId":"[^"]*"/, '');
  assert.equal(same(hidden.body.toString(), 'worker'), same(missing.body.toString(), 'absent'));
  expectStatus(await remove(lead, given.id), 200);
  assert.equal(await pulls(bob, 'pay/api'), 404);
});

test('createGrant: the same again changes its end only, and is told from a new one', async () => {
  const body = { who: 'bob', role: 'push,pull', where: 'pay/team/**', tag: 'v*' };
  const first = await grant(lead, body);
  assert.equal(first.headers['location'], `${path}/${jsonOf<Granted>(first, 201).id}`);
  const again = jsonOf<Granted>(await grant(lead, { ...body, expires_at: '2099-01-01T00:00:00Z' }));
  assert.deepEqual(
    { ...again, id: 0, created_at: '' },
    {
      id: 0,
      who: 'bob',
      role: 'pull,push',
      where: 'pay/team/**',
      tag: 'v*',
      expires_at: '2099-01-01T00:00:00.000Z',
      created_at: '',
    },
  );
  expectStatus(await remove(lead, again.id), 200);
});

test('createGrant: groups and robot accounts can have one, robots only actions in projects of theirs', async () => {
  const groupId = (await sendJson(admin, 'POST', '/api/v2.0/usergroups', { group_name: 'makers' })).headers[
    'location'
  ]
    ?.split('/')
    .at(-1);
  expectStatus(
    await sendJson(admin, 'POST', `/api/berth/v1/groups/${groupId}/members`, { username: 'groupie' }),
    201,
  );
  const toGroup = await give(lead, { who: 'group:makers', role: 'developer', where: 'pay/worker' });
  assert.deepEqual([await pushes(groupie, 'pay/worker'), await pulls(groupie, 'pay/api')], [202, 404]);
  const robot = jsonOf<{ id: number; name: string; secret: string }>(
    await sendJson(admin, 'POST', '/api/v2.0/robots', {
      name: 'ci',
      level: 'project',
      duration: -1,
      permissions: [{ kind: 'project', namespace: 'pay', access: [{ resource: 'label', action: 'read' }] }],
    }),
    201,
  );
  const asRobot = server.client({ username: robot.name, password: robot.secret });
  const who = `robot:${robot.name}`;
  assert.equal(await pulls(asRobot, 'pay/api'), 403);
  const toRobot = await give(lead, { who, role: 'pull', where: 'pay/api' });
  assert.equal(await pulls(asRobot, 'pay/api'), 200);
  const shown = jsonOf<Record<string, unknown>>(await admin.get(`/api/v2.0/robots/${robot.id}`));
  expectStatus(
    await sendJson(admin, 'PUT', `/api/v2.0/robots/${robot.id}`, {
      ...shown,
      permissions: [{ kind: 'project', namespace: 'pay', access: [{ resource: 'label', action: 'list' }] }],
    }),
    200,
  );
  assert.equal(await pulls(asRobot, 'pay/api'), 200, 'Harbor’s PUT keeps it');
  assert.match(
    refusalOf(await grant(admin, { who, role: 'developer', where: 'pay' })),
    /^400 .*role of people/,
  );
  assert.match(
    refusalOf(await grant(admin, { who, role: 'pull', where: 'other' })),
    /^400 .*another project/,
  );
  assert.match(refusalOf(await grant(admin, { who, role: 'pull', where: 'system' })), /^400 .*in a project/);
  assert.match(refusalOf(await grant(admin, { who: 'robot:no', role: 'pull', where: 'pay' })), /^404 /);
  assert.match(
    refusalOf(await grant(admin, { who: 'group:makers', role: 'system-admin', where: 'system' })),
    /^400 .*not of groups/,
  );
  for (const { id } of [toGroup, toRobot]) expectStatus(await remove(lead, id), 200);
  assert.deepEqual([await pulls(groupie, 'pay/worker'), await pulls(asRobot, 'pay/api')], [404, 403]);
});

test('createGrant, deleteGrant: only who has the right in the project, and on the system only its administrators', async () => {
  const given = await give(lead, { who: 'bob', role: 'maintainer', where: 'pay' });
  assert.match(
    refusalOf(await grant(bob, { who: 'eve', role: 'pull', where: 'pay' })),
    /^403 FORBIDDEN bob may not create pay: that needs projectAdmin/,
  );
  assert.match(refusalOf(await remove(bob, given.id)), /^403 FORBIDDEN bob may not delete pay/);
  for (const where of ['pay', 'other', 'absent'])
    assert.equal(refusalOf(await grant(eve, { who: 'eve', role: 'pull', where })), '403 FORBIDDEN forbidden');
  assert.match(
    refusalOf(await grant(lead, { who: 'eve', role: 'guest', where: 'system' })),
    /^403 .*system-admin/,
  );
  assert.equal(
    refusalOf(await remove(eve, given.id)).replace(String(given.id), 'N'),
    refusalOf(await remove(eve, 999_999)).replace('999999', 'N'),
  );
  expectStatus(await server.client(null).get(path), 401);
  expectStatus(await remove(lead, given.id), 200);
});

test('createGrant: a role everywhere is the system’s; the last administrator stays', async () => {
  const everywhere = await give(admin, { who: 'eve', role: 'guest', where: 'system' });
  assert.equal(await pulls(eve, 'other/app'), 200);
  expectStatus(await remove(admin, everywhere.id), 200);
  assert.equal(await pulls(eve, 'other/app'), 404);
  const [own] = (await list(admin, '&role=system-admin')).filter(({ who }) => who === 'admin');
  assert.match(refusalOf(await remove(admin, own?.id ?? 0)), /^412 /);
  await makeProject(admin, 'system');
  assert.match(
    refusalOf(await grant(admin, { who: 'eve', role: 'guest', where: 'system' })),
    /^400 .*called system/,
  );
});

test('createGrant: bad input changes nothing', async () => {
  const before = await list(admin);
  const good = { who: 'bob', role: 'guest', where: 'pay' };
  const bad: readonly (readonly [object, number, RegExp])[] = [
    [{ ...good, where: 'pay/a*' }, 400, /names no place/],
    [{ ...good, where: 'pay/**/x' }, 400, /names no place/],
    [{ ...good, where: '' }, 400, /names no place|where/],
    [{ ...good, role: 'devloper' }, 400, /no role ..devloper/],
    [{ ...good, role: 'pull,guest' }, 400, /guest.+ is no action/],
    [{ ...good, tag: '*v' }, 400, /names no tags/],
    [{ ...good, expires_at: '2020-01-01T00:00:00Z' }, 400, /ended already/],
    [{ ...good, expires_at: 'soon' }, 400, /no time|date/],
    [{ ...good, who: 'nobody-there' }, 404, /no user/],
    [{ ...good, who: 'b\u0000b' }, 404, /no user/],
    [{ role: 'guest', where: 'pay' }, 400, /who is meant/],
    [{ ...good, who: 'group:' }, 400, /who is meant/],
    [{ who: 'bob', where: 'pay' }, 400, /no role/],
  ];
  for (const [body, status, says] of bad) {
    const answer = await grant(lead, body);
    assert.equal(answer.status, status, `${JSON.stringify(body)}: ${answer.body.toString()}`);
    assert.match(answer.body.toString(), says);
  }
  assert.deepEqual(await list(admin), before);
});

test('listGrants: filters and pages; a member of nothing sees their own only', async () => {
  const given: Granted[] = [];
  for (const tag of ['a', 'b', 'c'])
    given.push(await give(lead, { who: 'bob', role: 'pull', where: 'pay/api', tag }));
  assert.deepEqual((await list(admin, '&project=pay&holder=bob&role=pull')).length, 3);
  assert.deepEqual((await list(admin, '&project=other&holder=bob')).length, 0);
  const first = await admin.get(`${path}?holder=bob&page_size=2`);
  assert.equal(first.headers['x-total-count'], '3');
  assert.match(String(first.headers['link']), /rel="next"/);
  assert.equal(jsonOf<Granted[]>(await admin.get(`${path}?holder=bob&page_size=2&page=2`)).length, 1);
  assert.deepEqual(
    (await list(bob)).map(({ id }) => id),
    given.map(({ id }) => id),
  );
  assert.deepEqual(await list(eve), []);
  assert.deepEqual(await list(eve, '&project=pay'), await list(eve, '&project=absent'));
  assert.deepEqual(new Set((await list(lead)).map(({ where }) => where.split('/')[0])), new Set(['pay']));
  for (const { id } of given) expectStatus(await remove(lead, id), 200);
});

test('listGrants: parts of names find their holders of every kind', async () => {
  const given: Granted[] = [];
  for (const who of ['bob', 'group:makers', 'robot:pay+ci'])
    given.push(await give(lead, { who, role: 'pull', where: 'pay/api', tag: 'find-*' }));
  const found = async (part: string): Promise<string[]> =>
    (await list(lead, `&project=pay&holder_contains=${encodeURIComponent(part)}`))
      .filter(({ tag }) => tag === 'find-*')
      .map(({ who }) => who);
  const robot = given[2]?.who ?? '';
  assert.deepEqual(await found('o'), ['bob']);
  assert.deepEqual(await found('AK'), ['group:makers']);
  assert.deepEqual(await found('group:ak'), ['group:makers']);
  assert.deepEqual(await found('group:'), ['group:makers']);
  assert.deepEqual(await found('group:bob'), []);
  for (const part of ['robot:', 'y+c', 'robot:ci', robot, robot.slice('robot:'.length, -1)])
    assert.deepEqual(await found(part), [robot], part);
  assert.deepEqual(await found('%'), []);
  for (const { id } of given) expectStatus(await remove(lead, id), 200);
});

test('listGrants: of an account also what its groups have, for who may know in which it is', async () => {
  const own = await give(admin, { who: 'groupie', role: 'guest', where: 'other' });
  const groups = await give(admin, { who: 'group:makers', role: 'developer', where: 'pay/worker' });
  const asked = '&holder=groupie&through_groups=true';
  for (const asker of [admin, groupie])
    assert.deepEqual(
      await list(asker, asked),
      [own, groups].toSorted((a, b) => a.id - b.id),
    );
  assert.deepEqual(await list(admin, '&holder=groupie'), [own]);
  assert.deepEqual(await list(admin, '&holder=bob&through_groups=true'), []);
  assert.deepEqual(await list(admin, '&holder=no-one&through_groups=true'), []);
  assert.deepEqual(await list(admin, '&holder=group:makers&through_groups=true'), [groups]);
  for (const asker of [lead, eve])
    assert.match(refusalOf(await asker.get(`${path}?${asked}`)), /^403 FORBIDDEN in which groups others are/);
  for (const { id } of [own, groups]) expectStatus(await remove(admin, id), 200);
});

test('Harbor’s members are the roles in a project as such; it leaves the rest alone', async () => {
  const members = '/api/v2.0/projects/pay/members';
  const rest = await give(lead, { who: 'bob', role: 'pull', where: 'pay' });
  const one = await give(lead, { who: 'bob', role: 'guest', where: 'pay/api' });
  const shown = async () =>
    jsonOf<{ id: number; entity_name: string; role_name: string }[]>(await lead.get(members)).filter(
      ({ entity_name: name }) => name === 'bob',
    );
  assert.deepEqual(await shown(), []);
  expectStatus(await sendJson(lead, 'POST', members, { role_id: 2, member_user: { username: 'bob' } }), 201);
  const [member] = await shown();
  assert.equal(member?.role_name, 'developer');
  expectStatus(await sendJson(lead, 'PUT', `${members}/${member?.id}`, { role_id: 3 }), 200);
  expectStatus(await lead.call('DELETE', `${members}/${member?.id}`), 200);
  assert.deepEqual(
    (await list(lead, '&holder=bob')).map(({ id }) => id),
    [rest.id, one.id],
  );
  for (const { id } of [rest, one]) expectStatus(await remove(lead, id), 200);
});

const makeRole = async (name: string, permissions: readonly string[], level = 'project'): Promise<void> => {
  expectStatus(await sendJson(admin, 'POST', '/api/berth/v1/roles', { name, level, permissions }), 201);
};

test('createGrant: a role of the registry’s own is given, listed and taken like Harbor’s, by who holds what is in it', async () => {
  await makeRole('puller', ['repository:pull', 'repository:list']);
  await makeRole('inviter', ['member:create', 'member:list', 'repository:pull']);
  await makeRole('helpdesk', ['user:list'], 'system');
  const given = await give(lead, { who: 'bob', role: 'puller', where: 'pay/api' });
  assert.deepEqual([given.role, given.where], ['puller', 'pay/api']);
  assert.deepEqual(await list(admin, '&role=puller'), [given]);
  assert.deepEqual([await pulls(bob, 'pay/api'), await pulls(bob, 'pay/worker')], [200, 404]);
  assert.match(refusalOf(await grant(lead, { who: 'bob', role: 'puller', where: 'other' })), /^403 /);
  await give(lead, { who: 'eve', role: 'inviter', where: 'pay' });
  const less = { who: 'groupie', role: 'pull', where: 'pay/api' };
  for (const role of ['puller', 'developer', 'helpdesk', 'auditor'])
    assert.match(refusalOf(await grant(eve, { ...less, role })), /^403 .* eve cannot give anybody/, role);
  await makeRole('only-pull', ['repository:pull']);
  const passed = await give(eve, { ...less, role: 'only-pull' });
  assert.equal(await pulls(groupie, 'pay/api'), 200);
  const robot = { name: 'own', duration: -1, level: 'project', permissions: [] as object[] };
  robot.permissions.push({
    kind: 'project',
    namespace: 'pay',
    access: [{ resource: 'tag', action: 'list' }],
  });
  expectStatus(await sendJson(admin, 'POST', '/api/v2.0/robots', robot), 201);
  for (const [who, role, where] of [
    ['robot:pay+own', 'puller', 'pay'],
    ['robot:pay+own', 'auditor', 'system'],
    ['bob', 'puller', 'system'],
    ['bob', 'helpdesk', 'pay'],
    ['bob', 'auditor', 'pay/api'],
  ])
    assert.match(refusalOf(await grant(admin, { who, role, where })), /^400 /, `${who} ${role} ${where}`);
  for (const each of [given, passed, ...(await list(admin, '&role=inviter'))])
    expectStatus(await remove(lead, each.id), 200);
  assert.equal(await pulls(bob, 'pay/api'), 404);
  const desk = await give(admin, { who: 'bob', role: 'helpdesk', where: 'system' });
  expectStatus(await bob.get('/api/v2.0/users'), 200);
  expectStatus(await remove(admin, desk.id), 200);
  expectStatus(await bob.get('/api/v2.0/users'), 403);
});

test('what a robot account was given beside its lists counts as its own: for its secret, and on the list of what ends', async () => {
  await makeRole('keeper', ['robot:read', 'robot:update', 'tag:list']);
  const held = await give(admin, { who: 'bob', role: 'keeper', where: 'pay' });
  const robots = jsonOf<{ id: number; name: string }[]>(
    await admin.get(`/api/v2.0/robots?q=Level%3Dproject,ProjectID%3D${payId}`),
  );
  const id = robots.find(({ name }) => name.endsWith('pay+own'))?.id ?? 0;
  const headers = { 'Content-Type': 'application/json' };
  const secret = async () =>
    (await bob.call('PATCH', `/api/v2.0/robots/${id}`, { headers, body: '{"secret":""}' })).status;
  assert.equal(await secret(), 200);
  const soon = new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString();
  const beside = await give(lead, { who: 'robot:pay+own', role: 'push', where: 'pay/api', expires_at: soon });
  assert.equal(await secret(), 403);
  const ending = jsonOf<{ kind: string; holder?: string }[]>(await admin.get('/api/berth/v1/expiring'));
  assert.deepEqual(
    ending.filter(({ kind }) => kind === 'grant').map(({ holder }) => holder),
    ['robot:pay+own'],
  );
  for (const each of [beside, held]) expectStatus(await remove(admin, each.id), 200);
});

test('createGrant: duties are given on the system by its administrators; an auditor sees all grants and changes none', async () => {
  const auditor = { who: 'eve', role: 'Auditor', where: 'system', expires_at: '2099-01-01T00:00:00Z' };
  assert.match(refusalOf(await grant(lead, auditor)), /^403 /);
  const given = await give(admin, auditor);
  assert.deepEqual(
    [given.role, given.where, given.expires_at],
    ['auditor', 'system', '2099-01-01T00:00:00.000Z'],
  );
  assert.equal(jsonOf<Granted>(await grant(admin, auditor)).id, given.id);
  assert.deepEqual(await list(eve), await list(admin));
  const one = (await list(admin, '&holder=lead'))[0];
  assert.equal((await remove(eve, one?.id ?? 0)).status, 403);
  assert.equal((await grant(eve, { who: 'eve', role: 'pull', where: 'pay' })).status, 403);
  expectStatus(await remove(admin, given.id), 200);
  assert.deepEqual(await list(eve), []);
});

test('createGrant: where duties are separated nobody gets a second one by a grant, nor by a group', async () => {
  const separate = async (on: boolean) =>
    sendJson(admin, 'PUT', '/api/v2.0/configurations', { separation_of_duties: on });
  expectStatus(await separate(true), 200);
  const auditor = await give(admin, { who: 'eve', role: 'auditor', where: 'system' });
  const before = await list(admin);
  for (const role of ['operator', 'security-officer', 'system-admin'])
    assert.match(
      refusalOf(await grant(admin, { who: 'eve', role, where: 'system' })),
      /^409 CONFLICT eve would be/,
    );
  expectStatus(
    await sendJson(admin, 'POST', '/api/v2.0/usergroups', { group_name: 'ops', group_type: 3 }),
    201,
  );
  const run = (...args: string[]) => berth([...args, '--data', server.data]);
  assert.equal((await run('group', 'add', 'ops', 'eve')).code, 0);
  assert.match(
    refusalOf(await grant(admin, { who: 'group:ops', role: 'operator', where: 'system' })),
    /^409 /,
  );
  assert.notEqual((await run('access', 'grant', 'eve', 'operator', 'system')).code, 0);
  assert.deepEqual(await list(admin), before);
  expectStatus(await separate(false), 200);
  expectStatus(await remove(admin, auditor.id), 200);
});
