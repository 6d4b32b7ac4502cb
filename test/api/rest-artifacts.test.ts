// Harbor's operations on artifacts: what they show of what was pushed.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { addUsers, grantRole } from '../harness/accounts.ts';
import { tarOfEntries } from '../harness/archive-files.ts';
import {
  childOf,
  type Descriptor,
  descriptorOf,
  imageOf,
  indexOf,
  type Manifest,
  manifestOf,
  seededBytes,
  types,
} from '../harness/image.ts';
import { expectStatus, type RegistryClient } from '../harness/registry-client.ts';
import { expectRefusal, jsonOf, makeProject, projects } from '../harness/rest.ts';
import { BerthServer, password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';

const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
await addUsers(server, ['alice', 'bob', 'carol']);
const anonymous = server.client(null);
const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((username) =>
  server.client({ username, password }),
) as [RegistryClient, RegistryClient, RegistryClient];
const projectId = await makeProject(alice, 'p');
await grantRole(server, { username: 'bob', role: 'guest', place: 'p' });

type View = Readonly<Record<string, unknown>>;
type Views = readonly View[];

const placeOf = (repository: string): string =>
  `${projects}/p/repositories/${encodeURIComponent(encodeURIComponent(repository))}/artifacts`;
const list = async (repository: string, query = ''): Promise<Views> =>
  jsonOf<Views>(await bob.get(`${placeOf(repository)}?${query}`));
const digests = (views: Views): unknown[] => views.map(({ digest }) => digest);
const get = async (repository: string, reference: string, query = ''): Promise<View> =>
  jsonOf<View>(await bob.get(`${placeOf(repository)}/${reference}?${query}`));

/** A manifest of any config and layers, with its content. */
async function pushAny(
  repository: string,
  reference: string,
  input: {
    configType: string;
    config?: unknown;
    layers?: readonly { type: string; bytes: Buffer; annotations?: object }[];
    more?: object;
  },
): Promise<Manifest> {
  const config = Buffer.from(JSON.stringify(input.config ?? {}));
  await alice.pushBlob(`p/${repository}`, config);
  const layers: Descriptor[] = [];
  for (const { type, bytes, annotations } of input.layers ?? []) {
    await alice.pushBlob(`p/${repository}`, bytes);
    layers.push({ ...descriptorOf(type, bytes), ...(annotations === undefined ? {} : { annotations }) });
  }
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(input.configType, config),
      layers,
      ...input.more,
    },
    types.ociManifest,
  );
  const at = reference === '' ? manifest.digest : reference;
  await alice.pushManifest(`p/${repository}`, at, manifest);
  return manifest;
}

async function pushReferrer(repository: string, subject: Manifest, artifactType: string, seed: string) {
  return pushAny(repository, '', {
    configType: 'application/vnd.oci.empty.v1+json',
    layers: [{ type: artifactType, bytes: seededBytes(seed, 100) }],
    more: { artifactType, subject: descriptorOf(subject.mediaType, subject.bytes) },
  });
}

/** A tar archive of such files. */
function tarOf(files: Readonly<Record<string, string>>): Buffer {
  return tarOfEntries(Object.entries(files).map(([name, text]) => ({ name, body: Buffer.from(text) })));
}

test('getArtifact: an image is printed as Harbor prints one, right behind its push', async () => {
  const config = {
    created: '2026-01-02T03:04:05Z',
    architecture: 'arm64',
    os: 'linux',
    config: { Env: ['A=b'], Labels: { maintainer: 'me' } },
    history: [{ created_by: 'FROM x', empty_layer: true }, { created_by: 'COPY y' }],
  };
  const layer = seededBytes('one', 500);
  const manifest = await pushAny('a/one', 'v1', {
    configType: types.ociConfig,
    config,
    layers: [{ type: types.ociLayer, bytes: layer }],
    more: { annotations: { note: 'n', odd: 'o' } },
  });
  const view = await get('a/one', 'v1');
  const { id, repository_id, push_time, tags, ...rest } = view;
  assert.match(String(push_time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    type: 'IMAGE',
    media_type: types.ociConfig,
    manifest_media_type: types.ociManifest,
    artifact_type: types.ociConfig,
    project_id: projectId,
    repository_name: 'p/a/one',
    digest: manifest.digest,
    size: manifest.bytes.length + Buffer.byteLength(JSON.stringify(config)) + layer.length,
    icon: 'sha256:0048162a053eef4d4ce3fe7518615bef084403614f8bca43b40ae2e762e11e06',
    pull_time: '0001-01-01T00:00:00.000Z',
    extra_attrs: {
      architecture: 'arm64',
      author: 'me',
      config: config.config,
      created: '2026-01-02T03:04:05Z',
      os: 'linux',
    },
    annotations: { note: 'n', odd: 'o' },
    addition_links: {
      build_history: {
        absolute: false,
        href: `/api/v2.0/projects/p/repositories/a%252Fone/artifacts/${manifest.digest}/additions/build_history`,
      },
    },
    labels: null,
    references: null,
    accessories: null,
  });
  const [tag] = tags as Views;
  assert.deepEqual(
    [tag?.['name'], tag?.['immutable'], tag?.['artifact_id'], tag?.['repository_id']],
    ['v1', false, id, repository_id],
  );
  assert.deepEqual(await get('a/one', manifest.digest), view);
  assert.equal((await get('a/one', 'v1', 'with_tag=false'))['tags'], null);
  const href = (view['addition_links'] as { build_history: { href: string } }).build_history.href;
  assert.deepEqual(jsonOf(await bob.get(href)), config.history);
});

test('getArtifact: by a reference that is none, or names nothing, it is 400 or 404', async () => {
  expectRefusal(await bob.get(`${placeOf('a/one')}/sha256:abc`), 400, 'DIGEST_INVALID');
  expectRefusal(await bob.get(`${placeOf('a/one')}/sha256:${'a'.repeat(64)}`), 404, 'NOT_FOUND');
  expectRefusal(await bob.get(`${placeOf('a/one')}/absent`), 404, 'NOT_FOUND');
  expectRefusal(await bob.get(`${placeOf('absent')}/v1`), 404, 'NOT_FOUND');
  expectRefusal(await carol.get(`${placeOf('a/one')}/v1`), 403, 'FORBIDDEN');
  expectRefusal(await anonymous.get(`${placeOf('a/one')}/v1`), 401, 'UNAUTHORIZED');
});

test('listArtifacts: an unknown repository has none, pages, filters and sorts change what is listed', async () => {
  assert.deepEqual(await list('absent'), []);
  const made = [];
  for (const [name, size] of [
    ['x', 3000],
    ['y', 1000],
    ['z', 2000],
  ] as const) {
    const image = imageOf({ seed: `list-${name}`, layers: [size] });
    await alice.pushImage('p/list', name, image);
    made.push(image.manifest.digest);
  }
  const [x, y, z] = made;
  assert.deepEqual(digests(await list('list')), [z, y, x]);
  const page = await bob.get(`${placeOf('list')}?page=2&page_size=2`);
  assert.equal(page.headers['x-total-count'], '3');
  assert.match(String(page.headers.link), /rel="prev"/);
  assert.deepEqual(digests(jsonOf<Views>(page)), [x]);
  assert.deepEqual(digests(await list('list', 'sort=size')), [y, z, x]);
  assert.deepEqual(digests(await list('list', 'sort=-size')), [x, z, y]);
  assert.deepEqual(digests(await list('list', 'q=tags%3Dy')), [y]);
  assert.deepEqual(digests(await list('list', 'q=tags%3D~Z')), [z]);
  assert.deepEqual(await list('list', 'q=tags%3Dnil'), []);
  assert.equal((await list('list', 'q=tags%3D*,type%3DIMAGE')).length, 3);
  assert.deepEqual(await list('list', 'q=type%3DCHART'), []);
  assert.deepEqual(digests(await list('list', `q=digest%3D${x}`)), [x]);
  assert.deepEqual(digests(await list('list', 'q=size%3D%5B2500~%5D')), [x]);
  assert.equal((await list('list', 'q=push_time%3D%5B2020-01-01T00:00:00~%5D')).length, 3);
  assert.deepEqual(await list('list', 'q=push_time%3D%5B~2020-01-01T00:00:00%5D'), []);
  expectRefusal(await bob.get(`${placeOf('list')}?q=labels%3D1`), 400, 'BAD_REQUEST');
  assert.deepEqual(await list('list', 'q=labels%3D(1)'), []);
  expectRefusal(await bob.get(`${placeOf('list')}?q=size%3Dbig`), 400, 'BAD_REQUEST');
});

test('listArtifacts: untagged children of an index are hidden but for base=*, its size is that of all', async () => {
  const one = imageOf({ seed: 'child-1' });
  const two = imageOf({ seed: 'child-2' });
  await alice.pushImage('p/index', one.manifest.digest, one);
  await alice.pushImage('p/index', 'tagged', two);
  const arm = { architecture: 'arm', os: 'linux', variant: 'v7' };
  const children = [
    childOf(one.manifest, { platform: { architecture: 'amd64', os: 'linux' } }),
    childOf(two.manifest, { platform: arm, annotations: { k: '1' } }),
    childOf(two.manifest, { platform: { ...arm, variant: 'v6' } }),
  ];
  const index = indexOf(children);
  await alice.pushManifest('p/index', 'multi', index);
  assert.deepEqual(digests(await list('index')), [index.digest, two.manifest.digest]);
  assert.deepEqual(digests(await list('index', 'q=base%3D*')).length, 3);
  const view = await get('index', 'multi');
  const [first, second] = [await get('index', one.manifest.digest), await get('index', 'tagged')];
  assert.equal(view['size'], index.bytes.length + Number(first['size']) + Number(second['size']));
  assert.equal(view['media_type'], types.ociIndex);
  assert.deepEqual(view['addition_links'], {});
  assert.deepEqual(
    (view['references'] as Views).map(({ child_digest }) => child_digest),
    [one.manifest.digest, two.manifest.digest, two.manifest.digest],
  );
  assert.deepEqual((view['references'] as Views)[1], {
    parent_id: view['id'],
    child_id: second['id'],
    child_digest: two.manifest.digest,
    annotations: { k: '1' },
    platform: { ...arm, "'os.features'": null },
    urls: null,
  });
});

test('listAccessories: signatures and the like are known in either order of arrival, and lists hide them', async () => {
  const image = imageOf({ seed: 'signed' });
  const { manifest } = image;
  const hex = manifest.digest.slice('sha256:'.length);
  const before = await pushReferrer('signed', manifest, 'application/vnd.cncf.notary.signature', 'notation');
  await alice.pushImage('p/signed', 'v1', image);
  const bundle = await pushReferrer(
    'signed',
    manifest,
    'application/vnd.dev.sigstore.bundle.v0.3+json',
    'bundle',
  );
  const other = await pushReferrer('signed', manifest, 'application/vnd.example.thing', 'other');
  const classic = await pushAny('signed', `sha256-${hex}.sig`, {
    configType: types.ociConfig,
    layers: [
      { type: 'application/vnd.dev.cosign.simplesigning.v1+json', bytes: Buffer.from('{"critical":{}}') },
    ],
  });
  const sbom = await pushAny('signed', '', {
    configType: 'application/vnd.goharbor.harbor.sbom.v1',
    layers: [{ type: types.tarLayer, bytes: Buffer.from('{"spdxVersion":"SPDX-2.3"}') }],
    more: { subject: descriptorOf(manifest.mediaType, manifest.bytes) },
  });
  const nydus = await pushAny('signed', '', {
    configType: types.ociConfig,
    layers: [
      {
        type: types.ociLayer,
        bytes: seededBytes('nydus', 50),
        annotations: { 'containerd.io/snapshot/nydus-bootstrap': 'true' },
      },
    ],
    more: { subject: descriptorOf(manifest.mediaType, manifest.bytes) },
  });
  assert.deepEqual(digests(await list('signed')), [manifest.digest]);
  assert.equal((await list('signed'))[0]?.['accessories'], null);
  const [view] = await list('signed', 'with_accessory=true');
  const accessories = view?.['accessories'] as Views;
  assert.deepEqual(
    accessories.map(({ digest, type, artifact_type: is }) => [digest, type, is]),
    [
      [before.digest, 'signature.notation', 'application/vnd.cncf.notary.signature'],
      [bundle.digest, 'signature.cosign', 'application/vnd.dev.sigstore.bundle.v0.3+json'],
      [other.digest, 'subject.accessory', 'application/vnd.example.thing'],
      [classic.digest, 'signature.cosign', types.ociConfig],
      [sbom.digest, 'sbom.harbor', 'application/vnd.goharbor.harbor.sbom.v1'],
      [nydus.digest, 'accelerator.nydus', types.ociConfig],
    ],
  );
  assert.deepEqual(
    [
      accessories[0]?.['subject_artifact_id'],
      accessories[0]?.['subject_artifact_repo'],
      accessories[0]?.['subject_artifact_digest'],
    ],
    [view?.['id'], 'p/signed', manifest.digest],
  );
  const address = `${placeOf('signed')}/v1/accessories`;
  const page = await bob.get(`${address}?page_size=4&page=2&sort=-id`);
  assert.equal(page.headers['x-total-count'], '6');
  assert.deepEqual(digests(jsonOf<Views>(page)), [bundle.digest, before.digest]);
  const notation = jsonOf<Views>(await bob.get(`${address}?q=type%3Dsignature.notation`));
  assert.deepEqual(digests(notation), [before.digest]);
  const links = view?.['addition_links'] as { sboms: { href: string } };
  const shown = await bob.get(links.sboms.href);
  expectStatus(shown, 200);
  assert.equal(shown.headers['content-type'], 'application/vnd.goharbor.harbor.sbom.v1');
  assert.equal(shown.body.toString(), '{"spdxVersion":"SPDX-2.3"}');
});

test('getArtifact: a child of a signed index inherits its signatures', async () => {
  const image = imageOf({ seed: 'inherits' });
  await alice.pushImage('p/inherits', image.manifest.digest, image);
  const index = indexOf([childOf(image.manifest)]);
  await alice.pushManifest('p/inherits', 'v1', index);
  const signature = await pushReferrer('inherits', index, 'application/vnd.cncf.notary.signature', 'i');
  const child = await get('inherits', image.manifest.digest, 'with_inherited_accessory=true');
  assert.deepEqual(digests(child['inherited_accessories'] as Views), [signature.digest]);
  assert.equal('inherited_accessories' in (await get('inherits', image.manifest.digest)), false);
});

test('listTags: the tags of one artifact, by page, name and order', async () => {
  const image = imageOf({ seed: 'tags' });
  for (const tag of ['b', 'a', 'c']) await alice.pushImage('p/tags', tag, image);
  await alice.pushImage('p/tags', 'elsewhere', imageOf({ seed: 'tags-other' }));
  const address = `${placeOf('tags')}/a/tags`;
  const names = async (query: string): Promise<unknown[]> =>
    jsonOf<Views>(await bob.get(`${address}?${query}`)).map(({ name }) => name);
  assert.deepEqual(await names(''), ['c', 'a', 'b']);
  assert.deepEqual(await names('sort=name&page_size=2'), ['a', 'b']);
  assert.deepEqual(await names('sort=name&page_size=2&page=2'), ['c']);
  assert.deepEqual(await names('q=name%3D~B'), ['b']);
  assert.deepEqual(await names('q=name%3Dabsent'), []);
  expectRefusal(await bob.get(`${placeOf('tags')}/none/tags`), 404, 'NOT_FOUND');
});

test('getAddition: of a chart its values, readme and dependencies; of another type 400, another name 422', async () => {
  const chart = gzipSync(
    tarOf({ 'web/Chart.yaml': 'name: web', 'web/values.yaml': 'a: 1\n', 'web/README.md': '# Web' }),
  );
  const config = {
    name: 'web',
    version: '1.0.0',
    dependencies: [{ name: 'db', version: '2', repository: 'https://e' }],
  };
  await pushAny('chart', '1.0.0', {
    configType: 'application/vnd.cncf.helm.config.v1+json',
    config,
    layers: [{ type: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', bytes: chart }],
  });
  const view = await get('chart', '1.0.0');
  assert.equal(view['type'], 'CHART');
  assert.deepEqual(view['extra_attrs'], config);
  const addition = (name: string) => bob.get(`${placeOf('chart')}/1.0.0/additions/${name}`);
  const [values, readme] = [await addition('values.yaml'), await addition('readme.md')];
  assert.deepEqual(
    [values.body.toString(), values.headers['content-type']],
    ['a: 1\n', 'text/plain; charset=utf-8'],
  );
  assert.deepEqual(
    [readme.body.toString(), readme.headers['content-type']],
    ['# Web', 'text/markdown; charset=utf-8'],
  );
  assert.deepEqual(jsonOf(await addition('dependencies')), config.dependencies);
  expectRefusal(await addition('build_history'), 400, 'BAD_REQUEST');
  expectRefusal(await addition('secrets'), 422, 'UNPROCESSABLE_ENTITY');
});

test('getAddition: of a model its readme, license and files', async () => {
  const filepath = (path: string) => ({ 'org.cncf.model.filepath': path });
  const raw = 'application/vnd.cncf.model.doc.v1.raw';
  await pushAny('model', 'v1', {
    configType: 'application/vnd.cncf.model.config.v1+json',
    config: { descriptor: { name: 'm' } },
    layers: [
      { type: raw, bytes: Buffer.from('# Model'), annotations: filepath('README.md') },
      { type: raw, bytes: Buffer.from('weights'), annotations: filepath('w/a.bin') },
    ],
    more: { artifactType: 'application/vnd.cncf.model.manifest.v1+json' },
  });
  const addition = (name: string) => bob.get(`${placeOf('model')}/v1/additions/${name}`);
  assert.equal((await get('model', 'v1'))['type'], 'CNAI');
  assert.equal((await addition('readme.md')).body.toString(), '# Model');
  expectRefusal(await addition('license'), 404, 'NOT_FOUND');
  assert.deepEqual(jsonOf(await addition('files')), [
    { name: 'w', type: 'directory', size: 7, children: [{ name: 'a.bin', type: 'file', size: 7 }] },
    { name: 'README.md', type: 'file', size: 7 },
  ]);
});

test('getVulnerabilitiesAddition: nothing, without a scanner', async () => {
  assert.deepEqual(jsonOf(await bob.get(`${placeOf('chart')}/1.0.0/additions/vulnerabilities`)), {});
  expectRefusal(await bob.get(`${placeOf('chart')}/2/additions/vulnerabilities`), 404, 'NOT_FOUND');
});

test('getIcon: built-in pictures for all, those that artifacts bring for who may read these', async () => {
  const image = jsonOf<{ 'content-type': string; content: string }>(
    await anonymous.get(
      '/api/v2.0/icons/sha256:0048162a053eef4d4ce3fe7518615bef084403614f8bca43b40ae2e762e11e06',
    ),
  );
  assert.equal(image['content-type'], 'image/png');
  assert.equal(Buffer.from(image.content, 'base64').subarray(1, 4).toString(), 'PNG');
  const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4]);
  await pushAny('thing', 'v1', {
    configType: 'application/vnd.acme.thing.config.v1+json',
    config: { visible: 1, secret: 2 },
    layers: [
      {
        type: 'image/png',
        bytes: picture,
        annotations: { 'io.goharbor.artifact.v1alpha1.icon': '' },
      },
    ],
    more: { annotations: { 'io.goharbor.artifact.v1alpha1.skip-list': 'secret' } },
  });
  const view = await get('thing', 'v1');
  assert.deepEqual([view['type'], view['extra_attrs']], ['THING', { visible: 1 }]);
  const address = `/api/v2.0/icons/${String(view['icon'])}`;
  assert.equal(jsonOf<View>(await bob.get(address))['content'], picture.toString('base64'));
  expectRefusal(await anonymous.get(address), 404, 'NOT_FOUND');
  expectRefusal(await carol.get(address), 404, 'NOT_FOUND');
});

test('listArtifactsOfProject: of all repositories, the newest of each where asked for', async () => {
  const address = `${projects}/p/artifacts`;
  expectRefusal(await anonymous.get(`${projects}/library/artifacts`), 401, 'UNAUTHORIZED');
  const charts = jsonOf<Views>(await bob.get(`${address}?q=type%3DCHART`));
  assert.deepEqual(
    charts.map(({ repository_name }) => repository_name),
    ['p/chart'],
  );
  expectRefusal(await bob.get(`${address}?latest_in_repository=true`), 400, 'BAD_REQUEST');
  const of = (more: string): string =>
    `${address}?page_size=100&q=repository_name%3Dp/list,media_type%3D${encodeURIComponent(encodeURIComponent(types.ociConfig))}${more}`;
  const latest = await bob.get(of('&latest_in_repository=true'));
  assert.equal(latest.headers['x-total-count'], '1');
  assert.deepEqual(digests(jsonOf<Views>(latest)), digests(await list('list', 'q=tags%3Dz')));
  assert.equal((await bob.get(of(''))).headers['x-total-count'], '3');
});

test('getArtifact: a pull by a client is counted and timed, a look at it is not', async () => {
  const image = imageOf({ seed: 'pulled' });
  await alice.pushImage('p/pulled', 'v1', image);
  expectStatus(await bob.head('/v2/p/pulled/manifests/v1'), 200);
  const repository = async () => jsonOf<View>(await bob.get(`${projects}/p/repositories/pulled`));
  expectStatus(await bob.get('/v2/p/pulled/manifests/v1'), 200);
  expectStatus(await bob.get(`/v2/p/pulled/manifests/${image.manifest.digest}`), 200);
  await waitUntil('the pulls are counted', async () => (await repository())['pull_count'] === 2);
  const view = await get('pulled', 'v1');
  assert.notEqual(view['pull_time'], '0001-01-01T00:00:00.000Z');
  assert.notEqual((view['tags'] as Views)[0]?.['pull_time'], '0001-01-01T00:00:00.000Z');
  assert.equal((await repository())['pull_count'], 2);
});

test('deleteArtifact: a child of an index is 412; the index takes its untagged children and accessories along', async () => {
  const [lone, kept] = [imageOf({ seed: 'gone-1' }), imageOf({ seed: 'gone-2' })];
  await alice.pushImage('p/gone', lone.manifest.digest, lone);
  await alice.pushImage('p/gone', 'kept', kept);
  const index = indexOf([childOf(lone.manifest), childOf(kept.manifest)]);
  await alice.pushManifest('p/gone', 'multi', index);
  const signature = await pushReferrer('gone', index, 'application/vnd.cncf.notary.signature', 'gone');
  expectRefusal(await bob.delete(`${placeOf('gone')}/multi`), 403, 'FORBIDDEN');
  expectRefusal(await alice.delete(`${placeOf('gone')}/kept`), 412, 'VIOLATE_FOREIGN_KEY_CONSTRAINT');
  const answer = await alice.delete(`${placeOf('gone')}/multi`);
  expectStatus(answer, 200);
  assert.equal(answer.body.length, 0);
  assert.deepEqual(digests(await list('gone', 'q=base%3D*')), [kept.manifest.digest]);
  for (const gone of [index, signature, lone.manifest])
    expectStatus(await bob.get(`/v2/p/gone/manifests/${gone.digest}`), 404);
  expectRefusal(await alice.delete(`${placeOf('gone')}/multi`), 404, 'NOT_FOUND');
  expectStatus(await alice.delete(`${placeOf('gone')}/kept`), 200);
  assert.deepEqual(await list('gone', 'q=base%3D*'), []);
});

test('getArtifact: a config of no bytes is nothing that is read, and nothing that fails (H02)', async () => {
  const none = Buffer.alloc(0);
  const layer = seededBytes('h02', 1024);
  for (const bytes of [none, layer]) await alice.pushBlob('p/empty', bytes);
  for (const [tag, configType] of [
    ['foreign', 'application/vnd.example.config.v1+json'],
    ['image', types.ociConfig],
  ] as const) {
    const manifest = manifestOf(
      {
        schemaVersion: 2,
        mediaType: types.ociManifest,
        config: descriptorOf(configType, none),
        layers: [descriptorOf(types.ociLayer, layer)],
      },
      types.ociManifest,
    );
    await alice.pushManifest('p/empty', tag, manifest);
    const view = await get('empty', tag);
    assert.deepEqual([view['extra_attrs'], view['size']], [undefined, manifest.bytes.length + 1024]);
  }
  const history = (tag: string) => bob.get(`${placeOf('empty')}/${tag}/additions/build_history`);
  expectRefusal(await history('foreign'), 400, 'BAD_REQUEST');
  expectRefusal(await history('image'), 404, 'NOT_FOUND');
});
