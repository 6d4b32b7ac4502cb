// What is planted in the registry for clients to find, and what is looked for when they have been there: by HTTP alone.

import assert from 'node:assert/strict';
import { digestOf, imageOf } from '../../harness/image.ts';
import type { ImageFiles } from '../../harness/image-files.ts';
import { expectStatus, type RegistryClient } from '../../harness/registry-client.ts';
import type { BerthServer } from '../../harness/start-server.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { layerMiB } from './results.ts';

/** More than the 1,000 that clients ask for at once; in a full run more than Berth gives at once unasked. */
export const manyTags = layerMiB < 1024 ? 1050 : 10_050;

/** Returns the tags in order. */
export async function plantTags(client: RegistryClient, repository: string): Promise<string[]> {
  const image = imageOf({ seed: repository });
  const tags = Array.from({ length: manyTags }, (_, at) => `1.0.${String(at).padStart(5, '0')}`);
  const left = [...tags];
  await client.pushImage(repository, left.pop() ?? '', image);
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let tag = left.pop(); tag !== undefined; tag = left.pop())
        await client.pushManifest(repository, tag, image.manifest);
    }),
  );
  return tags;
}

/** Says where two long lists part instead of printing both. */
export function assertSameTags(listed: readonly string[], planted: readonly string[]): void {
  assert.equal(listed.length, planted.length);
  const at = listed.findIndex((tag, index) => tag !== planted[index]);
  assert.equal(at, -1, `${listed[at]} instead of ${planted[at]} as number ${at}`);
}

/** Every byte of the image is in the repository. */
export async function assertHolds(
  client: RegistryClient,
  repository: string,
  reference: string,
  image: Pick<ImageFiles, 'digest' | 'blobs'>,
): Promise<void> {
  const head = await client.head(`/v2/${repository}/manifests/${reference}`);
  expectStatus(head, 200);
  assert.equal(head.headers['docker-content-digest'], image.digest);
  for (const [digest, bytes] of image.blobs) {
    const kind = digest === image.digest ? 'manifests' : 'blobs';
    const answer = await client.get(`/v2/${repository}/${kind}/${digest}`);
    expectStatus(answer, 200);
    assert.ok(answer.body.equals(bytes), `${digest} is not what was pushed`);
  }
}

export async function pushFiles(
  client: RegistryClient,
  repository: string,
  reference: string,
  image: Pick<ImageFiles, 'digest' | 'blobs'>,
  mediaType = 'application/vnd.oci.image.manifest.v1+json',
): Promise<void> {
  for (const [digest, bytes] of image.blobs)
    if (digest !== image.digest) await client.pushBlob(repository, bytes);
  const bytes = image.blobs.get(image.digest) ?? Buffer.alloc(0);
  await client.pushManifest(repository, reference, { mediaType, bytes, digest: digestOf(bytes) });
}

interface ManifestSeen {
  readonly mediaType: string;
  readonly digest: string;
  readonly layers?: readonly { mediaType: string; digest: string; annotations?: Record<string, string> }[];
  readonly manifests?: readonly { digest: string; platform?: { architecture: string } }[];
}

export async function manifestAt(
  client: RegistryClient,
  repository: string,
  reference: string,
): Promise<ManifestSeen> {
  const answer = await client.get(`/v2/${repository}/manifests/${reference}`);
  expectStatus(answer, 200);
  const json = JSON.parse(answer.body.toString()) as ManifestSeen;
  return { ...json, digest: digestOf(answer.body) };
}

/** The index names an image for each of the two, and both are there. */
export async function assertIndexOfTwo(
  client: RegistryClient,
  repository: string,
  reference: string,
): Promise<void> {
  const { manifests = [] } = await manifestAt(client, repository, reference);
  const found = manifests.map(({ platform }) => platform?.architecture ?? '');
  assert.deepEqual(found.sort(), ['amd64', 'arm64']);
  for (const { digest } of manifests) await manifestAt(client, repository, digest);
}

/** How blobs came into a repository, when its first manifest has come too. */
export async function cameInto(
  server: BerthServer,
  repository: string,
): Promise<{ readonly mounted: number; readonly uploaded: number }> {
  const lines = await waitUntil(`the push of ${repository} in the log`, () => {
    const of = server.log.filter((line) => line['repository'] === repository);
    const pushed = of.some(({ method, route }) => method === 'PUT' && String(route).includes('/manifests/'));
    return pushed && of;
  });
  const begun = lines.filter(
    ({ method, route }) => method === 'POST' && String(route).endsWith('/blobs/uploads/'),
  );
  const count = (wanted: number): number => begun.filter(({ status }) => status === wanted).length;
  return { mounted: count(201), uploaded: count(202) };
}
