// Harbor's operations on repositories.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import {
  childOf,
  descriptorOf,
  imageOf,
  indexOf,
  type Manifest,
  manifestOf,
  types,
} from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'carol']);
const admin = server.client();
const anonymous = server.client(null);
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient];
const projectId = await makeProject(alice, 'p');
await makeProject(alice, 'ops');
await grantRole(server, { username: 'bob', role: 'guest', place: 'p' });
const names = ['c', 'a', 'b/deep'];
for (const name of names) await alice.pushImage(`p/${name}`, 'v1', imageOf({ seed: name }));
await admin.pushImage('library/open', 'v1', imageOf({ seed: 'open' }));

type View = Readonly<Record<string, unknown>>;
type Views = readonly View[];

const namesOf = (views: Views): unknown[] => views.map(({ name }) => name);
const listAll = async (client: RegistryClient, query = ''): Promise<unknown[]> =>
  namesOf(jsonOf<Views>(await client.get(`/api/v2.0/repositories?${query}`)));
const one = (project: string, name: string, times = 2): string => {
  const encoded = Array.from({ length: times }).reduce((text: string) => encodeURIComponent(text), name);
  return `${projects}/${project}/repositories/${encoded}`;
};

test('listAllRepositories: of public projects and one’s own, newest first, by page and name', async () => {
  assert.deepEqual(await listAll(anonymous), ['library/open']);
  assert.deepEqual(await listAll(carol), ['library/open']);
  const all = ['library/open', 'p/b/deep', 'p/a', 'p/c'];
  assert.deepEqual(await listAll(bob), all);
  assert.deepEqual(await listAll(admin), all);
  assert.deepEqual(await listAll(bob, 'sort=name&page_size=2'), ['library/open', 'p/a']);
  assert.deepEqual(await listAll(bob, 'sort=name&page_size=2&page=2'), ['p/b/deep', 'p/c']);
  assert.deepEqual(await listAll(bob, 'q=name%3D~DEEP'), ['p/b/deep']);
  assert.deepEqual(await listAll(bob, `q=project_id%3D${projectId}&sort=-name`), ['p/c', 'p/b/deep', 'p/a']);
  assert.deepEqual(await listAll(carol, `q=project_id%3D${projectId}`), []);
  const page = await bob.get('/api/v2.0/repositories?page_size=3');
  assert.deepEqual(
    [page.headers['x-total-count'], String(page.headers.link).includes('rel="next"')],
    ['4', true],
  );
});

test('listAllRepositories: blob_digest finds who holds a layer or a manifest, among what the caller may see', async () => {
  const image = imageOf({ seed: 'a' });
  const layer = descriptorOf(types.ociLayer, image.layers[0] ?? Buffer.alloc(0)).digest;
  assert.deepEqual(await listAll(bob, `q=blob_digest%3D${layer}`), ['p/a']);
  assert.deepEqual(await listAll(bob, `q=blob_digest%3D${image.manifest.digest}`), ['p/a']);
  assert.deepEqual(await listAll(carol, `q=blob_digest%3D${layer}`), []);
  assert.deepEqual(await listAll(bob, `q=blob_digest%3Dsha256:${'0'.repeat(64)}`), []);
  assert.deepEqual(await listAll(bob, 'q=blob_digest%3Dnone'), []);
});

test('listRepositories: of one project, with the number of artifacts', async () => {
  const address = `${projects}/p/repositories`;
  const views = jsonOf<Views>(await bob.get(`${address}?sort=name`));
  assert.deepEqual(
    views.map(({ name, artifact_count }) => [name, artifact_count]),
    [
      ['p/a', 1],
      ['p/b/deep', 1],
      ['p/c', 1],
    ],
  );
  assert.deepEqual(namesOf(jsonOf<Views>(await bob.get(`${address}?page_size=1&page=2`))), ['p/a']);
  assert.deepEqual(namesOf(jsonOf<Views>(await bob.get(`${address}?q=name%3D~b/d`))), ['p/b/deep']);
  expectRefusal(await carol.get(address), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(address), 401, 'UNAUTHORIZED');
  expectRefusal(await admin.get(`${projects}/absent/repositories`), 404, 'NOT_FOUND');
});

test('getRepository: printed as Harbor prints it; not for strangers of a public project', async () => {
  const view = jsonOf<View>(await bob.get(one('p', 'b/deep')));
  const { id, creation_time, update_time, ...rest } = view;
  assert.deepEqual(rest, { project_id: projectId, name: 'p/b/deep', artifact_count: 1, pull_count: 0 });
  assert.ok(typeof id === 'number');
  for (const time of [creation_time, update_time])
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expectRefusal(await bob.get(one('p', 'absent')), 404, 'NOT_FOUND');
  expectRefusal(await carol.get(one('library', 'open')), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(one('library', 'open')), 401, 'UNAUTHORIZED');
});

test('updateRepository: only the description, escaped in the answer, the same when it is sent back', async () => {
  const put = (body: unknown, client = alice) => sendJson(client, 'PUT', one('p', 'a'), body);
  const description = async (): Promise<unknown> => jsonOf<View>(await bob.get(one('p', 'a')))['description'];
  expectStatus(await put({ description: '<b>&"\'', name: 'p/other', pull_count: 9 }), 200);
  assert.equal(await description(), '&lt;b&gt;&amp;&#34;&#39;');
  const view = jsonOf<View>(await bob.get(one('p', 'a')));
  assert.deepEqual([view['name'], view['pull_count']], ['p/a', 0]);
  expectStatus(await put(view), 200);
  assert.equal(await description(), '&lt;b&gt;&amp;&#34;&#39;');
  expectRefusal(await put({ description: 'a\0b' }), 400, 'BAD_REQUEST');
  expectRefusal(await put({ description: '\ud800' }), 400, 'BAD_REQUEST');
  expectRefusal(await put({ description: 'x'.repeat(70_000) }), 422, 'UNPROCESSABLE_ENTITY');
  expectRefusal(await put({ description: 'x' }, bob), 403, 'FORBIDDEN');
  assert.equal(await description(), '&lt;b&gt;&amp;&#34;&#39;');
  expectRefusal(await sendJson(alice, 'PUT', one('p', 'absent'), { description: 'x' }), 404, 'NOT_FOUND');
});

test('getRepository: its update time moves with a push, the end of a tag and of an artifact', async () => {
  await alice.pushImage('p/moves', 'v1', imageOf({ seed: 'moves' }));
  const time = async (): Promise<number> =>
    Date.parse(String(jsonOf<View>(await bob.get(one('p', 'moves')))['update_time']));
  const first = await time();
  await waitUntil('a push a second later moves it', async () => {
    await alice.pushImage('p/moves', 'v2', imageOf({ seed: 'moves' }));
    return (await time()) > first;
  });
  const second = await time();
  expectStatus(await alice.delete('/v2/p/moves/manifests/v2'), 202);
  const third = await time();
  assert.ok(third > second);
  expectStatus(await alice.delete(`${one('p', 'moves')}/artifacts/v1`), 200);
  assert.ok((await time()) > third);
});

test('deleteRepository: it goes with its artifacts, and its name is free', async () => {
  const image = imageOf({ seed: 'gone' });
  await alice.pushImage('p/gone/deep', 'v1', image);
  expectStatus(await sendJson(alice, 'PUT', one('p', 'gone/deep'), { description: 'old' }), 200);
  expectRefusal(await bob.delete(one('p', 'gone/deep')), 403, 'FORBIDDEN');
  expectStatus(await alice.delete(one('p', 'gone/deep')), 200);
  expectRefusal(await bob.get(one('p', 'gone/deep')), 404, 'NOT_FOUND');
  expectStatus(await bob.get('/v2/p/gone/deep/manifests/v1'), 404);
  expectRefusal(await alice.delete(one('p', 'gone/deep')), 404, 'NOT_FOUND');
  await alice.pushImage('p/gone/deep', 'v2', image);
  const view = jsonOf<View>(await bob.get(one('p', 'gone/deep')));
  assert.deepEqual([view['artifact_count'], view['description']], [1, undefined]);
});

test('a repository path that repeats the name of its project is reached under both encodings (H05)', async () => {
  const paths = ['red-ops/tool/img', 'ops', 'a/ops/b', 'repositories/artifacts', 'x/tags/y'];
  for (const path of paths) await alice.pushImage(`ops/${path}`, '1', imageOf({ seed: path }));
  for (const path of paths) {
    for (const times of [1, 2]) {
      const address = one('ops', path, times);
      assert.equal(jsonOf<View>(await alice.get(address))['name'], `ops/${path}`);
      expectStatus(await sendJson(alice, 'PUT', address, { description: path }), 200);
      assert.equal(jsonOf<View>(await alice.get(address))['description'], path);
      assert.equal(jsonOf<Views>(await alice.get(`${address}/artifacts`)).length, 1);
      assert.equal(jsonOf<Views>(await alice.get(`${address}/artifacts/1/tags`))[0]?.['name'], '1');
    }
  }
  expectStatus(await alice.delete(one('ops', 'ops')), 200);
  const left = namesOf(jsonOf<Views>(await alice.get(`${projects}/ops/repositories?sort=name`)));
  assert.deepEqual(
    left,
    paths
      .filter((path) => path !== 'ops')
      .map((path) => `ops/${path}`)
      .sort(),
  );
});

/** Everything of the case: image M, signature S of it, index I of both, its fallback list, B about I, S2 about S. */
async function plantKnot(repository: string) {
  const image = imageOf({ seed: `knot-${repository}` });
  const m = image.manifest;
  await alice.pushImage(repository, m.digest, image);
  const empty = Buffer.from('{}');
  await alice.pushBlob(repository, empty);
  const about = async (subject: Manifest, what: string): Promise<Manifest> => {
    const made = manifestOf(
      {
        schemaVersion: 2,
        mediaType: types.ociManifest,
        artifactType: `application/vnd.example.${what}`,
        config: descriptorOf('application/vnd.oci.empty.v1+json', empty),
        layers: [],
        subject: descriptorOf(subject.mediaType, subject.bytes),
      },
      types.ociManifest,
    );
    await alice.pushManifest(repository, made.digest, made);
    return made;
  };
  const s = await about(m, 's');
  const i = indexOf([childOf(m), childOf(s)]);
  await alice.pushManifest(repository, 'v1', i);
  const fallback = indexOf([childOf(s)]);
  await alice.pushManifest(repository, `sha256-${m.digest.slice(7)}`, fallback);
  return { m, s, i, fallback, b: await about(i, 'b'), s2: await about(s, 's2') };
}

const held = async (repository: string, parts: Readonly<Record<string, Manifest>>): Promise<string[]> => {
  const found = [];
  for (const [name, { digest }] of Object.entries(parts)) {
    if ((await alice.get(`/v2/${repository}/manifests/${digest}`)).status === 200) found.push(name);
  }
  return found;
};

test('deleteArtifact: subject, index and accessories never hold each other for good (H19)', async () => {
  const parts = await plantKnot('p/knot');
  const artifact = ({ digest }: Manifest): string => `${one('p', 'knot')}/artifacts/${digest}`;
  const refused = expectRefusal(await alice.delete(artifact(parts.s)), 412, 'VIOLATE_FOREIGN_KEY_CONSTRAINT');
  assert.match(refused, /sha256:/);
  expectRefusal(await alice.delete(artifact(parts.m)), 412, 'VIOLATE_FOREIGN_KEY_CONSTRAINT');
  assert.deepEqual(await held('p/knot', parts), Object.keys(parts));
  expectStatus(await alice.delete(artifact(parts.i)), 200);
  assert.deepEqual(await held('p/knot', parts), []);
  const referrers = jsonOf0(await alice.get(`/v2/p/knot/referrers/${parts.m.digest}`));
  assert.deepEqual(referrers.manifests, []);
});

test('deleteArtifact: an accessory that nothing lists goes alone, with what is about it (H19)', async () => {
  const parts = await plantKnot('p/knot-b');
  expectStatus(await alice.delete(`${one('p', 'knot-b')}/artifacts/${parts.b.digest}`), 200);
  assert.deepEqual(await held('p/knot-b', parts), ['m', 's', 'i', 'fallback', 's2']);
});

test('deleteRepository: what holds each other goes in one call, then the project goes, too (H19)', async () => {
  await makeProject(alice, 'knots');
  const parts = await plantKnot('knots/all');
  expectRefusal(await alice.delete(`${projects}/knots`), 412, 'PRECONDITION');
  expectStatus(await alice.delete(one('knots', 'all')), 200);
  assert.deepEqual(await held('knots/all', parts), []);
  expectStatus(await alice.delete(`${projects}/knots`), 200);
});

function jsonOf0(answer: { readonly body: Buffer }): { readonly manifests: unknown[] } {
  return JSON.parse(answer.body.toString()) as { manifests: unknown[] };
}
