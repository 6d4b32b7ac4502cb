// Renamed projects and moved repositories, over HTTP: what pulls, pushes and lists see by the old name and by the new.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { digestOf, imageOf } from '../harness/image.ts';
import { type Answer, expectError, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const admin = server.client();
const nobody = server.client(null);
await addUsers(server, ['ann', 'bob', 'eve']);
const ann = server.client({ username: 'ann', password });
const bob = server.client({ username: 'bob', password });
const eve = server.client({ username: 'eve', password });
const image = imageOf({ seed: 'former names' });
let count = 0;

async function projectOf(base: string, metadata: Readonly<Record<string, string>> = {}): Promise<string> {
  const name = `${base}${++count}`;
  await makeProject(admin, name, metadata);
  return name;
}
const rename = (client: RegistryClient, from: string, name: string): Promise<Answer> =>
  sendJson(client, 'POST', `/api/berth/v1/projects/${from}/rename`, { name });
function move(client: RegistryClient, from: string, to: string): Promise<Answer> {
  const slash = from.indexOf('/');
  const repository = encodeURIComponent(encodeURIComponent(from.slice(slash + 1)));
  const path = `/api/berth/v1/projects/${from.slice(0, slash)}/repositories/${repository}/move`;
  return sendJson(client, 'POST', path, { to });
}
const manifest = (client: RegistryClient, name: string, reference = 'v1'): Promise<Answer> =>
  client.get(`/v2/${name}/manifests/${reference}`);
async function repositoryOf(name: string): Promise<{ id: number; pull_count: number; project_id: number }> {
  const slash = name.indexOf('/');
  const path = `${projects}/${name.slice(0, slash)}/repositories/${encodeURIComponent(encodeURIComponent(name.slice(slash + 1)))}`;
  return jsonOf(await admin.get(path));
}
async function usedBy(name: string): Promise<number> {
  const { project_id: id } = jsonOf<{ project_id: number }>(await admin.get(`${projects}/${name}`));
  return jsonOf<{ used: { storage: number } }>(await admin.get(`/api/v2.0/quotas/${id}`)).used.storage;
}

test('renameProject: ids, grants and content stay, and every read of /v2 goes on under the old name', async () => {
  const old = await projectOf('pay');
  await admin.pushImage(`${old}/team/api`, 'v1', image);
  await grantRole(server, { username: 'bob', role: 'guest', place: `${old}/team/api` });
  const before = await repositoryOf(`${old}/team/api`);
  expectStatus(await rename(admin, old, `new-${old}`), 200);
  const now = `new-${old}/team/api`;
  const after = await repositoryOf(now);
  assert.deepEqual([after.id, after.project_id], [before.id, before.project_id]);
  for (const name of [`${old}/team/api`, now]) {
    expectStatus(await manifest(bob, name), 200);
    expectStatus(await manifest(bob, name, image.manifest.digest), 200);
    expectStatus(await bob.call('HEAD', `/v2/${name}/manifests/v1`), 200);
    await bob.pullImage(name, 'v1', image);
    expectStatus(await bob.get(`/v2/${name}/tags/list`), 200);
    expectStatus(await bob.get(`/v2/${name}/referrers/${image.manifest.digest}`), 200);
  }
  const listed = await admin.get('/v2/_catalog?n=1000');
  const catalog = JSON.parse(listed.body.toString()) as { repositories: string[] };
  assert.ok(catalog.repositories.includes(now) && !catalog.repositories.includes(`${old}/team/api`));
  const unknown = `nowhere-${old}/team/api`;
  const [hidden, missing] = [await manifest(eve, `${old}/team/api`), await manifest(eve, unknown)];
  assert.equal(hidden.status, missing.status);
  const text = (answer: Answer, name: string): string =>
    answer.body
      .toString()
      .replaceAll(name, 'X')
      .replace(/"requestId":"[^"]*"/, '');
  assert.equal(text(hidden, `${old}/team/api`), text(missing, unknown));
});

test('renameProject: a push to the old name is told the new one, if it may be known, and nothing is stored', async () => {
  const old = await projectOf('push');
  await admin.pushImage(`${old}/app`, 'v1', image);
  expectStatus(await rename(admin, old, `${old}-now`), 200);
  const put = (client: RegistryClient): Promise<Answer> =>
    client.call('PUT', `/v2/${old}/app/manifests/v2`, {
      headers: { 'Content-Type': image.manifest.mediaType },
      body: image.manifest.bytes,
    });
  assert.match(
    expectError(await put(admin), 404, 'NAME_UNKNOWN').message,
    new RegExp(`renamed to ${old}-now/app`),
  );
  assert.doesNotMatch((await put(eve)).body.toString(), new RegExp(`${old}-now`));
  expectStatus(await manifest(admin, `${old}-now/app`, 'v2'), 404);
  const upload = await admin.call('POST', `/v2/${old}/app/blobs/uploads/`);
  assert.match(expectError(upload, 404, 'NAME_UNKNOWN').message, /renamed to/);
});

test('renameProject: an upload that has begun ends with the new name in the refusal', async () => {
  const old = await projectOf('upload');
  await admin.pushImage(`${old}/app`, 'v1', image);
  const begun = await admin.call('POST', `/v2/${old}/app/blobs/uploads/`);
  expectStatus(begun, 202);
  expectStatus(await rename(admin, old, `${old}-now`), 200);
  const sent = await admin.call('PATCH', String(begun.headers.location), { body: Buffer.from('abc') });
  assert.match(expectError(sent, 404, 'NAME_UNKNOWN').message, new RegExp(`${old}-now/app`));
  const there = String(begun.headers.location).replace(old, `${old}-now`);
  expectError(await admin.call('PATCH', there, { body: Buffer.from('abc') }), 404, 'BLOB_UPLOAD_UNKNOWN');
});

test('renameProject: the old name is kept free, also for pushes that make projects, until it is released', async () => {
  const old = await projectOf('free');
  const other = await projectOf('other');
  expectStatus(await rename(admin, old, `${old}-now`), 200);
  const made = await sendJson(admin, 'POST', projects, { project_name: old });
  assert.match(expectRefusal(made, 409, 'CONFLICT'), /kept free until \d{4}-/);
  assert.match(expectRefusal(await rename(admin, other, old), 409, 'CONFLICT'), /kept free until/);
  expectRefusal(await rename(admin, other, `${old}-now`), 409, 'CONFLICT');
  const listed = jsonOf<{ name: string; current_name: string; kind: string }[]>(
    await admin.get('/api/berth/v1/former-names?page_size=0'),
  );
  assert.ok(
    listed.some(
      ({ kind, name, current_name: now }) => kind === 'project' && name === old && now === `${old}-now`,
    ),
  );
  expectRefusal(await bob.call('DELETE', `/api/berth/v1/former-names?name=${old}`), 403, 'FORBIDDEN');
  expectStatus(await admin.call('DELETE', `/api/berth/v1/former-names?name=${old}`), 200);
  expectRefusal(await admin.call('DELETE', `/api/berth/v1/former-names?name=${old}`), 404, 'NOT_FOUND');
  await makeProject(admin, old);
});

test('renameProject: back to the name before, and on to a third, ends at the same project', async () => {
  const old = await projectOf('back');
  await admin.pushImage(`${old}/app`, 'v1', image);
  expectStatus(await rename(admin, old, `${old}-b`), 200);
  expectStatus(await rename(admin, `${old}-b`, old), 200);
  expectStatus(await manifest(admin, `${old}-b/app`), 200);
  expectStatus(await rename(admin, old, `${old}-c`), 200);
  for (const name of [old, `${old}-b`, `${old}-c`]) expectStatus(await manifest(admin, `${name}/app`), 200);
});

test('renameProject: who does not administer it, or may make no projects, is refused; no name is none', async () => {
  const old = await projectOf('rights');
  await grantRole(server, { username: 'ann', role: 'maintainer', place: old });
  expectRefusal(await rename(ann, old, `${old}-x`), 403, 'FORBIDDEN');
  expectRefusal(await rename(eve, old, `${old}-x`), 403, 'FORBIDDEN');
  expectRefusal(await rename(admin, old, 'Not A Name'), 400, 'BAD_REQUEST');
  await grantRole(server, { username: 'ann', role: 'projectAdmin', place: old });
  const limit = { project_creation_restriction: 'adminonly' };
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', limit), 200);
  expectRefusal(await rename(ann, old, `${old}-x`), 403, 'FORBIDDEN');
  const all = { project_creation_restriction: 'everyone' };
  expectStatus(await sendJson(admin, 'PUT', '/api/v2.0/configurations', all), 200);
  expectStatus(await rename(ann, old, `${old}-x`), 200);
});

test('a public project that was renamed is pulled by its old name by nobody in particular', async () => {
  const old = await projectOf('shown', { public: 'true' });
  await admin.pushImage(`${old}/app`, 'v1', image);
  expectStatus(await rename(admin, old, `${old}-now`), 200);
  expectStatus(await manifest(nobody, `${old}/app`), 200);
});

test('moveRepository: within a project the exact grant goes along, the pattern stays where it is', async () => {
  const project = await projectOf('in');
  await admin.pushImage(`${project}/a/x`, 'v1', image);
  await grantRole(server, { username: 'bob', role: 'guest', place: `${project}/a/x` });
  await grantRole(server, { username: 'eve', role: 'guest', place: `${project}/a/**` });
  const { id } = await repositoryOf(`${project}/a/x`);
  expectStatus(await move(admin, `${project}/a/x`, `${project}/b/y`), 200);
  assert.equal((await repositoryOf(`${project}/b/y`)).id, id);
  for (const name of ['a/x', 'b/y']) {
    expectStatus(await manifest(bob, `${project}/${name}`), 200);
    expectStatus(await manifest(eve, `${project}/${name}`), 404);
  }
  expectStatus(await bob.get(`/v2/${project}/a/x/referrers/${image.manifest.digest}`), 200);
  const again = await admin.call('PUT', `/v2/${project}/a/x/manifests/v1`, {
    headers: { 'Content-Type': image.manifest.mediaType },
    body: image.manifest.bytes,
  });
  assert.match(expectError(again, 404, 'NAME_UNKNOWN').message, new RegExp(`renamed to ${project}/b/y`));
});

test('moveRepository: into another project needs push and delete here and push there; the usage goes along', async () => {
  const [from, to] = [await projectOf('from'), await projectOf('to')];
  await admin.pushImage(`${from}/app`, 'v1', image);
  await admin.pushImage(`${from}/stays`, 'v1', imageOf({ seed: 'stays' }));
  const [source, target] = [await usedBy(from), await usedBy(to)];
  await grantRole(server, { username: 'ann', role: 'maintainer', place: from });
  expectRefusal(await move(ann, `${from}/app`, `${to}/app`), 403, 'FORBIDDEN');
  await grantRole(server, { username: 'ann', role: 'developer', place: to });
  await grantRole(server, { username: 'bob', role: 'developer', place: from });
  await grantRole(server, { username: 'bob', role: 'developer', place: to });
  expectRefusal(await move(bob, `${from}/app`, `${to}/app`), 403, 'FORBIDDEN');
  expectStatus(await move(ann, `${from}/app`, `${to}/deep/app`), 200);
  assert.equal((await usedBy(from)) + (await usedBy(to)), source + target);
  assert.ok((await usedBy(to)) > target);
  expectStatus(await manifest(ann, `${from}/app`), 200);
  expectStatus(await manifest(ann, `${to}/deep/app`), 200);
  expectRefusal(await move(ann, `${from}/app`, `${to}/other`), 404, 'NOT_FOUND');
  expectRefusal(await move(ann, `${from}/stays`, `${to}/deep/app`), 409, 'CONFLICT');
});

test('the command line renames, moves, lists and releases', async () => {
  const old = await projectOf('cli');
  await admin.pushImage(`${old}/app`, 'v1', image);
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await berth([...args, '--data', server.data]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  await run('repo', 'move', `${old}/app`, `${old}/team/app`);
  await run('project', 'rename', old, `${old}-now`);
  expectStatus(await manifest(admin, `${old}/app`), 200);
  const rows = JSON.parse(await run('project', 'former-names', '-o', 'json')) as Record<string, string>[];
  const found = rows.filter(({ name }) => name?.startsWith(old));
  assert.deepEqual(
    found.map((row) => [row['name'], row['kind'], row['current_name']]),
    [
      [old, 'project', `${old}-now`],
      [`${old}-now/app`, 'repository', `${old}-now/team/app`],
    ],
  );
  await run('project', 'release', `${old}-now/app`, '--yes');
  expectStatus(await manifest(admin, `${old}/app`), 404);
  await run('project', 'release', old, '--yes');
  expectStatus(await manifest(admin, `${old}/team/app`), 404);
  expectStatus(await manifest(admin, `${old}-now/team/app`), 200);
});

const at = (name: string, rest = ''): string => {
  const slash = name.indexOf('/');
  const repository = encodeURIComponent(encodeURIComponent(name.slice(slash + 1)));
  return `${projects}/${name.slice(0, slash)}/repositories/${repository}${rest}`;
};

test('reads of the REST API go on under the old names, for who may read there, and nothing else does', async () => {
  const [old, target] = [await projectOf('read'), await projectOf('read')];
  await admin.pushImage(`${old}/team/api`, 'v1', image);
  await admin.pushImage(`${old}/other`, 'v1', image);
  await grantRole(server, { username: 'ann', role: 'guest', place: old });
  await grantRole(server, { username: 'bob', role: 'pull', place: `${old}/team/api` });
  expectStatus(await move(admin, `${old}/other`, `${target}/moved`), 200);
  expectStatus(await rename(admin, old, `${old}-now`), 200);
  const api = at(`${old}/team/api`);
  for (const path of [
    `${projects}/${old}`,
    `${projects}/${old}/summary`,
    `${projects}/${old}/members`,
    `${projects}/${old}/repositories`,
    api,
    `${api}/artifacts?page_size=1`,
    `${api}/artifacts/v1`,
    `${api}/artifacts/${image.manifest.digest}/tags`,
    `/api/berth/v1${api.slice('/api/v2.0'.length)}/tags/v1/history`,
  ]) {
    const [before, now] = [await ann.get(path), await ann.get(path.replace(old, `${old}-now`))];
    expectStatus(before, 200);
    assert.deepEqual(JSON.parse(before.body.toString()), JSON.parse(now.body.toString()), path);
  }
  assert.equal(jsonOf<{ name: string }>(await ann.get(`${projects}/${old}`)).name, `${old}-now`);
  assert.equal(jsonOf<{ name: string }>(await bob.get(api)).name, `${old}-now/team/api`);
  assert.equal(jsonOf<{ name: string }>(await admin.get(at(`${old}/other`))).name, `${target}/moved`);
  const told = async (client: RegistryClient, path: string, name: string): Promise<string> => {
    const { status, body } = await client.get(path.replace('NAME', name));
    return `${status} ${body.toString().replaceAll(name, 'NAME')}`;
  };
  for (const path of [`${projects}/NAME`, at('NAME/team/api'), at('NAME/other', '/artifacts')])
    for (const client of [eve, nobody])
      assert.equal(await told(client, path, old), await told(client, path, `nowhere-${old}`), path);
  // Whoever saw the old place only is told nothing of the new one.
  assert.doesNotMatch((await ann.get(at(`${old}/other`))).body.toString(), new RegExp(target));
  for (const [method, path] of [
    ['DELETE', api],
    ['PUT', api],
    ['DELETE', `${projects}/${old}`],
    ['POST', `${api}/artifacts/v1/tags`],
  ] as const) {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await admin.call(method, path, { headers, body: '{"name":"v2"}' });
    assert.ok([403, 404].includes(answer.status), `${method} ${path}: ${answer.status}`);
  }
  assert.equal((await admin.tags(`${old}-now/team/api`)).length, 1);
  expectStatus(await admin.call('DELETE', `/api/berth/v1/former-names?name=${old}`), 200);
  expectStatus(await ann.get(`${projects}/${old}`), 403);
  expectStatus(await ann.get(api), 403);
});

test('a layer is mounted from a repository by its old name, by who may pull from it, also with a token for that name', async () => {
  const [old, target, own] = [await projectOf('from'), await projectOf('to'), await projectOf('own')];
  for (const name of ['app', 'lib']) await admin.pushImage(`${old}/${name}`, 'v1', image);
  for (const place of [own, old, target])
    await grantRole(server, { username: 'bob', role: 'developer', place });
  await grantRole(server, { username: 'eve', role: 'developer', place: own });
  expectStatus(await move(admin, `${old}/lib`, `${target}/lib`), 200);
  expectStatus(await rename(admin, old, `${old}-now`), 200);
  const layer = digestOf(image.layers[0] ?? Buffer.alloc(0));
  const mount = (client: RegistryClient, from: string, into: string, headers = {}): Promise<Answer> =>
    client.call('POST', `/v2/${own}/${into}/blobs/uploads/?mount=${layer}&from=${from}`, {
      headers,
      body: '',
    });
  expectStatus(await mount(bob, `${old}/app`, 'a'), 201);
  expectStatus(await mount(bob, `${old}/lib`, 'b'), 201);
  expectStatus(await bob.get(`/v2/${own}/b/blobs/${layer}`), 200);
  const scopes = [`${own}/c:pull,push`, `${old}/app:pull`].map((scope) => `scope=repository:${scope}`);
  const answer = await bob.get(`/service/token?service=harbor-registry&${scopes.join('&')}`);
  const { token } = jsonOf<{ token: string }>(answer);
  expectStatus(await mount(nobody, `${old}/app`, 'c', { Authorization: `Bearer ${token}` }), 201);
  for (const from of [`${old}/app`, `${old}/lib`, `${old}/none`])
    expectStatus(await mount(eve, from, 'd'), 202);
  expectStatus(await admin.call('DELETE', `/api/berth/v1/former-names?name=${old}`), 200);
  expectStatus(await mount(bob, `${old}/app`, 'e'), 202);
});
