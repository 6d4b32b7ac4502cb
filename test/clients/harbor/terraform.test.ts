// What terraform-provider-harbor asks of a server, replayed: its module is not served where Go's modules are, so no
// pinned tool of the tests can be built from it, and it does not run here. `terraform/` makes its requests, takes its
// answers as it does, and compares what it reads with what the file says; `npm run full:terraform` runs the provider
// itself under OpenTofu, where somebody has it, and compares its requests with these.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { imageOf } from '../../harness/image.ts';
import { expectStatus } from '../../harness/registry-client.ts';
import { jsonOf, sendJson } from '../../harness/rest.ts';
import { BerthServer } from '../../harness/start-server.ts';
import { user } from './terraform/accounts.ts';
import {
  findGroups,
  findMembers,
  findProject,
  findProjects,
  findRobots,
  findUsers,
} from './terraform/data-sources.ts';
import { DeclaredState, type Plan } from './terraform/declared-state.ts';
import { everyResource } from './terraform/every-resource.ts';
import { immutableRule } from './terraform/labels-and-rules.ts';
import { ProviderClient, Unexpected } from './terraform/provider-client.ts';
import type { Resource } from './terraform/resource-type.ts';

const server = await BerthServer.start();
const admin = server.client();
const api = new ProviderClient(admin);
const state = new DeclaredState(api, everyResource);
const base = '/api/v2.0';
let steps = 0;

after(() => server[Symbol.asyncDispose]());

function idOf(address: string): string {
  const id = state.ids.get(address);
  assert.ok(id !== undefined, `${address} is not kept`);
  return id;
}

async function expectNoChanges(round: 'first' | 'changed'): Promise<void> {
  assert.deepEqual(await state.plan(round), { create: [], change: [] } satisfies Plan);
  steps += everyResource.length;
}

function isOfProject({ wanted }: Resource): boolean {
  return ['project_id', 'scope'].some((name) => name in wanted(idOf, 'changed'));
}

async function signsIn(username: string, password: string): Promise<boolean> {
  const { status } = await server.client({ username, password }).get('/v2/');
  return status === 200;
}

test('apply makes every object, and the second plan says no changes', async () => {
  const { create, change } = await state.apply('first');
  assert.deepEqual([create.length, change], [everyResource.length, []]);
  steps += create.length;
  await expectNoChanges('first');
  assert.ok(await signsIn('robot$ci', 'Secret-of-ci-1'));
  assert.ok(await signsIn('ada', 'Correct-Horse-8'));
});

test('data sources find what was made, by their own way through the lists', async () => {
  assert.deepEqual(await findProject(api, 'apps'), [{ name: 'apps', public: false }]);
  assert.equal((await findProjects(api, /^(apps|plain)$/)).length, 2);
  assert.deepEqual(await findUsers(api, 'ada', 'ada@example.com'), [{ username: 'ada', admin: false }]);
  assert.deepEqual(await findUsers(api, 'ada', 'eve@example.com'), []);
  assert.deepEqual(await findGroups(api, 'builders'), [{ group_name: 'builders', group_type: 3 }]);
  assert.deepEqual(await findRobots(api, { name: 'ci' }), [{ name: 'robot$ci', disable: false }]);
  const projectId = idOf('harbor_project.apps').replace('/projects/', '');
  assert.deepEqual(await findRobots(api, { name: 'deploy', projectId }), [
    { name: 'robot$apps+deploy', disable: false },
  ]);
  const apps = idOf('harbor_project.apps');
  assert.deepEqual(await findMembers(api, apps, 'u'), [
    { name: 'ada', role_id: 2 },
    { name: 'admin', role_id: 1 },
  ]);
  assert.deepEqual(await findMembers(api, apps, 'g'), [{ name: 'builders', role_id: 5 }]);
});

test('a file with every field changed is applied in place, and the second plan says no changes', async () => {
  const before = state.ids;
  const { create, change } = await state.apply('changed');
  assert.deepEqual(create, []);
  assert.deepEqual(state.ids, before);
  steps += change.length;
  await expectNoChanges('changed');
  const quotas = jsonOf<{ ref: { name: string }; hard: { storage: number } }[]>(
    await admin.get(`${base}/quotas`),
  );
  assert.equal(quotas.find(({ ref }) => ref.name === 'apps')?.hard.storage, 7 * 1024 ** 3);
  assert.ok(await signsIn('ada', 'Correct-Horse-9'));
  assert.equal(await signsIn('ada', 'Correct-Horse-8'), false);
  // It is disabled now.
  assert.equal(await signsIn('robot$ci', 'Secret-of-ci-2'), false);
});

test('every object imported into an empty state differs in nothing that the provider reads', async () => {
  const imported = everyResource.filter(({ type }) => type.notImported !== true);
  const empty = new DeclaredState(new ProviderClient(admin), imported);
  for (const { address } of imported) await empty.import(address, idOf(address));
  const unread = imported.flatMap(({ address, type }) =>
    type.unread.map((attribute) => `${address}.${attribute}`),
  );
  const { create, change } = await empty.plan('changed');
  assert.deepEqual(create, []);
  assert.deepEqual(
    change.filter((each) => !unread.includes(each)),
    [],
  );
  steps += everyResource.length;
});

test('what is imported and applied once has no changes any more', async () => {
  // Of an account it would set the password that it has, which Harbor refuses as well.
  const others = everyResource.filter(({ type }) => type !== user && type.notImported !== true);
  const empty = new DeclaredState(new ProviderClient(admin), others);
  for (const { address } of others) await empty.import(address, idOf(address));
  await empty.apply('changed');
  assert.deepEqual(await empty.plan('changed'), { create: [], change: [] } satisfies Plan);
});

for (const { address, type } of everyResource) {
  if (type.single === true) continue;
  test(`${address}: deleted by hand, it is made again, and the second plan says no changes`, async () => {
    const id = idOf(address);
    expectStatus(await admin.delete(`${base}${id}`), 200);
    const parts = everyResource.filter((each) => address === 'harbor_project.apps' && isOfProject(each));
    for (const gone of [...parts, { address, type }].filter((each) => each.type.failsWhenGone === true)) {
      // The provider takes 404 for a failure there; people take the object out of the state.
      await assert.rejects(
        state.plan('changed'),
        (error) => error instanceof Unexpected && error.status === 404,
      );
      state.forget(gone.address);
    }
    const { create } = await state.apply('changed');
    assert.ok(create.includes(address));
    for (const part of parts) assert.ok(create.includes(part.address), part.address);
    steps += 1;
    // The operation that makes an account takes no rights, in Harbor too: the next run finds them missing.
    if (type === user)
      assert.deepEqual(await state.apply('changed'), { create: [], change: [`${address}.admin`] });
    await expectNoChanges('changed');
  });
}

test('rules beyond the first page of the list are found', async () => {
  const rules = new DeclaredState(
    api,
    Array.from({ length: 16 }, (_, number) => ({
      address: `harbor_immutable_tag_rule.r${number}`,
      type: immutableRule,
      wanted: () => ({
        project_id: idOf('harbor_project.plain'),
        repo_matching: `r${number}`,
        tag_matching: '**',
      }),
    })),
  );
  await rules.apply('first');
  assert.deepEqual(await rules.plan('first'), { create: [], change: [] } satisfies Plan);
  await rules.destroy();
});

test('a session with a token against forgery, which the provider fetches by a refused request', async () => {
  const login = await server.client(null).call('POST', '/c/login', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `principal=admin&password=${encodeURIComponent('Correct-Horse-7')}`,
  });
  const [, sid = ''] = /\bsid=([^;]+);/.exec(String(login.headers['set-cookie'])) ?? [];
  const nobody = server.client(null);
  const body = { name: 'by-session', scope: 'g', color: '#FFFFFF' };
  const refused = await sendJson(nobody, 'POST', `${base}/labels`, body, { Cookie: `sid=${sid}` });
  expectStatus(refused, 403);
  // The provider's way: up to the first semicolon, then what is between the first and the second equals sign.
  const cookie = (refused.headers['set-cookie'] ?? []).find((each) => each.startsWith('_gorilla_csrf='));
  const value = cookie?.split(';')[0]?.split('=')[1] ?? '';
  const again = new ProviderClient(nobody, {
    Cookie: `sid=${sid}; _gorilla_csrf=${value}`,
    'X-Harbor-Csrf-Token': String(refused.headers['x-harbor-csrf-token']),
  });
  const { id } = await again.post('/labels', body);
  await again.delete(id);
});

test('what needs a feature of a later version is refused by its name, and nothing is made', async () => {
  for (const [attribute, value, needs] of [
    ['vulnerability_scanning', true, 'auto_scan needs vulnerability scanning'],
    ['deployment_security', 'high', 'prevent_vul needs vulnerability scanning'],
    ['enable_content_trust_cosign', true, 'enable_content_trust_cosign needs'],
    ['auto_sbom_generation', true, 'auto_sbom_generation needs'],
    ['registry_id', 1, 'registry_id needs proxy projects'],
  ] as const) {
    const [, , , , , plain] = everyResource;
    assert.ok(plain !== undefined);
    const refused = new DeclaredState(api, [
      {
        ...plain,
        wanted: () => ({ name: 'refused', vulnerability_scanning: false, [attribute]: value }),
      },
    ]);
    await assert.rejects(
      refused.apply('first'),
      (error) => error instanceof Unexpected && error.status === 400 && error.message.includes(needs),
    );
  }
  expectStatus(await admin.head(`${base}/projects?project_name=refused`), 404);
});

test('destroy leaves nothing, also of a project with repositories', async () => {
  const { config, layers, manifest } = imageOf({ seed: 'left behind' });
  for (const repository of ['apps/plain', 'apps/nested/deep/image']) {
    for (const blob of [...layers, config]) await admin.pushBlob(repository, blob);
    await admin.pushManifest(repository, 'x', manifest);
  }
  await state.destroy();
  steps += everyResource.length;
  for (const list of ['users', 'usergroups', 'robots', 'labels?scope=g'])
    assert.deepEqual(jsonOf(await admin.get(`${base}/${list}`)), [], list);
  for (const list of ['projects', 'quotas'])
    assert.equal(jsonOf<unknown[]>(await admin.get(`${base}/${list}`)).length, 1, `${list}: library's`);
  const allowlist = jsonOf<{ items: unknown[] }>(await admin.get(`${base}/system/CVEAllowlist`));
  assert.deepEqual(allowlist.items, []);
  const types = new Set(everyResource.map(({ type }) => type.name));
  console.log(
    `terraform, replayed: ${types.size} resources, ${everyResource.length} objects, 7 data sources, ` +
      `${steps} steps, ${api.asked.length} requests`,
  );
});
