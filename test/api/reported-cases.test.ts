// Trouble that was reported in public against other registries, as far as `/v2` has a part in it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addUsers, createProject, grantRole } from '../harness/accounts.ts';
import {
  childOf,
  descriptorOf,
  digestOf,
  imageOf,
  indexOf,
  manifestOf,
  seededBytes,
  types,
} from '../harness/image.ts';
import { plantRole } from '../harness/plant-role.ts';
import { expectError, expectStatus, locationOf } from '../harness/registry-client.ts';
import { BerthServer, password } from '../harness/start-server.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const client = server.client();

test('one child twice in an index is taken, served as pushed, and deleted at most once (goharbor/harbor#16718)', async () => {
  const repository = 'library/twice';
  const image = imageOf({ seed: 'twice' });
  await client.pushImage(repository, image.manifest.digest, image);
  const platform = (variant: string) => ({ platform: { architecture: 'arm', os: 'linux', variant } });
  const index = indexOf([
    childOf(image.manifest, { ...platform('v6'), annotations: { k: '1' } }),
    childOf(image.manifest, { ...platform('v7'), annotations: { k: '2' } }),
  ]);
  for (let round = 0; round < 2; round++) await client.pushManifest(repository, 'multi', index);
  assert.ok((await client.get(`/v2/${repository}/manifests/multi`)).body.equals(index.bytes));
  expectStatus(await client.delete(`/v2/${repository}/manifests/${index.digest}`), 202);
  await client.pullImage(repository, image.manifest.digest, image);
});

const nothing = Buffer.alloc(0);
const nothingDigest = digestOf(nothing);

test('a blob without a byte is pushed in three ways, and may be a config (goharbor/harbor#21018)', async () => {
  const ways = [
    async (repository: string) =>
      client.finishUpload(await client.startUpload(repository), nothingDigest, nothing),
    async (repository: string) =>
      client.call('POST', `/v2/${repository}/blobs/uploads/?digest=${nothingDigest}`, { body: nothing }),
    async (repository: string) => {
      const patched = await client.patch(await client.startUpload(repository), nothing);
      expectStatus(patched, 202);
      return client.finishUpload(locationOf(patched), nothingDigest);
    },
  ];
  for (const [at, push] of ways.entries()) {
    const repository = `library/nothing-${at}`;
    expectStatus(await push(repository), 201);
    const path = `/v2/${repository}/blobs/${nothingDigest}`;
    for (const method of ['HEAD', 'GET']) {
      const answer = await client.call(method, path);
      expectStatus(answer, 200);
      assert.equal(answer.headers['content-length'], '0');
    }
    const range = await client.get(path, { Range: 'bytes=0-0' });
    expectError(range, 416, 'RANGE_INVALID');
    assert.equal(range.headers['content-range'], 'bytes */0');
    const layer = seededBytes('layer', 1024);
    await client.pushBlob(repository, layer);
    const config = descriptorOf('application/vnd.example.config.v1+json', nothing);
    const layers = [descriptorOf(types.ociLayer, layer)];
    const manifest = manifestOf(
      { schemaVersion: 2, mediaType: types.ociManifest, config, layers },
      types.ociManifest,
    );
    await client.pushManifest(repository, 'v1', manifest);
  }
});

test('HEAD and GET agree whatever encodings the client offers (oras-project/oras-go#1176)', async () => {
  const repository = 'library/encodings';
  const long = indexOf([], false, { annotations: { text: 'compressible '.repeat(250) } });
  await client.pushManifest(repository, 'long', long);
  const text = Buffer.from('the same line\n'.repeat(5000));
  await client.pushBlob(repository, text);
  const paths = [
    'manifests/long',
    `manifests/${long.digest}`,
    `blobs/${digestOf(text)}`,
    `referrers/${long.digest}`,
  ];
  for (const encoding of [undefined, 'gzip', 'gzip, br, zstd', 'identity', '*']) {
    const headers: Record<string, string> = encoding === undefined ? {} : { 'Accept-Encoding': encoding };
    for (const path of paths) {
      const head = await client.head(`/v2/${repository}/${path}`, headers);
      const get = await client.get(`/v2/${repository}/${path}`, headers);
      for (const name of [
        'content-length',
        'content-type',
        'docker-content-digest',
        'etag',
        'content-encoding',
      ])
        assert.equal(head.headers[name], get.headers[name], `${path} ${name}`);
      assert.equal(get.headers['content-encoding'], undefined);
      assert.equal(get.headers['content-length'], String(get.body.length));
    }
  }
});

const hex = 'ab'.repeat(32);
const broken = [
  'sha256:abc',
  'sha256:',
  `sha256:${hex.toUpperCase()}`,
  `sha256:${hex.slice(1)}`,
  `sha512:${hex}`,
  ':abc',
  'sha256%3Aabc',
  `sha256:${hex}/x`,
];

test('what looks like a digest and is none is refused everywhere and changes nothing (project-zot/zot#4165)', async () => {
  const repository = 'library/broken';
  const image = imageOf({ seed: 'broken' });
  await client.pushImage(repository, 'kept', image);
  for (const text of broken) {
    const path = `/v2/${repository}/manifests/${text}`;
    const answers = [
      await client.head(path),
      await client.get(path),
      await client.putManifest(repository, text, image.manifest),
      await client.delete(path),
      await client.get(`/v2/${repository}/referrers/${text}`),
      await client.finishUpload(await client.startUpload(repository), text, 'x'),
    ];
    for (const answer of answers) assert.equal(answer.status, 400, text);
    const query = `?mount=${text}&from=${repository}`;
    const mount = await client.call('POST', `/v2/library/broken-mount/blobs/uploads/${query}`, { body: '' });
    assert.ok(mount.status === 400 || mount.status === 202, text);
    assert.deepEqual(await client.tags(repository), ['kept']);
  }
  await client.pullImage(repository, 'kept', image);
  const unknown = await client.get(`/v2/${repository}/manifests/blake3:${hex}`);
  assert.ok(unknown.status === 404 || unknown.status === 400);
});

test('a path that repeats the project’s name, or the API’s words, is that repository (goharbor/harbor#12500)', async () => {
  const names = [
    'library/red-library/tool/img',
    'library/library',
    'library/a/library/b',
    'library/repositories/artifacts',
    'library/x/tags/y',
    'library/manifests/referrers/blobs',
  ];
  for (const [at, name] of names.entries())
    await client.pushManifest(name, '1', indexOf([], false, { annotations: { at: `${at}` } }));
  for (const [at, name] of names.entries()) {
    const bytes = indexOf([], false, { annotations: { at: `${at}` } }).bytes;
    for (const written of [name, name.replaceAll('/', '%2F'), name.replaceAll('/', '%252F')]) {
      const answer = await client.get(`/v2/${written}/manifests/1`);
      expectStatus(answer, 200);
      assert.ok(answer.body.equals(bytes), written);
    }
    expectError(await client.get(`/v2/${name.replaceAll('/', '%25252F')}/manifests/1`), 400, 'NAME_INVALID');
    expectStatus(await client.delete(`/v2/${name}/manifests/1`), 202);
    for (const [other, left] of names.entries())
      assert.equal((await client.get(`/v2/${left}/manifests/1`)).status, other > at ? 200 : 404, left);
  }
});

test('the empty JSON need not be pushed by who names it, and is pulled from there', async () => {
  const empty = Buffer.from('{}');
  for (const digest of [digestOf(empty), undefined]) {
    const repository = `library/empty-${digest === undefined ? 'sha512' : 'sha256'}`;
    const named =
      digest ??
      'sha512:27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd';
    const descriptor = { mediaType: 'application/vnd.oci.empty.v1+json', digest: named, size: 2 };
    const manifest = manifestOf(
      {
        schemaVersion: 2,
        mediaType: types.ociManifest,
        artifactType: 'application/x',
        config: descriptor,
        layers: [{ ...descriptor, data: 'e30=' }],
      },
      types.ociManifest,
    );
    for (let round = 0; round < 2; round++) await client.pushManifest(repository, 'v1', manifest);
    const blob = await client.get(`/v2/${repository}/blobs/${named}`);
    expectStatus(blob, 200);
    assert.equal(blob.body.toString(), '{}');
  }
});

test('a cache whose index lists layers is taken, and keeps them', async () => {
  const repository = 'library/cache';
  const layer = seededBytes('cache layer', 300);
  const config = Buffer.from('{"layers":[]}');
  for (const blob of [layer, config]) await client.pushBlob(repository, blob);
  const index = indexOf([
    descriptorOf(types.ociLayer, layer),
    descriptorOf('application/vnd.buildkit.cacheconfig.v0', config),
  ]);
  await client.pushManifest(repository, 'cache', index);
  await client.pullBlob(repository, layer);
  expectError(await client.delete(`/v2/${repository}/blobs/${digestOf(layer)}`), 405, 'UNSUPPORTED');
});

test('grants add up, and a role everywhere does not swallow the one in a project, whichever came first (goharbor/harbor#20186)', async () => {
  await using own = await BerthServer.start();
  for (const project of ['p1', 'p2']) await createProject(own, project);
  await addUsers(own, ['special-first', 'wildcard-first']);
  await grantRole(own, { username: 'special-first', role: 'developer', place: 'p1' });
  await own.stop();
  for (const username of ['special-first', 'wildcard-first'])
    plantRole(own.data, { username, role: 'guest' });
  await own.restart();
  await grantRole(own, { username: 'wildcard-first', role: 'developer', place: 'p1' });
  await createProject(own, 'p3');
  const image = imageOf({ seed: 'wildcard' });
  const { digest, bytes, mediaType } = image.manifest;
  for (const project of ['p1', 'p2', 'p3']) await own.client().pushImage(`${project}/app`, digest, image);
  for (const username of ['special-first', 'wildcard-first']) {
    const who = own.client({ username, password });
    for (const project of ['p1', 'p2', 'p3']) {
      const path = `/v2/${project}/app/manifests`;
      const scope = `repository:${project}/app:pull,push`;
      const asked = await who.get(`/service/token?service=harbor-registry&scope=${scope}`);
      const { token } = JSON.parse(asked.body.toString()) as { token: string };
      for (const headers of [{}, { Authorization: `Bearer ${token}` }]) {
        expectStatus(await who.get(`${path}/${digest}`, headers), 200);
        const push = await who.call('PUT', `${path}/v1`, {
          headers: { ...headers, 'Content-Type': mediaType },
          body: bytes,
        });
        if (project === 'p1') expectStatus(push, 201);
        else expectError(push, 403, 'DENIED');
      }
    }
  }
});

test('a role on all repositories of a project does not swallow the one on some of them', async () => {
  await createProject(server, 'mixed');
  await addUsers(server, ['mixed-wide', 'mixed-narrow']);
  const wide = { role: 'guest', place: 'mixed/**' };
  const narrow = { role: 'developer', place: 'mixed/own/**' };
  for (const grant of [wide, narrow]) await grantRole(server, { username: 'mixed-wide', ...grant });
  for (const grant of [narrow, wide]) await grantRole(server, { username: 'mixed-narrow', ...grant });
  const image = imageOf({ seed: 'mixed' });
  for (const path of ['own/app', 'app']) await client.pushImage(`mixed/${path}`, 'v1', image);
  for (const username of ['mixed-wide', 'mixed-narrow']) {
    const who = server.client({ username, password });
    for (const path of ['own/app', 'app']) await who.pullImage(`mixed/${path}`, 'v1', image);
    expectStatus(await who.putManifest('mixed/own/app', 'v2', image.manifest), 201);
    expectError(await who.putManifest('mixed/app', 'v2', image.manifest), 403, 'DENIED');
  }
});

test('names of a mirrored host in the query are passed over', async () => {
  const repository = 'library/mirrored';
  const image = imageOf({ seed: 'mirrored' });
  await client.pushImage(repository, 'v1', image);
  expectStatus(await client.get(`/v2/${repository}/manifests/v1?ns=docker.io`), 200);
  expectStatus(await client.get(`/v2/${repository}/blobs/${digestOf(image.config)}?ns=docker.io`), 200);
});
