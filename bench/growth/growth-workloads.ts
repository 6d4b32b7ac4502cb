import { type Blob, KiB, makeBlob, makeImage, manifestOf, unique } from '../load/blob.ts';
import { inLanes, meter } from '../load/meter.ts';
import { pushBlob, putManifest, writerOf } from '../load/push.ts';
import { RawClient } from '../load/raw-client.ts';
import { accept } from '../load/request-load.ts';
import type { Target } from '../servers/target.ts';
import type { Sample } from '../workloads/workload.ts';
import { type GrownImage, grownImage, grownRepository, sharedConfig } from './grown-image.ts';

/** How many of the images are asked for, spread over all. */
const spread = 4000;
const lanes = 16;

export interface GrowthWorkload {
  readonly label: string;
  readonly cpuUnit: string;
  run(target: Target, size: number, seconds: number): Promise<Sample>;
}

const base = `/v2/${grownRepository}`;
const headers = `Accept: ${accept}\r\n`;

export const growthWorkloads: readonly GrowthWorkload[] = [
  reads('GET manifest by tag', 'GET', ({ tag }) => `${base}/manifests/${tag}`),
  reads('GET manifest by digest', 'GET', ({ manifest }) => `${base}/manifests/${manifest.digest}`),
  reads('HEAD blob', 'HEAD', ({ layer }) => `${base}/blobs/${layer.digest}`),
  reads('GET blob of 1 KiB', 'GET', () => `${base}/blobs/${sharedConfig.digest}`),
  reads('page of 100 tags', 'GET', ({ tag }) => `${base}/tags/list?n=100&last=${tag}`),
  {
    label: 'PUT of a manifest by a new tag',
    cpuUnit: 'ms/manifest',
    run: (target) =>
      writes(target, 1600, (index) => {
        const manifest = manifestOf(sharedConfig, [{ ...sharedConfig, size: KiB + index }]);
        return (client) => putManifest(client, grownRepository, `new-${unique()}`, manifest);
      }),
  },
  {
    label: 'push of a blob of 1 KiB',
    cpuUnit: 'ms/blob',
    run: (target) =>
      writes(target, 800, () => {
        const blob = makeBlob(unique(), KiB);
        return (client) => pushBlob(client, grownRepository, blob);
      }),
  },
];

function reads(label: string, method: 'GET' | 'HEAD', pathOf: (image: GrownImage) => string): GrowthWorkload {
  return {
    label,
    cpuUnit: 'µs/request',
    run: (target, size, seconds) => {
      const paths = spreadOver(size).map(pathOf);
      return meter(target, async () => {
        const count = await askInTurn(target, method, paths, seconds);
        return { done: count, cpuPer: { amount: count, unitsPerSecond: 1e6 } };
      });
    },
  };
}

/** Images from one end to the other, the same number whatever the size, not in their order. */
function spreadOver(size: number): readonly GrownImage[] {
  const wanted = Array.from({ length: spread }, (_, index) => {
    // Multiplying by a prime visits every place once.
    const place = (index * 2741) % spread;
    return Math.floor((place * size) / spread);
  });
  return wanted.map(grownImage);
}

async function askInTurn(
  target: Target,
  method: string,
  paths: readonly string[],
  seconds: number,
): Promise<number> {
  const until = performance.now() + seconds * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      const client = new RawClient(target, target.reader);
      while (performance.now() < until) {
        const path = paths[count % paths.length] ?? '';
        count += 1;
        await client.expect(200, method, path, headers);
      }
      client.close();
    }),
  );
  return count;
}

async function writes(
  target: Target,
  count: number,
  make: (index: number) => (client: RawClient) => Promise<void>,
): Promise<Sample> {
  const works = Array.from({ length: count }, (_, index) => make(index));
  const clients = Array.from({ length: lanes }, () => writerOf(target));
  for (const client of clients) await client.connect();
  const sample = await meter(target, async () => {
    await inLanes(lanes, count, async (index, lane) => works[index]?.(clients[lane] as RawClient));
    return { done: count, cpuPer: { amount: count, unitsPerSecond: 1000 } };
  });
  for (const client of clients) client.close();
  return sample;
}

/** What has to be there before the database grows: the repository, and the one blob that is stored. */
export async function plant(target: Target): Promise<void> {
  const client = writerOf(target);
  const first: Blob = makeImage('grown').config;
  for (const blob of [first, sharedConfig]) await pushBlob(client, grownRepository, blob);
  await putManifest(client, grownRepository, 'planted', manifestOf(first, [sharedConfig]));
  client.close();
}
