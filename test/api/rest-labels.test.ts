// Harbor's operations on labels, and the labels of artifacts.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { imageOf, type Manifest } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'carol', 'dora']);
const admin = server.client();
const anonymous = server.client(null);
const [alice, bob, carol, dora] = ['alice', 'bob', 'carol', 'dora'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient, RegistryClient];
const projectId = await makeProject(alice, 'p');
const otherId = await makeProject(alice, 'other');
const openId = await makeProject(alice, 'open', { public: 'true' });
await grantRole(server, { username: 'bob', role: 'guest', place: 'p' });
await grantRole(server, { username: 'dora', role: 'developer', place: 'p' });

type View = Readonly<Record<string, unknown>>;
const labels = '/api/v2.0/labels';

async function makeLabel(client: RegistryClient, body: object): Promise<number> {
  const answer = await sendJson(client, 'POST', labels, body);
  expectStatus(answer, 201);
  assert.equal(answer.body.length, 0);
  const [, id] = /^\/api\/v2\.0\/labels\/(\d+)$/.exec(String(answer.headers.location)) ?? [];
  return Number(id);
}

const get = async (client: RegistryClient, id: number): Promise<View> =>
  jsonOf<View>(await client.get(`${labels}/${id}`));
const named = (name: string, project = projectId): object => ({ name, scope: 'p', project_id: project });
const place = `${projects}/p/repositories/app/artifacts`;
const labelsOf = async (reference: string): Promise<unknown[]> => {
  const { labels: own } = jsonOf<{ labels: View[] | null }>(
    await bob.get(`${place}/${reference}?with_label=true`),
  );
  return (own ?? []).map(({ name }) => name);
};

async function pushed(repository: string, tag: string): Promise<Manifest> {
  const image = imageOf({ seed: `${repository} ${tag}` });
  await alice.pushImage(`p/${repository}`, tag, image);
  return image.manifest;
}

test('CreateLabel: what was sent is read back, and nothing that the body does not name', async () => {
  const sent = {
    name: 'ready',
    description: '<b>go</b>',
    color: '#00ff00',
    scope: 'p',
    project_id: projectId,
  };
  const id = await makeLabel(alice, { ...sent, id: 4711, creation_time: '2001-01-01T00:00:00Z' });
  const { creation_time: created, update_time: updated, ...rest } = await get(bob, id);
  assert.deepEqual(rest, { id, ...sent });
  assert.match(String(created), /^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.equal(updated, created);
  assert.doesNotMatch(String(created), /^2001/);
});

test('CreateLabel: one of the system has no project, whatever was sent, and needs the right on the system', async () => {
  expectRefusal(await sendJson(alice, 'POST', labels, { name: 'x', scope: 'g' }), 403, 'FORBIDDEN');
  expectRefusal(await sendJson(anonymous, 'POST', labels, { name: 'x', scope: 'g' }), 401, 'UNAUTHORIZED');
  const id = await makeLabel(admin, { name: 'everywhere', scope: 'g', project_id: projectId });
  const label = await get(admin, id);
  assert.deepEqual([label['scope'], label['project_id']], ['g', undefined]);
});

test('CreateLabel: the same name in the same place is 409, elsewhere it is another label', async () => {
  await makeLabel(alice, named('twice'));
  expectRefusal(await sendJson(alice, 'POST', labels, named('twice')), 409, 'CONFLICT');
  await makeLabel(alice, named('twice', otherId));
  await makeLabel(admin, { name: 'twice', scope: 'g' });
  expectRefusal(await sendJson(admin, 'POST', labels, { name: 'twice', scope: 'g' }), 409, 'CONFLICT');
  await makeLabel(alice, named('Twice'));
});

test('CreateLabel: bad names, scopes and projects are refused, names of 128 characters are not', async () => {
  const bad = [
    { scope: 'p', project_id: projectId },
    named(''),
    named('n'.repeat(129)),
    named('a\0b'),
    named('\ud800'),
    { ...named('c'), color: '#'.repeat(17) },
    { ...named('d'), description: 'd'.repeat(4097) },
    { name: 'x' },
    { name: 'x', scope: 'P', project_id: projectId },
    { name: 'x', scope: 'p' },
    { name: 'x', scope: 'p', project_id: -1 },
  ];
  for (const body of bad) expectRefusal(await sendJson(alice, 'POST', labels, body), 400, 'BAD_REQUEST');
  for (const project of [2 ** 53, '1', 1.5])
    expectRefusal(
      await sendJson(alice, 'POST', labels, { name: 'x', scope: 'p', project_id: project }),
      422,
      'UNPROCESSABLE_ENTITY',
    );
  await makeLabel(alice, named('n'.repeat(128)));
});

test('CreateLabel: a hidden project is answered as a missing one', async () => {
  const ask = async (client: RegistryClient, project: number): Promise<unknown[]> => {
    const { status, body } = await sendJson(client, 'POST', labels, named('x', project));
    return [status, body.toString()];
  };
  assert.deepEqual(await ask(carol, otherId), await ask(carol, 4711));
  assert.deepEqual(await ask(anonymous, otherId), await ask(anonymous, 4711));
  assert.deepEqual([(await ask(carol, 4711))[0], (await ask(anonymous, 4711))[0]], [403, 401]);
  assert.equal((await ask(admin, 4711))[0], 404);
  assert.equal((await ask(bob, projectId))[0], 403);
});

test('ListLabels: pages, the part of a name, a filter and a sort, each in its place', async () => {
  const listedId = await makeProject(alice, 'listed');
  for (const name of ['beta', 'alpha', 'gamma', '50%_off'])
    await makeLabel(alice, { ...named(name, listedId), color: name === 'beta' ? '#1' : '#2' });
  const from = `${labels}?scope=p&project_id=${listedId}`;
  const list = async (query: string): Promise<unknown[]> =>
    jsonOf<View[]>(await alice.get(`${from}${query}`)).map(({ name }) => name);
  assert.deepEqual(await list('&sort=name'), ['50%_off', 'alpha', 'beta', 'gamma']);
  assert.deepEqual(await list('&sort=-name'), ['gamma', 'beta', 'alpha', '50%_off']);
  assert.deepEqual(await list('&sort=-id&page_size=2&page=2'), ['alpha', 'beta']);
  const page = await alice.get(`${from}&sort=name&page_size=2&page=1`);
  assert.deepEqual(
    jsonOf<View[]>(page).map(({ name }) => name),
    ['50%_off', 'alpha'],
  );
  assert.equal(page.headers['x-total-count'], '4');
  assert.match(String(page.headers.link), /page=2&page_size=2.*; rel="next"$/);
  assert.deepEqual(await list('&name=AM'), ['gamma']);
  assert.deepEqual(await list('&name=%25_'), ['50%_off']);
  assert.deepEqual(await list('&q=color%3D%231&sort=name'), ['beta']);
  assert.deepEqual(await list('&q=name%3D~a,color%3D%232&sort=name'), ['alpha', 'gamma']);
  expectRefusal(await alice.get(`${from}&name=%00`), 400, 'BAD_REQUEST');
  assert.deepEqual(await list('&q=password%3D~x&sort=name'), ['50%_off', 'alpha', 'beta', 'gamma']);
});

test('ListLabels: a scope is needed, and for p a project; those of the system everybody may list', async () => {
  for (const query of ['', '?scope=x', '?scope=p', '?scope=p&project_id=0'])
    expectRefusal(await admin.get(`${labels}${query}`), 400, 'BAD_REQUEST');
  await makeLabel(admin, { name: 'for all', scope: 'g' });
  for (const client of [anonymous, carol, admin]) {
    const found = jsonOf<View[]>(await client.get(`${labels}?scope=g&page_size=0&project_id=${projectId}`));
    assert.ok(found.some(({ name }) => name === 'for all'));
    assert.ok(found.every(({ scope }) => scope === 'g'));
  }
});

test('ListLabels: those of a project need the right there; of a public one everybody has it', async () => {
  const ask = async (client: RegistryClient, project: number): Promise<number> =>
    (await client.get(`${labels}?scope=p&project_id=${project}`)).status;
  assert.deepEqual(
    [await ask(anonymous, projectId), await ask(carol, projectId), await ask(carol, 4711)],
    [401, 403, 403],
  );
  assert.deepEqual(
    [await ask(admin, 4711), await ask(anonymous, openId), await ask(bob, projectId)],
    [404, 200, 200],
  );
});

test('GetLabelByID: one of the system needs the right there, one of a hidden project is none', async () => {
  const id = await makeLabel(admin, { name: 'global', scope: 'g' });
  expectRefusal(await anonymous.get(`${labels}/${id}`), 401, 'UNAUTHORIZED');
  expectRefusal(await alice.get(`${labels}/${id}`), 403, 'FORBIDDEN');
  await get(admin, id);
  const own = await makeLabel(alice, named('mine'));
  await get(bob, own);
  const refusal = async (client: RegistryClient, label: number): Promise<string> => {
    const { status, body } = await client.get(`${labels}/${label}`);
    return `${status} ${body.toString().replaceAll(String(label), '<id>')}`;
  };
  assert.equal(await refusal(carol, own), await refusal(carol, 4711));
  assert.equal(await refusal(anonymous, own), await refusal(anonymous, 4711));
  assert.match(await refusal(carol, own), /^404 /);
  assert.match(await refusal(anonymous, own), /^401 /);
  const open = await makeLabel(alice, named('seen', openId));
  assert.equal((await get(anonymous, open))['name'], 'seen');
});

test('UpdateLabel: name, description and colour change, nothing else does', async () => {
  const id = await makeLabel(alice, { ...named('before'), description: 'd', color: '#1' });
  await makeLabel(alice, named('used'));
  const change = (client: RegistryClient, body: object): Promise<Answer> =>
    sendJson(client, 'PUT', `${labels}/${id}`, body);
  const body = { id: 1, name: 'after', color: '#2', scope: 'g', project_id: otherId };
  const answer = await change(alice, body);
  expectStatus(answer, 200);
  assert.equal(answer.body.length, 0);
  const { creation_time: _c, update_time: _u, ...rest } = await get(alice, id);
  assert.deepEqual(rest, { id, name: 'after', color: '#2', scope: 'p', project_id: projectId });
  expectRefusal(await change(alice, { name: 'used' }), 409, 'CONFLICT');
  expectRefusal(await change(alice, { name: '' }), 400, 'BAD_REQUEST');
  expectRefusal(await change(dora, { name: 'x' }), 403, 'FORBIDDEN');
  expectRefusal(await change(carol, { name: 'x' }), 404, 'NOT_FOUND');
  // What a client read it writes back.
  expectStatus(await change(alice, await get(alice, id)), 200);
  assert.equal((await get(alice, id))['name'], 'after');
});

test('addLabel, removeLabel: a label is on the artifact, whichever tag it is asked by, until it is taken', async () => {
  const { digest } = await pushed('app', 'v1');
  expectStatus(await sendJson(alice, 'POST', `${place}/v1/tags`, { name: 'other-name' }), 201);
  const id = await makeLabel(alice, named('good'));
  const global = await makeLabel(admin, { name: 'system-wide', scope: 'g' });
  const answer = await sendJson(dora, 'POST', `${place}/v1/labels`, { id });
  expectStatus(answer, 200);
  assert.equal(answer.body.length, 0);
  assert.equal(answer.headers.location, undefined);
  expectStatus(await sendJson(dora, 'POST', `${place}/${digest}/labels`, { id: global }), 200);
  assert.deepEqual(await labelsOf('other-name'), ['good', 'system-wide']);
  expectRefusal(await sendJson(dora, 'POST', `${place}/v1/labels`, { id }), 409, 'CONFLICT');
  expectStatus(await dora.call('DELETE', `${place}/v1/labels/${id}`), 200);
  assert.deepEqual(await labelsOf('v1'), ['system-wide']);
  expectRefusal(await dora.call('DELETE', `${place}/v1/labels/${id}`), 404, 'NOT_FOUND');
  expectRefusal(await dora.call('DELETE', `${place}/v1/labels/4711`), 404, 'NOT_FOUND');
});

test('addLabel: a label of another project is 404, as is a missing one; no id is 400', async () => {
  await pushed('app', 'v2');
  const foreign = await makeLabel(alice, named('foreign', otherId));
  for (const id of [foreign, 4711, 0, -1])
    expectRefusal(await sendJson(alice, 'POST', `${place}/v2/labels`, { id }), 404, 'NOT_FOUND');
  expectRefusal(await sendJson(alice, 'POST', `${place}/v2/labels`, { name: 'foreign' }), 400, 'BAD_REQUEST');
  expectRefusal(
    await sendJson(alice, 'POST', `${place}/v2/labels`, { id: 2 ** 53 }),
    422,
    'UNPROCESSABLE_ENTITY',
  );
  expectRefusal(await sendJson(bob, 'POST', `${place}/v2/labels`, { id: foreign }), 403, 'FORBIDDEN');
  expectRefusal(await sendJson(alice, 'POST', `${place}/none/labels`, { id: foreign }), 404, 'NOT_FOUND');
  assert.deepEqual(await labelsOf('v2'), []);
});

test('listArtifacts: labels=(1 2) has the artifacts that have all of them', async () => {
  const from = `${projects}/p/repositories/marked/artifacts`;
  const digests: string[] = [];
  for (const tag of ['a', 'b', 'c']) digests.push((await pushed('marked', tag)).digest);
  const [one, two] = [await makeLabel(alice, named('one')), await makeLabel(alice, named('two'))];
  for (const [tag, id] of [
    ['a', one],
    ['b', one],
    ['b', two],
    ['c', two],
  ] as const)
    expectStatus(await sendJson(alice, 'POST', `${from}/${tag}/labels`, { id }), 200);
  const list = async (value: string): Promise<unknown[]> =>
    jsonOf<View[]>(
      await bob.get(`${from}?q=${encodeURIComponent(`labels=${value}`)}&sort=id&with_label=true`),
    ).map(({ digest }) => digest);
  assert.deepEqual(await list(`(${one})`), digests.slice(0, 2));
  assert.deepEqual(await list(`(${two})`), digests.slice(1));
  assert.deepEqual(await list(`(${one} ${two})`), [digests[1]]);
  assert.deepEqual(await list('(4711)'), []);
  for (const value of [String(one), `{${one}}`, '(x)'])
    expectRefusal(await bob.get(`${from}?q=${encodeURIComponent(`labels=${value}`)}`), 400, 'BAD_REQUEST');
});

test('DeleteLabel: it is gone, from all artifacts, too', async () => {
  await pushed('app', 'v3');
  const id = await makeLabel(alice, named('passing'));
  expectStatus(await sendJson(alice, 'POST', `${place}/v3/labels`, { id }), 200);
  assert.deepEqual(await labelsOf('v3'), ['passing']);
  expectRefusal(await dora.call('DELETE', `${labels}/${id}`), 403, 'FORBIDDEN');
  expectRefusal(await carol.call('DELETE', `${labels}/${id}`), 404, 'NOT_FOUND');
  expectStatus(await alice.call('DELETE', `${labels}/${id}`), 200);
  assert.deepEqual(await labelsOf('v3'), []);
  for (const client of [alice, admin]) expectRefusal(await client.get(`${labels}/${id}`), 404, 'NOT_FOUND');
  expectRefusal(await alice.call('DELETE', `${labels}/${id}`), 404, 'NOT_FOUND');
  await makeLabel(alice, named('passing'));
});
