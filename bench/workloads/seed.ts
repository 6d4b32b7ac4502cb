import { makeImage, makeIndex, manifestOf, mediaTypes } from '../load/blob.ts';
import { inLanes } from '../load/meter.ts';
import { pushBlob, putManifest, writerOf } from '../load/push.ts';
import type { RawClient } from '../load/raw-client.ts';
import type { Target } from '../servers/target.ts';
import { storedBlobs } from './downloads.ts';

const tags = 10_000;
const repositories = 10_000;
const lanes = 16;

/** What the reading workloads read: an image, blobs of four sizes, 10,000 tags, 10,000 repositories. */
export async function seed(target: Target, ids: readonly string[] | undefined): Promise<void> {
  const clients = Array.from({ length: lanes }, () => writerOf(target));
  const [first] = clients as [RawClient];
  const image = makeImage('bench-image');
  for (const blob of [...image.layers, image.config]) await pushBlob(first, 'bench/img', blob);
  await putManifest(first, 'bench/img', 'latest', image.manifest);
  const blobs = Object.values(storedBlobs);
  for (const blob of blobs) await pushBlob(first, 'bench/img', blob);
  await putManifest(first, 'bench/img', 'blobs', manifestOf(image.config, blobs));
  if (ids === undefined || ids.includes('W6')) {
    const tagged = manifestOf(image.config, image.layers.slice(0, 1));
    for (const blob of [image.config, ...image.layers.slice(0, 1)]) await pushBlob(first, 'bench/tags', blob);
    await inLanes(lanes, tags, (index, lane) =>
      putManifest(clients[lane] as RawClient, 'bench/tags', `v${padded(index)}`, tagged),
    );
    const empty = makeIndex('empty');
    await inLanes(lanes, repositories, (index, lane) =>
      putManifest(clients[lane] as RawClient, `bench/r${padded(index)}`, 'latest', empty, mediaTypes.index),
    );
  }
  for (const client of clients) client.close();
}

function padded(index: number): string {
  return String(index).padStart(5, '0');
}
