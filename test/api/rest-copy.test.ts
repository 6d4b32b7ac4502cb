// Harbor's operation that copies artifacts within and across projects.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { berth } from '../harness/berth-command.ts';
import {
  childOf,
  descriptorOf,
  type Image,
  imageOf,
  indexOf,
  type Manifest,
  manifestOf,
  seededBytes,
  types,
} from '../harness/image.ts';
import { type Answer, expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects, sendJson } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'carol', 'erin']);
const admin = server.client();
const anonymous = server.client(null);
const [alice, bob, carol, erin] = ['alice', 'bob', 'carol', 'erin'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient, RegistryClient];
await makeProject(alice, 'p');
const targetId = await makeProject(bob, 'q');
await makeProject(carol, 'hidden');
await grantRole(server, { username: 'bob', role: 'guest', place: 'p' });

type View = Readonly<Record<string, unknown>>;
const placeOf = (project: string, repository: string): string =>
  `${projects}/${project}/repositories/${encodeURIComponent(encodeURIComponent(repository))}/artifacts`;
const copy = (client: RegistryClient, from: string, place: string): Promise<Answer> =>
  client.call('POST', `${place}?from=${encodeURIComponent(from)}`);
const tagsOf = (view: View): string[] =>
  ((view['tags'] as View[] | null) ?? []).map(({ name }) => String(name)).toSorted();
const view = async (client: RegistryClient, place: string, reference: string, query = ''): Promise<View> =>
  jsonOf<View>(await client.get(`${place}/${reference}?${query}`));
const usedBy = async (projectId: number): Promise<unknown> =>
  jsonOf<{ used: View }>(await admin.get(`/api/v2.0/quotas/${projectId}`)).used['storage'];

async function pushReferrer(repository: string, subject: Manifest, reference = ''): Promise<Manifest> {
  const config = Buffer.from('{}');
  const layer = seededBytes(`about ${subject.digest} ${reference}`, 100);
  for (const bytes of [config, layer]) await alice.pushBlob(repository, bytes);
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      artifactType: 'application/vnd.example.sbom',
      config: descriptorOf('application/vnd.oci.empty.v1+json', config),
      layers: [descriptorOf('text/plain', layer)],
      ...(reference === '' ? { subject: descriptorOf(subject.mediaType, subject.bytes) } : {}),
    },
    types.ociManifest,
  );
  await alice.pushManifest(repository, reference === '' ? manifest.digest : reference, manifest);
  return manifest;
}

async function pushed(repository: string, tag: string): Promise<Image> {
  const image = imageOf({ seed: `${repository} ${tag}` });
  await alice.pushImage(repository, tag, image);
  return image;
}

test('CopyArtifact: an image is pulled from where it was copied to, by all its tags', async () => {
  const image = await pushed('p/app', 'v1');
  const before = await usedBy(targetId);
  expectStatus(await sendJson(alice, 'POST', `${placeOf('p', 'app')}/v1/tags`, { name: 'also' }), 201);
  const place = placeOf('q', 'deep/app');
  const answer = await copy(bob, 'p/app:v1', place);
  expectStatus(answer, 201);
  assert.equal(answer.headers.location, `${place}/v1`);
  assert.equal(answer.body.length, 0);
  for (const tag of ['v1', 'also']) await bob.pullImage('q/deep/app', tag, image);
  const [source, target] = [await view(bob, placeOf('p', 'app'), 'v1'), await view(bob, place, 'v1')];
  for (const key of ['digest', 'type', 'media_type', 'size', 'extra_attrs', 'icon'])
    assert.deepEqual(target[key], source[key], key);
  assert.deepEqual(tagsOf(target), ['also', 'v1']);
  assert.notEqual(target['id'], source['id']);
  const bytes = [image.config, image.manifest.bytes, ...image.layers].map(({ length }) => length);
  assert.equal(await usedBy(targetId), Number(before) + bytes.reduce((sum, each) => sum + each, 0));
  // The copy is its own: what becomes of the source does not matter.
  expectStatus(await alice.call('DELETE', `${placeOf('p', 'app')}/v1`), 200);
  await bob.pullImage('q/deep/app', 'v1', image);
  const byDigest = await copy(bob, `q/deep/app@${image.manifest.digest}`, placeOf('q', 'again'));
  assert.equal(byDigest.headers.location, `${placeOf('q', 'again')}/${image.manifest.digest}`);
  await bob.pullImage('q/again', 'also', image);
  assert.equal(await usedBy(targetId), Number(before) + bytes.reduce((sum, each) => sum + each, 0));
});

test('CopyArtifact: labels stay with the source, as in Harbor', async () => {
  await pushed('p/labelled', 'v1');
  const label = { name: 'stays', scope: 'g' };
  const { headers } = await sendJson(admin, 'POST', '/api/v2.0/labels', label);
  const id = Number(String(headers.location).split('/').at(-1));
  const source = placeOf('p', 'labelled');
  expectStatus(await sendJson(admin, 'POST', `${source}/v1/labels`, { id }), 200);
  const target = placeOf('q', 'labelled');
  expectStatus(await copy(bob, 'p/labelled:v1', target), 201);
  const [kept, copied] = [
    await view(bob, source, 'v1', 'with_label=true'),
    await view(bob, target, 'v1', 'with_label=true'),
  ];
  assert.deepEqual(
    (kept['labels'] as View[]).map(({ name }) => name),
    ['stays'],
  );
  assert.equal(copied['labels'], null);
});

test('CopyArtifact: an index goes with its children, what is about any of them, and its tags', async () => {
  const [one, two] = [imageOf({ seed: 'amd64' }), imageOf({ seed: 'arm64' })];
  for (const child of [one, two]) await alice.pushImage('p/multi', child.manifest.digest, child);
  const index = indexOf([childOf(one.manifest), childOf(two.manifest)]);
  await alice.pushManifest('p/multi', 'v1', index);
  await alice.pushManifest('p/multi', 'v1.0', index);
  const aboutIndex = await pushReferrer('p/multi', index);
  const aboutThat = await pushReferrer('p/multi', aboutIndex);
  const aboutChild = await pushReferrer('p/multi', one.manifest);
  const signature = `sha256-${two.manifest.digest.slice(7)}.att`;
  const attached = await pushReferrer('p/multi', two.manifest, signature);
  const target = placeOf('q', 'multi');
  expectStatus(await copy(bob, 'p/multi:v1', target), 201);
  await bob.pullImage('q/multi', one.manifest.digest, one);
  await bob.pullImage('q/multi', two.manifest.digest, two);
  for (const { digest } of [index, aboutIndex, aboutThat, aboutChild, attached])
    expectStatus(await bob.head(`/v2/q/multi/manifests/${digest}`), 200);
  expectStatus(await bob.head(`/v2/q/multi/manifests/${signature}`), 200);
  const shown = await view(bob, target, 'v1.0', 'with_accessory=true');
  assert.equal(shown['digest'], index.digest);
  assert.deepEqual(tagsOf(shown), ['v1', 'v1.0']);
  assert.deepEqual(
    (shown['accessories'] as View[]).map(({ digest }) => digest),
    [aboutIndex.digest],
  );
  assert.equal((shown['references'] as View[]).length, 2);
  const referrers = referrersIn(await bob.get(`/v2/q/multi/referrers/${one.manifest.digest}`));
  assert.deepEqual(referrers, [aboutChild.digest]);
  // What holds each other goes with one deletion, as at the source.
  expectStatus(await bob.call('DELETE', `${target}/v1`), 200);
  assert.deepEqual(jsonOf<View[]>(await bob.get(`${target}?q=base%3D*`)), []);
});

function referrersIn(answer: Answer): unknown[] {
  expectStatus(answer, 200);
  const { manifests } = JSON.parse(answer.body.toString()) as { manifests: View[] };
  return manifests.map(({ digest }) => digest);
}

test('CopyArtifact: what the target has already gains the tags and stays as it is', async () => {
  const image = await pushed('p/there', 'v1');
  const target = placeOf('q', 'there');
  expectStatus(await copy(bob, 'p/there:v1', target), 201);
  const first = await view(bob, target, 'v1');
  const used = await usedBy(targetId);
  expectStatus(await sendJson(alice, 'POST', `${placeOf('p', 'there')}/v1/tags`, { name: 'v2' }), 201);
  const newer = imageOf({ seed: 'newer' });
  await bob.pushImage('q/there', 'v1', newer);
  expectStatus(await copy(bob, `p/there@${image.manifest.digest}`, target), 201);
  const second = await view(bob, target, 'v2');
  assert.deepEqual([second['id'], second['push_time']], [first['id'], first['push_time']]);
  assert.deepEqual(tagsOf(second), ['v1', 'v2']);
  assert.ok(Number(await usedBy(targetId)) > Number(used));
  expectStatus(await copy(bob, `q/there:v2`, target), 201);
  assert.deepEqual(tagsOf(await view(bob, target, 'v2')), ['v1', 'v2']);
});

test('CopyArtifact: what is about another artifact is not copied on its own', async () => {
  const image = await pushed('p/signed', 'v1');
  const about = await pushReferrer('p/signed', image.manifest);
  expectRefusal(await copy(bob, `p/signed@${about.digest}`, placeOf('q', 'signed')), 403, 'DENIED');
  expectRefusal(await bob.get(`${placeOf('q', 'signed')}/${about.digest}`), 404, 'NOT_FOUND');
});

test('CopyArtifact: a source that is hidden is answered as one that is missing', async () => {
  await carol.pushImage('hidden/app', 'v1', imageOf({ seed: 'hidden' }));
  const ask = async (client: RegistryClient, from: string): Promise<string> => {
    const { status, body } = await copy(client, from, placeOf('q', 'x'));
    return `${status} ${body.toString().replaceAll(/hidden|absent/g, '<project>')}`;
  };
  assert.equal(await ask(bob, 'hidden/app:v1'), await ask(bob, 'absent/app:v1'));
  assert.equal(await ask(bob, 'hidden/app:v1'), await ask(bob, 'hidden/none:v1'));
  assert.match(await ask(bob, 'hidden/app:v1'), /^403 /);
  assert.match(await ask(bob, 'p/none:v1'), /^404 /);
  assert.match(await ask(bob, 'p/app:none'), /^404 /);
  assert.match(await ask(admin, 'absent/app:v1'), /^404 /);
  expectRefusal(await copy(anonymous, 'p/app:v1', placeOf('q', 'x')), 401, 'UNAUTHORIZED');
  expectRefusal(await copy(alice, 'p/app:v1', placeOf('q', 'x')), 403, 'FORBIDDEN');
  expectRefusal(await copy(bob, 'p/app:v1', placeOf('p', 'x')), 403, 'FORBIDDEN');
  for (const from of ['p/app', 'p', 'p/app:', ':v1', 'p/app@', 'P/app:v1', 'p/app:.v', 'p/a:v1@sha256:0'])
    assert.equal((await copy(bob, from, placeOf('q', 'x'))).status, 400, from);
  expectRefusal(await bob.call('POST', placeOf('q', 'x')), 422, 'UNPROCESSABLE_ENTITY');
  expectRefusal(await bob.get(`${placeOf('q', 'x')}/v1`), 404, 'NOT_FOUND');
});

test('CopyArtifact: a role for some tags moves no others', async () => {
  const grant = ['access', 'grant', 'erin', 'maintainer', 'q', '--tags', 'dev-*', '--data', server.data];
  assert.equal((await berth(grant)).code, 0);
  await grantRole(server, { username: 'erin', role: 'guest', place: 'p' });
  await pushed('p/some', 'dev-1');
  expectStatus(await copy(erin, 'p/some:dev-1', placeOf('q', 'some')), 201);
  expectStatus(await sendJson(alice, 'POST', `${placeOf('p', 'some')}/dev-1/tags`, { name: 'live' }), 201);
  expectRefusal(await copy(erin, 'p/some:dev-1', placeOf('q', 'some')), 403, 'FORBIDDEN');
  assert.deepEqual(tagsOf(await view(bob, placeOf('q', 'some'), 'dev-1')), ['dev-1']);
});

test('CopyArtifact: what would exceed the quota is refused and leaves nothing', async () => {
  const id = await makeProject(bob, 'small');
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${id}`, { hard: { storage: 1000 } }), 200);
  await pushed('p/large', 'v1');
  const message = expectRefusal(await copy(bob, 'p/large:v1', placeOf('small', 'app')), 403, 'DENIED');
  assert.match(message, /storage limit/);
  assert.equal(await usedBy(id), 0);
  assert.deepEqual(jsonOf(await bob.get(`${projects}/small/repositories`)), []);
  expectStatus(await sendJson(admin, 'PUT', `/api/v2.0/quotas/${id}`, { hard: { storage: -1 } }), 200);
  expectStatus(await copy(bob, 'p/large:v1', placeOf('small', 'app')), 201);
});
