// Tags that only some may create, move and delete: the rules over the API and the command line, and whom they stop.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
for (const project of ['pay', 'other']) await makeProject(admin, project);
await addUsers(server, ['lead', 'keeper', 'dev', 'eve']);
await grantRole(server, { username: 'lead', role: 'projectAdmin', place: 'pay' });
await grantRole(server, { username: 'keeper', role: 'maintainer', place: 'pay' });
await grantRole(server, { username: 'dev', role: 'developer', place: 'pay' });
const clientOf = (username: string): RegistryClient => server.client({ username, password });
const [lead, keeper, dev, eve] = ['lead', 'keeper', 'dev', 'eve'].map(clientOf) as [
  RegistryClient,
  RegistryClient,
  RegistryClient,
  RegistryClient,
];
const one = imageOf({ seed: 'one' });
const two = imageOf({ seed: 'two' });

interface Rule {
  readonly id: number;
  readonly tags: string;
  readonly repositories: string;
  readonly allowed: readonly string[];
}

const rulesAt = (project: string | number): string => `/api/berth/v1/projects/${project}/protected-tags`;
const rulesOf = async (project: string): Promise<Rule[]> => jsonOf<Rule[]>(await admin.get(rulesAt(project)));
const add = (client: RegistryClient, rule: object, project = 'pay') =>
  sendJson(client, 'POST', rulesAt(project), rule);
const change = (client: RegistryClient, id: number, rule: object, project = 'pay') =>
  sendJson(client, 'PUT', `${rulesAt(project)}/${id}`, rule);
const put = (client: RegistryClient, path: string, image: typeof one): Promise<Answer> =>
  client.call('PUT', `/v2/${path}`, {
    headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
    body: image.manifest.bytes,
  });

test('createProtectedTags: project administrators make rules, maintainers do not; a bad one changes nothing', async () => {
  const rule = { tags: 'v*', repositories: 'team/**', allowed: ['dev'] };
  const { id } = jsonOf<{ id: number }>(await add(lead, rule), 201);
  assert.deepEqual(await rulesOf('pay'), [{ id, ...rule }]);
  expectRefusal(await add(keeper, { tags: 'w*', allowed: ['keeper'] }), 403, 'FORBIDDEN');
  expectRefusal(await add(eve, { tags: 'w*', allowed: ['eve'] }), 403, 'FORBIDDEN');
  expectStatus(await add(server.client(null), { tags: 'w*', allowed: ['eve'] }), 401);
  expectRefusal(await add(lead, rule), 409, 'CONFLICT');
  expectRefusal(await add(lead, { tags: '*-rc', allowed: ['dev'] }), 400, 'BAD_REQUEST');
  expectRefusal(await add(lead, { tags: 'w*', repositories: '*', allowed: ['dev'] }), 400, 'BAD_REQUEST');
  expectRefusal(await add(lead, { tags: 'w*' }), 400, 'BAD_REQUEST');
  const nobody = await add(lead, { tags: 'w*', allowed: ['group:none'] });
  assert.match(expectRefusal(nobody, 404, 'NOT_FOUND'), /no group "none"/);
  assert.equal((await rulesOf('pay')).length, 1);
});

test('listProtectedTags: members who may list members see whom to ask, others nothing', async () => {
  assert.equal(jsonOf<Rule[]>(await dev.get(rulesAt('pay'))).length, 1);
  expectRefusal(await eve.get(rulesAt('pay')), 403, 'FORBIDDEN');
  expectRefusal(await admin.get(rulesAt('none')), 404, 'NOT_FOUND');
});

test('updateProtectedTags, deleteProtectedTags: a rule of another project is 404, the change holds at once', async () => {
  const [{ id } = { id: 0 }] = await rulesOf('pay');
  expectRefusal(await change(admin, id, { tags: 'x', allowed: ['dev'] }, 'other'), 404, 'NOT_FOUND');
  expectRefusal(await admin.call('DELETE', `${rulesAt('other')}/${id}`), 404, 'NOT_FOUND');
  expectRefusal(await change(keeper, id, { tags: 'x', allowed: ['keeper'] }), 403, 'FORBIDDEN');
  expectStatus(await change(lead, id, { tags: 'x*', allowed: ['lead', 'dev'] }), 200);
  assert.deepEqual(await rulesOf('pay'), [{ id, tags: 'x*', repositories: '**', allowed: ['lead', 'dev'] }]);
  await dev.pushImage('pay/app', 'x1', one);
  await keeper.pushImage('pay/app', 'free', two);
  expectStatus(await put(keeper, 'pay/app/manifests/x1', two), 403);
  expectRefusal(await keeper.call('DELETE', `${rulesAt('pay')}/${id}`), 403, 'FORBIDDEN');
  expectStatus(await lead.call('DELETE', `${rulesAt('pay')}/${id}`), 200);
  expectStatus(await put(keeper, 'pay/app/manifests/x1', two), 201);
  const log = jsonOf<{ operation: string; resource_type: string }[]>(
    await admin.get('/api/v2.0/auditlog-exts?page_size=100&q=op_result%3Dtrue'),
  );
  const told = log.filter((row) => row.resource_type === 'protected-tag').map((row) => row.operation);
  assert.deepEqual(told, ['delete', 'update', 'create']);
});

test('a protected tag is neither made, moved nor deleted in any way by who is not named, administrators included', async () => {
  await dev.pushImage('pay/api', 'v1', one);
  await dev.pushImage('pay/api', 'other', two);
  const { id } = jsonOf<{ id: number }>(await add(lead, { tags: 'v*', allowed: ['dev'] }), 201);
  const sentence = `the tag pay/api:v1 is protected: only dev may create, move or delete tags v* in pay/** (rule ${id})`;
  const [first, second] = [one.manifest.digest, two.manifest.digest];
  for (const client of [admin, lead, keeper]) {
    for (const answer of [
      await put(client, 'pay/api/manifests/v1', two),
      await put(client, `pay/api/manifests/${second}?tag=v1&tag=y`, two),
      await client.call('DELETE', '/v2/pay/api/manifests/v1'),
      await client.call('DELETE', `/v2/pay/api/manifests/${first}`),
    ]) {
      expectStatus(answer, 403);
      const [error] = (JSON.parse(answer.body.toString()) as { errors: object[] }).errors;
      assert.deepEqual(error, {
        code: 'DENIED',
        message: sentence,
        detail: 'use another tag, ask one of them, or have the rule changed: berth tag protections pay',
      });
    }
    expectStatus(await put(client, 'pay/api/manifests/v2', two), 403);
    const repository = '/api/v2.0/projects/pay/repositories/api';
    const restored = '/api/berth/v1/projects/pay/repositories/api/tags/v1/restore';
    for (const [method, path, body] of [
      ['DELETE', `${repository}/artifacts/v1`],
      ['DELETE', `${repository}/artifacts/v1/tags/v1`],
      ['DELETE', repository],
      ['POST', `${repository}/artifacts/other/tags`, { name: 'v1.1' }],
      ['POST', '/api/v2.0/projects/pay/repositories/copy/artifacts?from=pay/api:v1'],
    ] as const) {
      const answer =
        body === undefined ? await client.call(method, path) : await sendJson(client, 'POST', path, body);
      assert.match(expectRefusal(answer, 403, 'FORBIDDEN'), /is protected: only dev may/);
    }
    expectStatus(await sendJson(client, 'POST', restored, {}), 409);
  }
  expectRefusal(await lead.call('DELETE', '/api/v2.0/projects/pay'), 412, 'PRECONDITION');
  expectStatus(await admin.get('/v2/pay/copy/manifests/v1'), 404);
  expectStatus(await put(dev, 'pay/api/manifests/v1', two), 201);
  const back = '/api/berth/v1/projects/pay/repositories/api/tags/v1/restore';
  expectRefusal(await sendJson(lead, 'POST', back, {}), 403, 'FORBIDDEN');
  assert.deepEqual(jsonOf(await sendJson(dev, 'POST', back, {})), { digest: first });
});

test('a robot and a group are named; whoever is named needs the right to push all the same', async () => {
  const permissions = [
    {
      kind: 'project',
      namespace: 'other',
      access: ['push', 'pull'].map((action) => ({ resource: 'repository', action })),
    },
  ];
  const made = await sendJson(admin, 'POST', '/api/v2.0/robots', {
    name: 'ci',
    level: 'project',
    duration: -1,
    permissions,
  });
  const { name, secret } = jsonOf<{ name: string; secret: string }>(made, 201);
  const robot = server.client({ username: name, password: secret });
  const run = (...args: string[]) => berth([...args, '--data', server.data]);
  assert.equal((await run('group', 'create', 'releasers')).code, 0);
  assert.equal((await run('group', 'add', 'releasers', 'eve')).code, 0);
  const allowed = ['group:releasers', 'robot:other+ci'];
  expectStatus(await add(admin, { tags: 'latest', allowed }, 'other'), 201);
  assert.deepEqual((await rulesOf('other'))[0]?.allowed, allowed);
  const foreign = await add(lead, { tags: 'latest', allowed: ['robot:other+ci'] });
  expectRefusal(foreign, 404, 'NOT_FOUND');
  await robot.pushImage('other/app', 'latest', one);
  await admin.pushImage('other/app', 'two', two);
  expectStatus(await put(admin, 'other/app/manifests/latest', two), 403);
  // Without a role the project is not there for her.
  expectStatus(await put(eve, 'other/app/manifests/latest', two), 404);
  await grantRole(server, { username: 'eve', role: 'developer', place: 'other' });
  expectStatus(await put(eve, 'other/app/manifests/latest', two), 201);
});

test('berth tag protect, protections and unprotect make, list and delete the same rules', async () => {
  await makeProject(admin, 'cli');
  const run = (...args: string[]) => berth(['tag', ...args, '--data', server.data]);
  assert.equal((await run('protect', 'cli', 'v*')).code, 2);
  const made = await run(
    'protect',
    'cli',
    'v*',
    '--repositories',
    'team/**',
    '--allow',
    'dev',
    'group:releasers',
  );
  assert.deepEqual([made.code, made.stderr], [0, 'Done: cli v*\n']);
  const [rule] = await rulesOf('cli');
  const listed = await run('protections', 'cli', '--json');
  assert.deepEqual(JSON.parse(listed.stdout), [rule]);
  assert.deepEqual(
    [rule?.tags, rule?.repositories, rule?.allowed],
    ['v*', 'team/**', ['group:releasers', 'dev']],
  );
  assert.match((await run('protections', 'cli')).stdout, /v\*\s+team\/\*\*\s+group:releasers dev/);
  assert.equal((await run('unprotect', 'cli', 'x', '--yes')).code, 2);
  assert.equal((await run('unprotect', 'cli', String(rule?.id), '--yes')).code, 0);
  assert.deepEqual(await rulesOf('cli'), []);
});
