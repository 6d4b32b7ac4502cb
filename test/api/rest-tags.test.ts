// Harbor's operations that make and delete tags.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import { imageOf, type Manifest, manifestOf, sha512Of, types } from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'carol', 'dora']);
const anonymous = server.client(null);
const [alice, bob, carol, dora] = ['alice', 'bob', 'carol', 'dora'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient, RegistryClient];
await makeProject(alice, 'p');
await grantRole(server, { username: 'bob', role: 'guest', place: 'p' });
await grantRole(server, { username: 'dora', role: 'developer', place: 'p' });

const image = imageOf({ seed: 'app' });
const other = imageOf({ seed: 'other' });
await alice.pushImage('p/app', 'v1', image);
await alice.pushImage('p/app', 'other', other);
const place = `${projects}/p/repositories/app/artifacts`;
const tagsOf = async (reference: string): Promise<string[]> =>
  jsonOf<{ name: string }[]>(await bob.get(`${place}/${reference}/tags?sort=name&page_size=0`)).map(
    ({ name }) => name,
  );
const digestAt = async (tag: string): Promise<unknown> =>
  (await bob.head(`/v2/p/app/manifests/${tag}`)).headers['docker-content-digest'];
const create = (client: RegistryClient, reference: string, body: object) =>
  sendJson(client, 'POST', `${place}/${reference}/tags`, body);
const remove = (client: RegistryClient, reference: string, tag: string) =>
  client.call('DELETE', `${place}/${reference}/tags/${tag}`);

test('createTag: an artifact has one more tag, by which it is pulled', async () => {
  const answer = await create(dora, 'v1', { name: 'release', id: 4711, artifact_id: 4711 });
  expectStatus(answer, 201);
  assert.equal(answer.body.length, 0);
  assert.equal(answer.headers.location, undefined);
  expectStatus(await create(dora, image.manifest.digest, { name: 'By.Digest_1' }), 201);
  assert.deepEqual(await tagsOf('v1'), ['By.Digest_1', 'release', 'v1']);
  await bob.pullImage('p/app', 'release', image);
  const artifact = jsonOf<{ digest: string }>(await bob.get(`${place}/By.Digest_1`));
  assert.equal(artifact.digest, image.manifest.digest);
});

test('createTag: a tag that is there is 409, also of another artifact, and does not move', async () => {
  expectRefusal(await create(alice, 'v1', { name: 'v1' }), 409, 'CONFLICT');
  expectRefusal(await create(alice, 'v1', { name: 'other' }), 409, 'CONFLICT');
  assert.equal(await digestAt('other'), other.manifest.digest);
});

test('createTag: a name that is no tag is 400, an artifact that is not there 404', async () => {
  for (const body of [{}, { name: '' }, { name: '.a' }, { name: 'a/b' }, { name: 'a:b' }, { name: 'a\0' }])
    expectRefusal(await create(alice, 'v1', body), 400, 'BAD_REQUEST');
  expectRefusal(await create(alice, 'v1', { name: 't'.repeat(129) }), 400, 'BAD_REQUEST');
  expectRefusal(await create(alice, 'v1', { name: 5 }), 422, 'UNPROCESSABLE_ENTITY');
  expectStatus(await create(alice, 'v1', { name: 't'.repeat(128) }), 201);
  expectRefusal(await create(alice, 'none', { name: 'x' }), 404, 'NOT_FOUND');
  expectRefusal(await create(alice, `sha256:${'0'.repeat(64)}`, { name: 'x' }), 404, 'NOT_FOUND');
});

test('createTag, deleteTag: who may not is refused', async () => {
  expectRefusal(await create(bob, 'v1', { name: 'x' }), 403, 'FORBIDDEN');
  expectRefusal(await create(carol, 'v1', { name: 'x' }), 403, 'FORBIDDEN');
  expectRefusal(await create(anonymous, 'v1', { name: 'x' }), 401, 'UNAUTHORIZED');
  // Harbor's developers push tags and do not delete them.
  expectRefusal(await remove(dora, 'v1', 'v1'), 403, 'FORBIDDEN');
  expectRefusal(await remove(carol, 'v1', 'v1'), 403, 'FORBIDDEN');
  expectRefusal(await remove(anonymous, 'v1', 'v1'), 401, 'UNAUTHORIZED');
});

test('createTag, deleteTag: a role for some tags is one for those only', async () => {
  await addUsers(server, ['erin']);

  const args = ['access', 'grant', 'erin', 'maintainer', 'p', '--tags', 'dev-*', '--data', server.data];
  const { code, stderr } = await berth(args);
  assert.equal(code, 0, stderr);
  const erin = server.client({ username: 'erin', password });
  expectStatus(await create(erin, 'v1', { name: 'dev-1' }), 201);
  expectRefusal(await create(erin, 'v1', { name: 'production' }), 403, 'FORBIDDEN');
  expectRefusal(await remove(erin, 'v1', 'v1'), 403, 'FORBIDDEN');
  expectStatus(await remove(erin, 'v1', 'dev-1'), 200);
  assert.equal(await digestAt('production'), undefined);
});

test('createTag: many at once make it once', async () => {
  const answers = await Promise.all(
    [image, other, image, other, image, other].map(({ manifest }) =>
      create(alice, manifest.digest, { name: 'race' }),
    ),
  );
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  assert.deepEqual(statuses, [201, 409, 409, 409, 409, 409]);
});

test('createTag: of what was pushed by sha512 the tag has the digest that it is asked by', async () => {
  const bytes = Buffer.from(image.manifest.bytes.toString().replace('{', '{ '));
  const manifest: Manifest = { ...manifestOf({}, types.ociManifest), bytes, digest: sha512Of(bytes) };
  await alice.pushManifest('p/app', manifest.digest, { ...manifest, mediaType: image.manifest.mediaType });
  expectStatus(await create(alice, manifest.digest, { name: 'long' }), 201);
  assert.equal(await digestAt('long'), manifest.digest);
});

test('deleteTag: the tag has to stand for that artifact, which stays without it', async () => {
  const last = imageOf({ seed: 'last' });
  await alice.pushImage('p/app', 'last', last);
  expectRefusal(await remove(alice, 'v1', 'last'), 404, 'NOT_FOUND');
  expectRefusal(await remove(alice, 'v1', 'never'), 404, 'NOT_FOUND');
  expectRefusal(await remove(alice, 'v1', '.no-tag'), 404, 'NOT_FOUND');
  expectRefusal(await remove(alice, 'never', 'last'), 404, 'NOT_FOUND');
  const answer = await remove(alice, last.manifest.digest, 'last');
  expectStatus(answer, 200);
  assert.equal(answer.body.length, 0);
  expectRefusal(await bob.get(`${place}/last`), 404, 'NOT_FOUND');
  assert.deepEqual(await tagsOf(last.manifest.digest), []);
  await bob.pullImage('p/app', last.manifest.digest, last);
  expectRefusal(await remove(alice, last.manifest.digest, 'last'), 404, 'NOT_FOUND');
  expectStatus(await create(alice, last.manifest.digest, { name: 'last' }), 201);
  await bob.pullImage('p/app', 'last', last);
});
