import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  childOf,
  descriptorOf,
  imageOf,
  indexOf,
  type Manifest,
  manifestOf,
  seededBytes,
  types,
} from '../../../harness/image.ts';
import { tarOf } from '../../../harness/image-files.ts';
import type { RegistryClient } from '../../../harness/registry-client.ts';
import type { BerthServer } from '../../../harness/start-server.ts';
import { bound, type Created, expectList, idOf, pagesOf } from './lists.ts';
import type { SdkDriver } from './sdk-driver.ts';

interface Artifact {
  readonly digest: string;
  readonly type: string;
  readonly icon: string;
  readonly tags: readonly { readonly name: string; readonly immutable: boolean }[] | null;
  readonly labels: readonly { readonly name: string }[] | null;
  readonly accessories: readonly { readonly type: string }[] | null;
  readonly references: readonly { readonly child_digest: string }[] | null;
  readonly extra_attrs: Readonly<Record<string, unknown>>;
  readonly addition_links: Readonly<Record<string, unknown>>;
}

const everything = {
  with_tag: true,
  with_label: true,
  with_scan_overview: true,
  with_sbom_overview: true,
  with_immutable_status: true,
  with_accessory: true,
};

const place = { project_name: 'goods', repository_name: 'app/web' };

/** Repositories and what is in them. */
export function contentTests(driver: SdkDriver, server: BerthServer): void {
  const { call, refused } = bound(driver);
  const client = server.client();
  let pushed: Pushed;
  const names = (given: object): Promise<unknown[]> =>
    pagesOf(driver, 'listArtifacts', { ...place, ...given }).then((rows) => rows.map(({ digest }) => digest));

  test('repositories are listed, read, described and deleted', async () => {
    await call('createProject', { project: { project_name: 'goods', metadata: { public: 'false' } } });
    pushed = await pushAll(client);
    const names = ['goods/app/chart', 'goods/app/db', 'goods/app/web'];
    await expectList(driver, {
      operation: 'listRepositories',
      given: { project_name: 'goods' },
      by: 'name',
      all: ['goods/app/web', 'goods/app/db', 'goods/app/chart'],
      filter: [{ q: 'name=~db' }, ['goods/app/db']],
      sort: ['name', names],
    });
    const ours = await pagesOf(driver, 'listAllRepositories', { q: 'name=~goods/', sort: 'name' });
    assert.deepEqual(
      ours.map(({ name }) => name),
      names,
    );
    await call('updateRepository', { ...place, repository: { description: 'the shop' } });
    const { description } = await call<{ description: string }>('getRepository', place);
    assert.equal(description, 'the shop');
    await call('deleteRepository', { ...place, repository_name: 'app/db' });
    assert.equal((await refused('getRepository', { ...place, repository_name: 'app/db' })).status, 404);
  });

  test('artifacts are listed and read with everything that can be asked for', async () => {
    const { index, images } = pushed;
    const [first = index, second = index] = images;
    await expectList(driver, {
      operation: 'listArtifacts',
      given: { ...place, ...everything },
      by: 'digest',
      all: [index.digest, second.digest, first.digest],
      filter: [{ q: 'tags=v1' }, [first.digest]],
      sort: ['push_time', [first.digest, second.digest, index.digest]],
    });
    assert.equal((await names({ q: 'base=*' })).length, 4);
    const read = (reference: string): Promise<Artifact> =>
      call<Artifact>('getArtifact', { ...place, reference, ...everything });
    const signed = await read('v1');
    assert.deepEqual([signed.digest, signed.type], [first.digest, 'IMAGE']);
    assert.deepEqual(
      signed.accessories?.map(({ type }) => type),
      ['signature.cosign'],
    );
    assert.equal(signed.extra_attrs['architecture'], 'arm64');
    const { references } = await read('all');
    assert.equal(references?.length, 1);
    const accessories = { ...place, reference: 'v1' };
    assert.equal((await pagesOf(driver, 'listAccessories', accessories)).length, 1);
    const none = await pagesOf(driver, 'listAccessories', { ...accessories, q: 'type=sbom.harbor' });
    assert.deepEqual(none, []);
    const project = await pagesOf(driver, 'listArtifactsOfProject', {
      project_name_or_id: 'goods',
      ...everything,
      sort: 'push_time',
    });
    assert.equal(project.length, 4);
    const icon = await call<{ content: string }>('getIcon', { digest: signed.icon });
    assert.ok(Buffer.from(icon.content, 'base64').subarray(1).toString('latin1').startsWith('PNG'));
  });

  test('what is in an artifact is read', async () => {
    const shown = {
      build_history: { at: { ...place, reference: 'v1' }, text: /COPY y/ },
      'values.yaml': { at: { ...place, repository_name: 'app/chart', reference: '1.0.0' }, text: /port: 80/ },
    };
    for (const addition of driver.sdk.additions) {
      if (addition === 'vulnerabilities') {
        const scans = await call<unknown>('getVulnerabilitiesAddition', shown.build_history.at);
        assert.ok(['{}', '"{}"'].includes(JSON.stringify(scans)));
      } else {
        const { at, text } = shown[addition];
        assert.match(JSON.stringify(await call('getAddition', { ...at, addition })), text);
      }
    }
  });

  test('tags are set, listed and taken away', async () => {
    const at = { ...place, reference: 'v1' };
    for (const name of ['stable', 'beta']) await call('createTag', { ...at, tag: { name } });
    await expectList(driver, {
      operation: 'listTags',
      given: { ...at, with_immutable_status: true },
      by: 'name',
      all: ['beta', 'stable', 'v1'],
      filter: [{ q: 'name=~ta' }, ['beta', 'stable']],
      sort: ['-name', ['v1', 'stable', 'beta']],
    });
    await call('deleteTag', { ...at, tag_name: 'beta' });
    const tags = await client.tags('goods/app/web');
    assert.deepEqual(
      tags.filter((tag) => !tag.endsWith('.sig')),
      ['all', 'stable', 'v1', 'v2'],
    );
    const again = await refused('createTag', { ...at, tag: { name: 'v2' } });
    assert.equal(again.status, 409);
  });

  test('labels are hung on artifacts and taken off', async () => {
    const { project_id } = await call<{ project_id: number }>('getProject', { project_name_or_id: 'goods' });
    const id = idOf(await call<Created>('CreateLabel', { label: { name: 'sold', scope: 'p', project_id } }));
    const at = { ...place, reference: 'v1' };
    await call('addLabel', { ...at, label: { id } });
    const labels = async (): Promise<unknown> =>
      ((await call<Artifact>('getArtifact', { ...at, with_label: true })).labels ?? []).map(
        ({ name }) => name,
      );
    assert.deepEqual(await labels(), ['sold']);
    assert.deepEqual(await names({ q: `labels=(${id})` }), [pushed.images[0]?.digest]);
    await call('removeLabel', { ...at, label_id: id });
    assert.deepEqual(await labels(), []);
  });

  test('artifacts are copied, and deleted with what hangs on them', async () => {
    await call('CopyArtifact', { project_name: 'goods', repository_name: 'copy', from: 'goods/app/web:v1' });
    const copy = { project_name: 'goods', repository_name: 'copy', reference: 'v1' };
    const copied = await call<Artifact>('getArtifact', { ...copy, with_accessory: true });
    assert.deepEqual([copied.digest, copied.accessories?.length], [pushed.images[0]?.digest, 1]);
    await call('deleteArtifact', copy);
    assert.equal((await refused('getArtifact', copy)).status, 404);
    const child = pushed.child.digest;
    assert.equal((await refused('deleteArtifact', { ...place, reference: child })).status, 412);
  });
}

interface Pushed {
  /** Tagged v1, which is signed, and v2. */
  readonly images: readonly Manifest[];
  readonly index: Manifest;
  readonly child: Manifest;
}

async function pushAll(client: RegistryClient): Promise<Pushed> {
  await pushChart(client, 'goods/app/chart');
  await client.pushImage('goods/app/db', 'v1', imageOf({ seed: 'db' }));
  const web = 'goods/app/web';
  const [first, second, child] = [
    await pushWithHistory(client, web, 'v1'),
    await pushWithHistory(client, web, 'v2'),
    await pushWithHistory(client, web, undefined),
  ];
  const index = indexOf([childOf(child, { platform: { architecture: 'arm64', os: 'linux' } })]);
  await client.pushManifest(web, 'all', index);
  await pushSignature(client, web, first);
  return { images: [first, second], index, child };
}

interface Parts {
  readonly config: Buffer;
  readonly configType?: string;
  readonly layer: Buffer;
  readonly layerType?: string;
}

/** Untagged without a tag. */
async function push(
  client: RegistryClient,
  [repository, tag]: readonly [string, string | undefined],
  { config, configType = types.ociConfig, layer, layerType = types.ociLayer }: Parts,
): Promise<Manifest> {
  for (const bytes of [config, layer]) await client.pushBlob(repository, bytes);
  const manifest = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(configType, config),
      layers: [descriptorOf(layerType, layer)],
      annotations: { note: 'n' },
    },
    types.ociManifest,
  );
  await client.pushManifest(repository, tag ?? manifest.digest, manifest);
  return manifest;
}

function pushWithHistory(client: RegistryClient, repository: string, tag?: string): Promise<Manifest> {
  const config = {
    created: '2026-01-02T03:04:05Z',
    architecture: 'arm64',
    os: 'linux',
    config: { Env: [`TAG=${tag ?? ''}`] },
    history: [{ created: '2026-01-02T03:04:05Z', created_by: 'COPY y' }],
  };
  const layer = seededBytes(`layer of ${tag ?? ''}`, 500);
  return push(client, [repository, tag], { config: Buffer.from(JSON.stringify(config)), layer });
}

/** As Cosign keeps one in its own tag. */
function pushSignature(client: RegistryClient, repository: string, of: Manifest): Promise<Manifest> {
  const layerType = 'application/vnd.dev.cosign.simplesigning.v1+json';
  const parts = { config: Buffer.from('{}'), layer: Buffer.from('{"critical":{}}'), layerType };
  return push(client, [repository, `${of.digest.replace(':', '-')}.sig`], parts);
}

function pushChart(client: RegistryClient, repository: string): Promise<Manifest> {
  const files = { 'Chart.yaml': 'name: web\nversion: 1.0.0\n', 'values.yaml': 'port: 80\n' };
  const tar = tarOf(Object.entries(files).map(([name, text]) => [`web/${name}`, Buffer.from(text)]));
  return push(client, [repository, '1.0.0'], {
    config: Buffer.from(JSON.stringify({ name: 'web', version: '1.0.0' })),
    configType: 'application/vnd.cncf.helm.config.v1+json',
    layer: gzipSync(tar),
    layerType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  });
}
