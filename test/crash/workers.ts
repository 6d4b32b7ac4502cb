import { digestOf, imageOf, indexOf, type SeededChance } from '../harness/image.ts';
import {
  type Answer,
  expectStatus,
  type PushWay,
  piecesOf,
  type RegistryClient,
} from '../harness/registry-client.ts';
import { blobPath, bytesOf, type Content, type Ledger, manifestPath, type OpenUpload } from './ledger.ts';

export interface Work {
  readonly client: RegistryClient;
  readonly ledger: Ledger;
  /** Differs in every round. */
  readonly seed: string;
  readonly chance: SeededChance;
}

const mebibyte = 1024 * 1024;

/** Pushes a blob and notes it in the ledger when it is acknowledged, or the open upload when it is not. */
async function pushBlob(work: Work, repository: string, content: Content, way: PushWay): Promise<void> {
  const { client, ledger } = work;
  const bytes = bytesOf(content);
  const digest = digestOf(bytes);
  ledger.blobInDoubt(repository, content);
  const location = await client.startUpload(repository);
  let closing = false;
  const finish = (body: Buffer = Buffer.alloc(0)): Promise<Answer> => {
    closing = true;
    return client.finishUpload(location, digest, body);
  };
  try {
    let answer: Answer;
    if (way === 'monolithic') answer = await finish(bytes);
    else if (way === 'streamed') {
      expectStatus(await client.patch(location, piecesOf(bytes, 64 * 1024)), 202);
      answer = await finish();
    } else {
      let offset = 0;
      for (const piece of piecesOf(bytes, mebibyte)) {
        const range = { 'Content-Range': `${offset}-${offset + piece.length - 1}` };
        expectStatus(await client.patch(location, piece, range), 202);
        offset += piece.length;
      }
      answer = await finish();
    }
    expectStatus(answer, 201);
  } catch (error) {
    ledger.uploadOpen({ repository, location, content, closing });
    throw error;
  }
  ledger.blobAcknowledged(repository, content);
}

/** Images of a few small layers, one after the other, each under a tag of its own. */
async function pushSmallImages(work: Work): Promise<void> {
  for (let count = 0; ; count++) await pushNewImage(work, 'small', count, [700, 40_000], 'monolithic');
}

async function pushLargeImages(work: Work): Promise<void> {
  for (let count = 0; ; count++) await pushNewImage(work, 'large', count, [8 * mebibyte], wayOf(count));
}

function wayOf(count: number): PushWay {
  const ways = ['streamed', 'monolithic', 'chunked'] as const;
  return ways[count % ways.length] ?? 'streamed';
}

function pushNewImage(
  work: Work,
  kind: string,
  count: number,
  sizes: readonly number[],
  way: PushWay,
): Promise<void> {
  return pushImage(work, `library/${kind}`, { seed: `${work.seed}/${kind}-${count}`, sizes, way });
}

async function pushImage(
  work: Work,
  repository: string,
  { seed, sizes, way }: { seed: string; sizes: readonly number[]; way: PushWay },
): Promise<void> {
  const { client, ledger } = work;
  const { config, manifest } = imageOf({ seed, layers: sizes });
  for (const [index, size] of sizes.entries())
    await pushBlob(work, repository, { seed: `${seed}/layer-${index}`, size }, way);
  await client.pushBlob(repository, config);
  const tag = tagOf(seed);
  const byDigest = manifestPath(repository, manifest.digest);
  await ledger.put([manifestPath(repository, tag), byDigest], manifest, () =>
    client.putManifest(repository, tag, manifest),
  );
  await ledger.put([byDigest], manifest, () => client.putManifest(repository, manifest.digest, manifest));
}

function tagOf(seed: string): string {
  return seed.replaceAll('/', '_');
}

/** Slow chunked uploads: at any moment one of them is in the middle. */
async function uploadInChunks(work: Work): Promise<void> {
  for (let count = 0; ; count++) {
    const content = {
      seed: `${work.seed}/chunks-${count}`,
      size: 3 * mebibyte + work.chance.below(mebibyte),
    };
    await pushBlob(work, 'library/chunks', content, 'chunked');
  }
}

/** One tag that moves all the time. */
async function moveTag(work: Work): Promise<void> {
  for (let count = 0; ; count++) {
    const manifest = indexOf([], false, { annotations: { seed: work.seed, count: `${count}` } });
    await work.ledger.put([manifestPath('library/moving', 'latest')], manifest, () =>
      work.client.putManifest('library/moving', 'latest', manifest),
    );
  }
}

/** Tags that come and go, with their manifests. */
async function pushAndDelete(work: Work): Promise<void> {
  const { client, ledger } = work;
  const repository = 'library/deleted';
  for (let count = 0; ; count++) {
    const tag = `tag-${count % 5}`;
    const manifest = indexOf([], false, { annotations: { seed: work.seed, deleted: `${count}` } });
    const byTag = manifestPath(repository, tag);
    const byDigest = manifestPath(repository, manifest.digest);
    await ledger.put([byTag, byDigest], manifest, () => client.putManifest(repository, tag, manifest));
    if (work.chance.below(2) === 0) await ledger.remove([byTag], () => client.delete(byTag));
    else await ledger.remove([byTag, byDigest], () => client.delete(byDigest));
  }
}

/** So few that the content of one is deleted, swept and pushed again all the time, in every round. */
const comingAndGoing = 4;

async function pushAndDeleteBlobs(work: Work, repository: string): Promise<void> {
  const { client, ledger, chance } = work;
  for (let count = 0; ; count++) {
    const content = { seed: `blob-${chance.below(comingAndGoing)}`, size: 100_000 };
    const path = blobPath(repository, digestOf(bytesOf(content)));
    if (ledger.serves(path)) await ledger.remove([path], () => client.delete(path));
    else await pushBlob(work, repository, content, wayOf(count));
  }
}

/** With a manifest go its tag and the layers that only it needs. */
async function pushAndDeleteImages(work: Work): Promise<void> {
  const { client, ledger, chance } = work;
  const repository = 'library/images';
  for (;;) {
    const seed = `image-${chance.below(comingAndGoing)}`;
    const sizes = [500, 30_000];
    const image = imageOf({ seed, layers: sizes });
    const manifest = manifestPath(repository, image.manifest.digest);
    const layers = image.layers.map((layer) => blobPath(repository, digestOf(layer)));
    if (ledger.serves(manifest)) {
      const paths = [manifest, manifestPath(repository, tagOf(seed)), ...layers];
      await ledger.remove(paths, () => client.delete(manifest));
    } else await pushImage(work, repository, { seed, sizes, way: 'monolithic' });
  }
}

/** Another repository serves the same content, without a byte of it being sent again. */
export async function mountBlobs(work: Work): Promise<void> {
  const { client, ledger } = work;
  const [source, target] = ['library/mount-from', 'library/mount-to'];
  for (let count = 0; ; count++) {
    const content = { seed: `${work.seed}/mounted-${count}`, size: 20_000 };
    await pushBlob(work, source, content, wayOf(count));
    ledger.blobInDoubt(target, content);
    const query = `mount=${digestOf(bytesOf(content))}&from=${source}`;
    expectStatus(await client.call('POST', `/v2/${target}/blobs/uploads/?${query}`, { body: '' }), 201);
    ledger.blobAcknowledged(target, content);
  }
}

async function pushStreamedImages(work: Work): Promise<void> {
  for (let count = 0; ; count++) await pushNewImage(work, 'streamed', count, [100, 0, 200], 'streamed');
}

/** Each of them works until the server is gone. */
export const workers = [
  pushSmallImages,
  pushStreamedImages,
  pushLargeImages,
  uploadInChunks,
  moveTag,
  pushAndDelete,
  pushAndDeleteImages,
  // Two repositories with the same content: what one deletes the other may be about to push.
  (work: Work) => pushAndDeleteBlobs(work, 'library/blobs-a'),
  (work: Work) => pushAndDeleteBlobs(work, 'library/blobs-b'),
];

export type Resumed =
  | 'resumed'
  /** Nobody knows it any more. */
  | 'unknown'
  /** Another request has it, or a dead one has. */
  | 'held';

/** Goes on with an upload that was cut. */
export async function resume(work: Pick<Work, 'client' | 'ledger'>, upload: OpenUpload): Promise<Resumed> {
  const { client, ledger } = work;
  const { location, repository, content } = upload;
  const bytes = bytesOf(content);
  const digest = digestOf(bytes);
  ledger.blobInDoubt(repository, content);
  const status = await client.get(location);
  if (status.status === 404) {
    // It may have ended just before, without its answer: then the closing PUT is answered again.
    const again = upload.closing ? await client.finishUpload(location, digest) : status;
    if (again.status === 404) return 'unknown';
    expectStatus(again, 201);
    ledger.blobAcknowledged(repository, content);
    return 'resumed';
  }
  expectStatus(status, 204);
  let ended = await goOn(client, location, bytes, offsetIn(status));
  if (ended.status === 416) ended = await goOn(client, location, bytes, offsetIn(ended));
  if (ended.status === 404) return 'unknown';
  if (ended.status === 416) return 'held';
  expectStatus(ended, 201);
  ledger.blobAcknowledged(repository, content);
  return 'resumed';
}

/** Sends what is missing, if something is, and closes; returns the first answer that is not as it should be. */
async function goOn(
  client: RegistryClient,
  location: string,
  bytes: Buffer,
  offset: number,
): Promise<Answer> {
  if (offset < bytes.length) {
    const range = { 'Content-Range': `${offset}-${bytes.length - 1}` };
    const answer = await client.patch(location, bytes.subarray(offset), range);
    if (answer.status !== 202) return answer;
  }
  return client.finishUpload(location, digestOf(bytes));
}

/** `0-0` means that nothing is there yet: one byte alone is never sent. */
function offsetIn(answer: Answer): number {
  const last = Number(String(answer.headers.range).split('-')[1]);
  return last === 0 ? 0 : last + 1;
}
