// The requests that the replication adapter of another Harbor makes of its target, replayed by this script.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  childOf,
  descriptorOf,
  type Image,
  imageOf,
  indexOf,
  type Manifest,
  types,
} from '../../harness/image.ts';
import { expectStatus, type RegistryClient } from '../../harness/registry-client.ts';
import { jsonOf, projects, sendJson } from '../../harness/rest.ts';
import { BerthServer } from '../../harness/start-server.ts';

const count = Number(process.env['BERTH_REPLICATION_ARTIFACTS'] ?? 100);
const server = await BerthServer.start();
after(() => server[Symbol.asyncDispose]());
const target: RegistryClient = server.client();

const shared = imageOf({ seed: 'base of every image' });
let copied = 0;
let mounted = 0;

async function copyBlob(repository: string, bytes: Buffer): Promise<void> {
  const { digest } = descriptorOf(types.ociLayer, bytes);
  const path = `/v2/${repository}/blobs/`;
  if ((await target.head(`${path}${digest}`)).status === 200) return;
  const holders = jsonOf<readonly { readonly name: string }[]>(
    await target.get(`/api/v2.0/repositories?q=blob_digest%3D${digest}&page_size=1`),
  );
  const from = holders[0]?.name;
  if (from === undefined) await target.pushBlob(repository, bytes);
  else {
    expectStatus(await target.call('POST', `${path}uploads/?mount=${digest}&from=${from}`), 201);
    mounted++;
  }
  copied++;
}

async function copyManifest(repository: string, reference: string, manifest: Manifest): Promise<void> {
  const found = await target.head(`/v2/${repository}/manifests/${reference}`, { accept: manifest.mediaType });
  if (found.status === 200 && found.headers['docker-content-digest'] === manifest.digest) return;
  await target.pushManifest(repository, reference, manifest);
  copied++;
}

async function copyImage(repository: string, { config, layers, manifest }: Image): Promise<void> {
  for (const bytes of [...layers, config]) await copyBlob(repository, bytes);
  await copyManifest(repository, manifest.digest, manifest);
}

async function replicate(): Promise<void> {
  await copyImage('moved/base', shared);
  for (let number = 0; number < count; number++) {
    const repository = `moved/app-${number % 10}`;
    const image = imageOf({ seed: `image ${number}` });
    for (const layer of shared.layers) await copyBlob(repository, layer);
    await copyImage(repository, image);
    const index = indexOf([childOf(image.manifest)]);
    await copyManifest(repository, `v${number}`, number % 4 === 0 ? index : image.manifest);
  }
}

test('createProject: the adapter probes the version, makes the project with metadata and finds it', async () => {
  assert.equal(jsonOf<{ version: string }>(await target.get('/api/version')).version, 'v2.0');
  expectStatus(await target.get('/api/v2.0/systeminfo'), 200);
  const body = { project_name: 'moved', metadata: { public: 'false' } };
  expectStatus(await target.head(`${projects}?project_name=moved`), 404);
  expectStatus(await sendJson(target, 'POST', projects, body), 201);
  expectStatus(await target.head(`${projects}?project_name=moved`), 200);
});

test('listAllRepositories: layers that another repository holds are mounted, a second run copies nothing', async () => {
  await replicate();
  assert.ok(mounted >= Math.min(count, 10), `${mounted} mounted`);
  copied = 0;
  await replicate();
  assert.equal(copied, 0);
});

test('a tag that the source lost is deleted over /v2, the artifact stays', async () => {
  const path = '/v2/moved/app-1/manifests/';
  const { manifest } = imageOf({ seed: 'image 1' });
  expectStatus(await target.delete(`${path}v1`), 202);
  expectStatus(await target.head(`${path}v1`), 404);
  expectStatus(await target.head(`${path}${manifest.digest}`), 200);
});
