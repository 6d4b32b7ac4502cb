// What new projects begin with, what of it is locked, and who may make them, over HTTP.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
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
