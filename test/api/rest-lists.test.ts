// What is common to Harbor's lists, each seen in two pages, and small clauses of operations that have no place elsewhere.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { descriptorOf, imageOf, manifestOf, types } from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'part', 'stranger']);
const admin = server.client();
const anonymous = server.client(null);
const [alice, bob, part, stranger] = ['alice', 'bob', 'part', 'stranger'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient, RegistryClient];

const projectId = await makeProject(alice, 'p');
await grantRole(server, { username: 'bob', role: 'guest', place: 'p' });
await grantRole(server, { username: 'part', role: 'guest', place: 'p/one/**' });
for (const name of ['one/a', 'one/b', 'two'])
  await alice.pushImage(`p/${name}`, 'v1', imageOf({ seed: name }));

type View = Readonly<Record<string, unknown>>;
type Views = readonly View[];

const artifactsOf = (repository: string): string =>
  `${projects}/p/repositories/${encodeURIComponent(encodeURIComponent(repository))}/artifacts`;
const valuesOf = (answer: Answer, key: string): unknown[] => jsonOf<Views>(answer).map((view) => view[key]);

/** All of a list, after it was seen that pages of one are its parts, tell the number of all and link to their neighbours. */
async function inPages(client: RegistryClient, address: string, key: string): Promise<unknown[]> {
  const [path, query = ''] = address.split('?');
  const ask = (more: string): Promise<Answer> => client.get(`${path}?${query}&${more}`);
  const whole = await ask('page_size=100');
  const all = valuesOf(whole, key);
  assert.ok(all.length > 1, `${address} has no two pages`);
  const [first, second] = [await ask('page_size=1'), await ask('page_size=1&page=2')];
  for (const answer of [whole, first, second])
    assert.equal(answer.headers['x-total-count'], String(all.length));
  assert.deepEqual([...valuesOf(first, key), ...valuesOf(second, key)], all.slice(0, 2));
  assert.equal(whole.headers.link, undefined);
  const [next, before] = [String(first.headers.link), String(second.headers.link)];
  assert.match(next, /page=2[^,]*>; rel="next"/);
  assert.doesNotMatch(next, /rel="prev"/);
  assert.match(before, /page=1[^,]*>; rel="prev"/);
  return all;
}

test('listRepositories: two pages, the newest first; a filter and a sort change the list', async () => {
  const address = `${projects}/p/repositories`;
  assert.deepEqual(await inPages(bob, address, 'name'), ['p/two', 'p/one/b', 'p/one/a']);
  assert.deepEqual(await inPages(bob, `${address}?sort=name`, 'name'), ['p/one/a', 'p/one/b', 'p/two']);
  assert.deepEqual(await inPages(bob, `${address}?q=name%3D~one&sort=-name`, 'name'), ['p/one/b', 'p/one/a']);
});

test('listRepositories: who holds a role on some repositories only is shown these', async () => {
  const address = `${projects}/p/repositories`;
  assert.deepEqual(await inPages(part, `${address}?sort=name`, 'name'), ['p/one/a', 'p/one/b']);
  expectRefusal(await stranger.get(address), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(address), 401, 'UNAUTHORIZED');
});

test('listArtifactsOfProject: two pages; a filter and a sort change the list', async () => {
  const address = `${projects}/p/artifacts`;
  const all = await inPages(bob, address, 'repository_name');
  assert.deepEqual(all.map(String).sort(), ['p/one/a', 'p/one/b', 'p/two']);
  assert.deepEqual(valuesOf(await bob.get(`${address}?q=repository_name%3Dp/two`), 'repository_name'), [
    'p/two',
  ]);
  const rising = await inPages(bob, `${address}?sort=push_time`, 'digest');
  const falling = await inPages(bob, `${address}?sort=-push_time`, 'digest');
  assert.deepEqual(rising, falling.toReversed());
});

test('listArtifacts: two pages with their links', async () => {
  for (const tag of ['v1', 'v2', 'v3']) await alice.pushImage('p/several', tag, imageOf({ seed: tag }));
  const rising = await inPages(bob, `${artifactsOf('several')}?sort=push_time`, 'digest');
  assert.deepEqual(await inPages(bob, artifactsOf('several'), 'digest'), rising.toReversed());
});

test('listTags: two pages of the tags of one artifact; a filter and a sort change the list', async () => {
  const image = imageOf({ seed: 'tagged' });
  for (const tag of ['b', 'a', 'c']) await alice.pushImage('p/tagged', tag, image);
  const address = `${artifactsOf('tagged')}/a/tags`;
  assert.deepEqual(await inPages(bob, `${address}?sort=name`, 'name'), ['a', 'b', 'c']);
  assert.deepEqual(await inPages(bob, `${address}?sort=-name`, 'name'), ['c', 'b', 'a']);
  assert.deepEqual(valuesOf(await bob.get(`${address}?q=name%3Db`), 'name'), ['b']);
});

test('listAccessories: two pages; a filter and a sort change the list', async () => {
  const image = imageOf({ seed: 'subject' });
  await alice.pushImage('p/subject', 'v1', image);
  const config = Buffer.from('{}');
  await alice.pushBlob('p/subject', config);
  for (const kind of ['application/vnd.cncf.notary.signature', 'application/vnd.example.thing']) {
    const referrer = manifestOf(
      {
        schemaVersion: 2,
        mediaType: types.ociManifest,
        artifactType: kind,
        config: descriptorOf('application/vnd.oci.empty.v1+json', config),
        layers: [],
        subject: descriptorOf(image.manifest.mediaType, image.manifest.bytes),
      },
      types.ociManifest,
    );
    await alice.pushManifest('p/subject', referrer.digest, referrer);
  }
  const address = `${artifactsOf('subject')}/v1/accessories`;
  const kinds = ['signature.notation', 'subject.accessory'];
  assert.deepEqual(await inPages(bob, `${address}?sort=id`, 'type'), kinds);
  assert.deepEqual(await inPages(bob, `${address}?sort=-id`, 'type'), kinds.toReversed());
  const some = await bob.get(`${address}?q=type%3Dsubject.accessory`);
  assert.deepEqual(valuesOf(some, 'type'), ['subject.accessory']);
});

test('listQuotas: two pages; another order changes the list', async () => {
  await makeProject(alice, 'quota-of-none');
  const address = '/api/v2.0/quotas';
  const rising = await inPages(admin, `${address}?sort=used.storage`, 'id');
  const falling = await inPages(admin, `${address}?sort=-used.storage`, 'id');
  assert.deepEqual([rising.at(-1), falling[0]], [projectId, projectId]);
});

test('searchUsers, searchUserGroups, listUserGroups: two pages', async () => {
  const users = '/api/v2.0/users/search?username=a';
  assert.ok((await inPages(alice, users, 'username')).includes('alice'));
  const groups = '/api/v2.0/usergroups';
  for (const name of ['team-b', 'team-a'])
    expectStatus(await sendJson(admin, 'POST', groups, { group_name: name, group_type: 3 }), 201);
  const both = ['team-a', 'team-b'];
  assert.deepEqual(await inPages(alice, `${groups}/search?groupname=team`, 'group_name'), both);
  assert.deepEqual(await inPages(admin, `${groups}?group_name=team`, 'group_name'), both);
});

test('listAuditLogs, listAuditLogExts, getLogs, getLogExts: two pages; a filter and a sort change the list', async () => {
  const addresses = ['/api/v2.0/audit-logs', '/api/v2.0/auditlog-exts'];
  for (const address of [...addresses, `${projects}/p/logs`, `${projects}/p/auditlog-exts`]) {
    const falling = await inPages(alice, address, 'id');
    assert.deepEqual(await inPages(alice, `${address}?sort=op_time`, 'id'), falling.toReversed());
    const some = await inPages(alice, `${address}?q=resource%3D~one/`, 'resource');
    assert.ok(some.length < falling.length && some.every((name) => String(name).startsWith('p/one/')));
  }
});

test('getArtifact: with_signature, page and page_size change nothing', async () => {
  const address = `${artifactsOf('two')}/v1`;
  const view = jsonOf<View>(await bob.get(address));
  for (const query of ['with_signature=true', 'page=3&page_size=1']) {
    const answer = await bob.get(`${address}?${query}`);
    assert.deepEqual(jsonOf<View>(answer), view, query);
    assert.equal(answer.headers['x-total-count'], undefined);
  }
});

test('deleteArtifact: it goes with all its tags, whichever names it', async () => {
  const [gone, stays] = [imageOf({ seed: 'many-tags' }), imageOf({ seed: 'other-tags' })];
  for (const tag of ['v1', 'v2']) await alice.pushImage('p/all-tags', tag, gone);
  await alice.pushImage('p/all-tags', 'other', stays);
  expectStatus(await alice.delete(`${artifactsOf('all-tags')}/v1`), 200);
  for (const reference of ['v1', 'v2', gone.manifest.digest]) {
    expectRefusal(await bob.get(`${artifactsOf('all-tags')}/${reference}`), 404, 'NOT_FOUND');
    expectStatus(await bob.get(`/v2/p/all-tags/manifests/${reference}`), 404);
  }
  assert.deepEqual(valuesOf(await bob.get(artifactsOf('all-tags')), 'digest'), [stays.manifest.digest]);
});

test('getIcon: a digest that is no picture is 404', async () => {
  const layer = imageOf({ seed: 'two' }).manifest.digest;
  for (const digest of [layer, `sha256:${'0'.repeat(64)}`])
    expectRefusal(await alice.get(`/api/v2.0/icons/${digest}`), 404, 'NOT_FOUND');
});

async function makeRobot(level: string, kind: string, namespace: string, permission: string) {
  const [resource, action] = permission.split(':');
  const access = [{ resource, action }];
  const name = `r-${level}-${permission.replaceAll(':', '-')}`;
  const body = { name, level, duration: -1, permissions: [{ kind, namespace, access }] };
  return sendJson(admin, 'POST', '/api/v2.0/robots', body);
}

test('CreateRobot: neither the settings of the system nor changing robots is granted to a robot', async () => {
  for (const permission of ['configuration:read', 'configuration:update', 'robot:update'])
    expectRefusal(await makeRobot('system', 'system', '/', permission), 400, 'BAD_REQUEST');
  expectRefusal(await makeRobot('project', 'project', 'p', 'robot:update'), 400, 'BAD_REQUEST');
});

interface Found {
  readonly project: readonly { readonly name: string }[];
  readonly repository: readonly { readonly repository_name: string }[];
}

test('search: a robot finds what is public and what it lists', async () => {
  await makeProject(alice, 'p-open', { public: 'true' });
  await makeProject(alice, 'p-hidden');
  for (const project of ['p-open', 'p-hidden'])
    await alice.pushImage(`${project}/app`, 'v1', imageOf({ seed: 'found' }));
  const made = jsonOf<{ name: string; secret: string }>(
    await makeRobot('project', 'project', 'p', 'repository:list'),
    201,
  );
  const robot = server.client({ username: made.name, password: made.secret });
  const { project, repository } = jsonOf<Found>(await robot.get('/api/v2.0/search?q=p'));
  assert.ok(project.some(({ name }) => name === 'p-open'));
  assert.ok(!project.some(({ name }) => name === 'p-hidden'));
  const names = repository.map(({ repository_name: name }) => name);
  assert.ok(names.includes('p-open/app') && names.includes('p/two'));
  assert.ok(!names.includes('p-hidden/app'));
  const { name: unlisted, secret } = jsonOf<{ name: string; secret: string }>(
    await makeRobot('project', 'project', 'p', 'tag:list'),
    201,
  );
  const less = server.client({ username: unlisted, password: secret });
  const found = jsonOf<Found>(await less.get('/api/v2.0/search?q=two'));
  assert.deepEqual(found.repository, []);
});

test('search: counts of artifacts and pulls are those of listRepositories', async () => {
  const image = imageOf({ seed: 'one/a' });
  await alice.pushImage('p/one/a', 'v2', image);
  await alice.pushImage('p/one/a', 'v3', imageOf({ seed: 'another' }));
  const list = async (): Promise<Views> =>
    jsonOf<Views>(await bob.get(`${projects}/p/repositories?sort=name`));
  expectStatus(await bob.get('/v2/p/one/a/manifests/v2'), 200);
  await waitUntil('the pull is counted', async () => (await list()).some((each) => each['pull_count'] === 1));
  const listed = await list();
  const { repository } = jsonOf<{ repository: Views }>(await bob.get('/api/v2.0/search?q=p/'));
  const counts = (views: Views, name: string) =>
    views
      .filter((view) => String(view[name]).startsWith('p/'))
      .map((view) => [view[name], view['artifact_count'] ?? 0, view['pull_count'] ?? 0]);
  const counted = counts(repository, 'repository_name');
  assert.deepEqual(counted, counts(listed, 'name'));
  const [one] = counted.filter(([name]) => name === 'p/one/a');
  assert.deepEqual(one, ['p/one/a', 2, 1]);
});

test('updateConfigurations: in read-only mode the settings are changed, which ends it', async () => {
  const set = (changes: object) => sendJson(admin, 'PUT', '/api/v2.0/configurations', changes);
  expectStatus(await set({ read_only: true }), 200);
  expectRefusal(await sendJson(alice, 'POST', projects, { project_name: 'refused' }), 403, 'DENIED');
  expectStatus(await set({ session_timeout: 61 }), 200);
  expectStatus(await set({ read_only: false }), 200);
  expectStatus(await sendJson(alice, 'POST', projects, { project_name: 'taken' }), 201);
});
