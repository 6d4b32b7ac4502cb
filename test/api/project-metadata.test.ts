// Harbor's operations on the metadata of projects, and the lists of vulnerabilities that are let through.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'mary', 'guest', 'stranger']);
const admin = server.client();
const anonymous = server.client(null);
const client = (username: string): RegistryClient => server.client({ username, password });
const [alice, mary, guest, stranger] = [client('alice'), client('mary'), client('guest'), client('stranger')];
const id = await makeProject(alice, 'team');
await grantRole(server, { username: 'mary', role: 'maintainer', place: 'team' });
await grantRole(server, { username: 'guest', role: 'guest', place: 'team' });

const one = `${projects}/team/metadatas`;
type Texts = Readonly<Record<string, string>>;
const list = async (who: RegistryClient = alice): Promise<Texts> => jsonOf<Texts>(await who.get(one));
const get = async (name: string): Promise<Texts> => jsonOf<Texts>(await alice.get(`${one}/${name}`));
const put = (name: string, value: unknown, who: RegistryClient = alice) =>
  sendJson(who, 'PUT', `${one}/${name}`, { [name]: value });
const post = (body: unknown, who: RegistryClient = alice) => sendJson(who, 'POST', `${one}/`, body);

interface Project {
  readonly metadata: Texts;
  readonly cve_allowlist: Readonly<Record<string, unknown>>;
  readonly update_time: string;
}
const project = async (): Promise<Project> => jsonOf<Project>(await alice.get(`${projects}/team`));

test('listProjectMetadatas: a plain map of texts, by name and by id, with and without the slash', async () => {
  assert.deepEqual(await list(), { public: 'false' });
  for (const path of [`${one}/`, `${projects}/${id}/metadatas`, `${projects}/${id}/metadatas/`])
    assert.deepEqual(jsonOf(await admin.get(path)), { public: 'false' });
});

test('addProjectMetadatas: exactly one key, answered with 200, and 409 where it is there', async () => {
  const added = await post({ severity: 'HIGH' });
  expectStatus(added, 200);
  assert.equal(added.body.length, 0);
  assert.equal(added.headers.location, undefined);
  assert.deepEqual(await get('severity'), { severity: 'high' });
  expectRefusal(await post({ severity: 'low' }), 409, 'CONFLICT');
  expectRefusal(await post({ public: 'true' }), 409, 'CONFLICT');
  for (const body of [{}, { auto_scan: 'false', prevent_vul: 'false' }])
    assert.match(expectRefusal(await post(body), 400, 'BAD_REQUEST'), /only allow one key/);
  for (const body of [{ unknown: 'x' }, { retention_id: '1' }, { ['__proto__']: 'x' }, { toString: 'x' }])
    expectRefusal(await post(body), 400, 'BAD_REQUEST');
  for (const body of [{ severity: 5 }, { severity: true }, [], 'severity'])
    expectRefusal(await post(body), 422, 'UNPROCESSABLE_ENTITY');
  assert.deepEqual(await list(), { public: 'false', severity: 'high' });
});

test('getProjectMetadata: a key with its value; of one that is missing an empty object', async () => {
  assert.deepEqual(await get('public'), { public: 'false' });
  for (const name of ['auto_scan', 'unknown', '__proto__', 'toString', 'a%2Fb'])
    assert.deepEqual(await get(name), {});
});

test('updateProjectMetadata: the value under the name of the address counts; unknown keys are 400', async () => {
  expectStatus(await sendJson(alice, 'PUT', `${one}/severity`, { severity: 'low', public: 'true' }), 200);
  assert.deepEqual(await list(), { public: 'false', severity: 'low' });
  for (const [name, value] of [
    ['unknown', 'x'],
    ['retention_id', '1'],
    ['severity', 'worst'],
    ['severity', ''],
    ['severity', 'low\0'],
    ['public', 'maybe'],
    ['proxy_speed_kb', 'fast'],
  ] as const)
    expectRefusal(await put(name, value), 400, 'BAD_REQUEST');
  expectRefusal(await sendJson(alice, 'PUT', `${one}/severity`, { other: 'low' }), 400, 'BAD_REQUEST');
  assert.deepEqual(await list(), { public: 'false', severity: 'low' });
});

for (const [sent, stored] of [
  ['1', 'true'],
  ['t', 'true'],
  ['TRUE', 'true'],
  ['0', 'false'],
  ['F', 'false'],
] as const) {
  test(`updateProjectMetadata: ${sent} is stored as ${stored}`, async () => {
    expectStatus(await put('reuse_sys_cve_allowlist', sent), 200);
    assert.deepEqual(await get('reuse_sys_cve_allowlist'), { reuse_sys_cve_allowlist: stored });
  });
}

test('updateProjectMetadata: what is public is there for everybody, until it is not', async () => {
  expectRefusal(await anonymous.get(`${projects}/team`), 401, 'UNAUTHORIZED');
  expectStatus(await put('public', 'T'), 200);
  expectStatus(await anonymous.get(`${projects}/team`), 200);
  expectStatus(await alice.delete(`${one}/public`), 200);
  expectRefusal(await anonymous.get(`${projects}/team`), 401, 'UNAUTHORIZED');
});

test('updateProjectMetadata: what promises protection is refused, and taken where it promises none', async () => {
  for (const name of [
    'enable_content_trust',
    'enable_content_trust_cosign',
    'prevent_vul',
    'auto_scan',
    'auto_sbom_generation',
    'proxy_referrer_api',
    'proxy_cache_local_on_not_found',
  ]) {
    const message = expectRefusal(await put(name, 'true'), 400, 'BAD_REQUEST');
    assert.match(message, new RegExp(`^${name} needs .*, not in this version$`));
    expectStatus(await put(name, 'f'), 200);
    assert.deepEqual(await get(name), { [name]: 'false' });
  }
  for (const name of ['proxy_cache_filter_pattern', 'proxy_cache_filter_kind', 'proxy_speed_kb'])
    expectRefusal(await put(name, '5'), 400, 'BAD_REQUEST');
});

test('deleteProjectMetadata: the key is gone; one that is missing is no error', async () => {
  for (const name of ['severity', 'severity', 'unknown', '__proto__'])
    expectStatus(await alice.delete(`${one}/${name}`), 200);
  assert.deepEqual(await get('severity'), {});
});

test('the operations on metadata need their permissions in the project', async () => {
  assert.ok('public' in (await list(mary)));
  expectStatus(await mary.get(`${one}/public`), 200);
  for (const who of [mary, guest]) {
    expectRefusal(await post({ severity: 'low' }, who), 403, 'FORBIDDEN');
    expectRefusal(await put('severity', 'low', who), 403, 'FORBIDDEN');
    expectRefusal(await who.delete(`${one}/public`), 403, 'FORBIDDEN');
  }
  expectRefusal(await guest.get(one), 403, 'FORBIDDEN');
  expectRefusal(await guest.get(`${one}/public`), 403, 'FORBIDDEN');
  for (const path of [one, one.replace('team', 'absent')]) {
    assert.equal(expectRefusal(await stranger.get(path), 403, 'FORBIDDEN'), 'forbidden');
    expectRefusal(await anonymous.get(path), 401, 'UNAUTHORIZED');
  }
  expectRefusal(await admin.get(`${projects}/absent/metadatas`), 404, 'NOT_FOUND');
});

/** As terraform-provider-harbor sends them. */
const flags = {
  public: 'true',
  auto_scan: 'false',
  auto_sbom_generation: 'false',
  prevent_vul: 'false',
  enable_content_trust: 'false',
  enable_content_trust_cosign: 'false',
  severity: 'low',
  reuse_sys_cve_allowlist: 'false',
};

test('createProject, updateProject: flags come back as they were sent; a change keeps what it does not name', async () => {
  const body = { project_name: 'declared', metadata: flags };
  expectStatus(await sendJson(alice, 'POST', projects, body), 201);
  const read = async (): Promise<Texts> => jsonOf<Project>(await alice.get(`${projects}/declared`)).metadata;
  assert.deepEqual(await read(), flags);
  expectStatus(await sendJson(alice, 'PUT', `${projects}/declared`, { metadata: { severity: 'High' } }), 200);
  assert.deepEqual(await read(), { ...flags, severity: 'High' });
  expectStatus(await sendJson(alice, 'PUT', `${projects}/declared`, body), 200);
  assert.deepEqual(await read(), flags);
  const page = await alice.get(`${projects}?q=name%3Ddeclared`);
  assert.deepEqual(jsonOf<Project[]>(page)[0]?.metadata, flags);
  expectRefusal(
    await sendJson(alice, 'PUT', `${projects}/declared`, { metadata: { public: 'false', severity: 'bad' } }),
    400,
    'BAD_REQUEST',
  );
  assert.deepEqual(await read(), flags);
});

test('what is only Berth’s own survives a change by somebody who does not know it', async () => {
  await makeProject(alice, 'sparse', { sparse_manifests: 'true' });
  expectStatus(await sendJson(alice, 'PUT', `${projects}/sparse`, { metadata: flags }), 200);
  const { metadata } = jsonOf<Project>(await alice.get(`${projects}/sparse`));
  assert.deepEqual(metadata, { ...flags, sparse_manifests: 'true' });
});

const items = [{ cve_id: 'CVE-2019-10164' }, { cve_id: 'CVE-2017-12345' }];

test("updateProject: a project's allowlist takes the place of the one before, and ends when it says", async () => {
  const set = (cve_allowlist: unknown) => sendJson(alice, 'PUT', `${projects}/team`, { cve_allowlist });
  expectStatus(await set({ items, expires_at: 1_900_000_000 }), 200);
  const { cve_allowlist: first } = await project();
  const { id: listId, creation_time: created, update_time: updated, ...rest } = first;
  assert.deepEqual(rest, { project_id: id, expires_at: 1_900_000_000, items });
  assert.ok(Number.isSafeInteger(listId));
  assert.match(`${String(created)} ${String(updated)}`, /^2\S+\.\d{3}Z 2\S+\.\d{3}Z$/);
  expectStatus(await sendJson(alice, 'PUT', `${projects}/team`, { metadata: { severity: 'low' } }), 200);
  assert.deepEqual((await project()).cve_allowlist, first);
  expectStatus(await set({ items: [], expires_at: null }), 200);
  const { cve_allowlist: empty } = await project();
  assert.deepEqual([empty['id'], empty['items'], 'expires_at' in empty], [listId, [], false]);
  for (const bad of [
    { items: [{ cve_id: 'CVE-1' }, { cve_id: 'CVE-1' }] },
    { items: [{ cve_id: '' }] },
    { items: [{}] },
    { items: [{ cve_id: 'a b' }] },
    { items: [{ cve_id: '\0' }] },
    { items: [{ cve_id: 'x'.repeat(129) }] },
    { items: [], expires_at: -1 },
    { items: [], expires_at: 2 ** 50 },
  ])
    expectRefusal(await set(bad), 400, 'BAD_REQUEST');
  for (const bad of [{ items: 'x' }, { items: [1] }, { expires_at: 'soon' }, { expires_at: 2 ** 60 }, []])
    expectRefusal(await set(bad), 422, 'UNPROCESSABLE_ENTITY');
});

test('createProject: a project may begin with an allowlist', async () => {
  const body = { project_name: 'listed', cve_allowlist: { items } };
  expectStatus(await sendJson(alice, 'POST', projects, body), 201);
  const { cve_allowlist: list } = jsonOf<Project>(await alice.get(`${projects}/listed`));
  assert.deepEqual(list['items'], items);
});

const system = '/api/v2.0/system/CVEAllowlist';

test('getSystemCVEAllowlist: read by whoever has signed in; putSystemCVEAllowlist: replaces items and end', async () => {
  expectRefusal(await anonymous.get(system), 401, 'UNAUTHORIZED');
  const before = jsonOf<Readonly<Record<string, unknown>>>(await stranger.get(system));
  assert.deepEqual(before['items'], []);
  expectRefusal(await sendJson(alice, 'PUT', system, { items }), 403, 'FORBIDDEN');
  expectRefusal(await sendJson(anonymous, 'PUT', system, { items }), 401, 'UNAUTHORIZED');
  expectStatus(await sendJson(admin, 'PUT', system, { items, expires_at: 1_900_000_000 }), 200);
  const set = jsonOf<Readonly<Record<string, unknown>>>(await stranger.get(system));
  assert.deepEqual([set['items'], set['expires_at'], 'project_id' in set], [items, 1_900_000_000, false]);
  expectStatus(await sendJson(admin, 'PUT', system, { ...set, items: items.slice(1) }), 200);
  expectStatus(await sendJson(admin, 'PUT', system, { items: [] }), 200);
  const cleared = jsonOf<Readonly<Record<string, unknown>>>(await stranger.get(system));
  assert.deepEqual([cleared['items'], 'expires_at' in cleared, cleared['id']], [[], false, set['id']]);
  const twice = { items: [items[0], items[0]] };
  expectRefusal(await sendJson(admin, 'PUT', system, twice), 400, 'BAD_REQUEST');
  // The list of a project is another one.
  expectStatus(await sendJson(alice, 'PUT', `${projects}/team`, { cve_allowlist: { items } }), 200);
  assert.deepEqual(jsonOf<{ items: unknown }>(await stranger.get(system)).items, []);
});
