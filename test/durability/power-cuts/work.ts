import { setTimeout as delay } from 'node:timers/promises';
import { digestOf, type Image, imageOf, indexOf, type Manifest, SeededChance } from '../../harness/image.ts';
import {
  type Answer,
  expectStatus,
  locationOf,
  type PushWay,
  piecesOf,
  type RegistryClient,
} from '../../harness/registry-client.ts';
import type { Acknowledgements } from './acknowledgements.ts';

export interface Work {
  readonly client: RegistryClient;
  readonly acknowledgements: Acknowledgements;
  /** Differs in every life of the server. */
  readonly seed: string;
  /** Whether to go on with another one, after so many. */
  readonly goOn: (count: number) => boolean;
}

/** Half a second between changes at most: what is checked after each cut has to stay few. */
const pauseMs = 500;
const repository = 'library/app';
const other = 'library/other';
const shared = Buffer.from('a layer that all images share, so that most pushes find it stored already');

function manifestAt(name: string, reference: string): string {
  return `/v2/${name}/manifests/${reference}`;
}

function blobAt(name: string, digest: string): string {
  return `/v2/${name}/blobs/${digest}`;
}

async function pushBlob(work: Work, name: string, bytes: Buffer, way: PushWay): Promise<void> {
  const { client, acknowledgements } = work;
  const digest = digestOf(bytes);
  const location = await client.startUpload(name);
  const put = (body: Buffer = Buffer.alloc(0)): Promise<Answer> =>
    acknowledgements.change([blobAt(name, digest)], bytes, () => client.finishUpload(location, digest, body));
  if (way === 'monolithic') {
    await put(bytes);
    return;
  }
  const pieces = [...piecesOf(bytes, Math.max(1, Math.ceil(bytes.length / 3)))];
  if (way === 'streamed') expectStatus(await client.patch(location, pieces), 202);
  else {
    let offset = 0;
    for (const piece of pieces) {
      const range = { 'Content-Range': `${offset}-${offset + piece.length - 1}` };
      expectStatus(await client.patch(location, piece, range), 202);
      offset += piece.length;
    }
  }
  await put();
}

async function putManifest(work: Work, tag: string, manifest: Manifest): Promise<void> {
  const addresses = [manifestAt(repository, tag), manifestAt(repository, manifest.digest)];
  await work.acknowledgements.change(addresses, manifest.bytes, () =>
    work.client.putManifest(repository, tag, manifest),
  );
}

interface TaggedImage {
  readonly tag: string;
  readonly image: Image;
}

/** Only its tag, or whole: then the repository no longer has the blobs that no other image of it needs. */
async function deleteImage(work: Work, { tag, image }: TaggedImage, whole: boolean): Promise<void> {
  const byTag = manifestAt(repository, tag);
  const byDigest = manifestAt(repository, image.manifest.digest);
  const own = [image.config, ...image.layers].map((blob) => blobAt(repository, digestOf(blob)));
  await work.acknowledgements.change(whole ? [byTag, byDigest, ...own] : [byTag], undefined, () =>
    work.client.delete(whole ? byDigest : byTag),
  );
}

/** Images under tags of their own; of three, one loses its tag and one is deleted, some changes later. */
async function pushImages(work: Work): Promise<void> {
  const chance = new SeededChance(work.seed);
  const pushed: TaggedImage[] = [];
  const ways = ['monolithic', 'streamed', 'chunked'] as const;
  for (let count = 0; work.goOn(count); count++) {
    const tag = `${work.seed}-${count}`;
    const image = imageOf({ seed: tag, layers: [200 + chance.below(24_000)] });
    const layers = [...image.layers, shared];
    const way = ways[count % ways.length] ?? 'monolithic';
    await Promise.all(layers.map((layer) => pushBlob(work, repository, layer, way)));
    await pushBlob(work, repository, image.config, 'monolithic');
    await putManifest(work, tag, image.manifest);
    pushed.push({ tag, image });
    const old = count % 3 === 0 ? undefined : pushed[count - 2];
    if (old !== undefined) await deleteImage(work, old, count % 3 === 1);
    await delay(chance.below(pauseMs));
  }
}

/** One tag that moves all the time. */
async function moveTag(work: Work): Promise<void> {
  const chance = new SeededChance(work.seed);
  for (let count = 0; work.goOn(count); count++) {
    const manifest = indexOf([], false, { annotations: { seed: work.seed, count: `${count}` } });
    await putManifest(work, 'moving', manifest);
    await delay(chance.below(pauseMs));
  }
}

/** A blob that two push at once, that a second repository takes over, and that the first one deletes. */
async function shareBlobs(work: Work): Promise<void> {
  const { client, acknowledgements } = work;
  const chance = new SeededChance(work.seed);
  for (let count = 0; work.goOn(count); count++) {
    const bytes = Buffer.from(`${work.seed} blob ${count} ${'.'.repeat(chance.below(3000))}`);
    const digest = digestOf(bytes);
    await Promise.all([
      pushBlob(work, repository, bytes, 'monolithic'),
      pushBlob(work, 'library/third', bytes, 'monolithic'),
    ]);
    const mount = `/v2/${other}/blobs/uploads/?mount=${digest}&from=${repository}`;
    await acknowledgements.change([blobAt(other, digest)], bytes, () =>
      client.call('POST', mount, { body: '' }),
    );
    if (count % 2 === 0)
      await acknowledgements.change([blobAt(repository, digest)], undefined, () =>
        client.delete(blobAt(repository, digest)),
      );
    await delay(chance.below(pauseMs));
  }
}

/** Uploads that are never closed. */
async function leaveUploads(work: Work): Promise<void> {
  const { client } = work;
  const chance = new SeededChance(work.seed);
  for (let count = 0; work.goOn(count); count++) {
    const answer = await client.patch(await client.startUpload(repository), Buffer.alloc(5000, 'left'));
    expectStatus(answer, 202);
    expectStatus(await client.get(locationOf(answer)), 204);
    await delay(2 * chance.below(pauseMs));
  }
}

const workers = [pushImages, moveTag, shareBlobs, leaveUploads];

/** Until there is nothing more to do, or the server is gone; whatever else fails is a failure of the test. */
export async function workUntil(work: Work, mayBeKilled: boolean): Promise<void> {
  const running = workers.map(async (worker, index) => {
    try {
      await worker({ ...work, seed: `${work.seed}-${index}` });
    } catch (error) {
      if (!isBrokenConnection(error) || !mayBeKilled) throw error;
    }
  });
  await Promise.all(running);
}

function isBrokenConnection(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(String(error.code))
  );
}
