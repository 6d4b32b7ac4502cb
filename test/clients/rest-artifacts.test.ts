// What skopeo pushed, as Harbor's API shows it: an image in its layout, signed in the form of older cosign.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { descriptorOf, digestOf, imageOf, type Manifest, manifestOf, types } from '../harness/image.ts';
import { expectStatus } from '../harness/registry-client.ts';
import { jsonOf } from '../harness/rest.ts';
import { requireProgram, runProgram } from '../harness/run-program.ts';
import { password } from '../harness/start-server.ts';
import { waitUntil } from '../harness/wait-until.ts';
import { startPrivateProject } from './private-project.ts';

requireProgram('skopeo', 'skopeo');
const { server, address, folder } = await startPrivateProject();
const admin = server.client();

/** An OCI layout of one manifest. */
function writeLayout(name: string, manifest: Manifest, blobs: readonly Buffer[]): string {
  const layout = join(folder, name);
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true });
  for (const bytes of [...blobs, manifest.bytes])
    writeFileSync(join(layout, 'blobs', 'sha256', digestOf(bytes).slice('sha256:'.length)), bytes);
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const entry = {
    ...descriptorOf(manifest.mediaType, manifest.bytes),
    annotations: { 'org.opencontainers.image.ref.name': 'it' },
  };
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  return layout;
}

async function skopeo(...args: readonly string[]): Promise<void> {
  const { code, text } = await runProgram('skopeo', ['--insecure-policy', ...args], {
    cwd: folder,
    limitMs: 120_000,
  });
  assert.equal(code, 0, text);
}

test('listArtifacts: an image that skopeo pushed, its pull, and the signature that hangs on it', async () => {
  const { config, layers, manifest } = imageOf({ seed: 'skopeo-rest' });
  const push = (layout: string, tag: string) =>
    skopeo(
      'copy',
      '--preserve-digests',
      '--dest-tls-verify=false',
      '--dest-creds',
      `admin:${password}`,
      `oci:${layout}:it`,
      `docker://${address}/desk/rest/app:${tag}`,
    );
  await push(writeLayout('image', manifest, [config, ...layers]), 'v1');
  const payload = Buffer.from('{"critical":{"type":"cosign container image signature"}}');
  const signature = manifestOf(
    {
      schemaVersion: 2,
      mediaType: types.ociManifest,
      config: descriptorOf(types.ociConfig, config),
      layers: [descriptorOf('application/vnd.dev.cosign.simplesigning.v1+json', payload)],
    },
    types.ociManifest,
  );
  await push(
    writeLayout('signature', signature, [config, payload]),
    `sha256-${manifest.digest.slice('sha256:'.length)}.sig`,
  );
  const path = '/api/v2.0/projects/desk/repositories/rest%252Fapp/artifacts?with_accessory=true';
  type View = Readonly<Record<string, unknown>> & { readonly accessories: readonly View[] };
  const list = async () => jsonOf<readonly View[]>(await admin.get(path));
  const [view, ...others] = await list();
  assert.deepEqual(others, []);
  assert.deepEqual([view?.['digest'], view?.['type']], [manifest.digest, 'IMAGE']);
  assert.deepEqual(
    view?.accessories.map(({ digest, type }) => [digest, type]),
    [[signature.digest, 'signature.cosign']],
  );
  assert.equal(view?.['pull_time'], '0001-01-01T00:00:00.000Z');
  await skopeo(
    'copy',
    '--src-tls-verify=false',
    '--src-creds',
    `admin:${password}`,
    `docker://${address}/desk/rest/app:v1`,
    `oci:${join(folder, 'back')}:it`,
  );
  await waitUntil('the pull has its time', async () => {
    const [pulled] = await list();
    return pulled?.['pull_time'] !== '0001-01-01T00:00:00.000Z';
  });
});

test('CopyArtifact: skopeo pulls the copy and its signature by their tags', async () => {
  const target = '/api/v2.0/projects/library/repositories/copied/artifacts';
  const answer = await admin.call('POST', `${target}?from=desk%2Frest%2Fapp%3Av1`);
  expectStatus(answer, 201);
  const { digest } = jsonOf<{ digest: string }>(await admin.get(`${target}/v1`));
  for (const tag of ['v1', `sha256-${digest.slice('sha256:'.length)}.sig`]) {
    await skopeo(
      'copy',
      '--src-tls-verify=false',
      '--src-creds',
      `admin:${password}`,
      `docker://${address}/library/copied:${tag}`,
      `oci:${join(folder, 'copied')}:${tag}`,
    );
  }
});
