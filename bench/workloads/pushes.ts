// W3: blobs; W4: small images; W10: manifests.

import { rmSync } from 'node:fs';
import {
  type Blob,
  GiB,
  KiB,
  MiB,
  makeBlob,
  makeImage,
  makeIndex,
  mediaTypes,
  unique,
} from '../load/blob.ts';
import { inLanes, meter } from '../load/meter.ts';
import { type PushMode, pushBlob, putManifest, writerOf } from '../load/push.ts';
import type { RawClient } from '../load/raw-client.ts';
import { warmPages } from '../load/warm-pages.ts';
import type { Target } from '../servers/target.ts';
import type { Sample, Scale, Workload } from './workload.ts';

export function pushWorkloads(scale: Scale): readonly Workload[] {
  return [
    blobPush({ name: '1 MiB', size: MiB, count: 50 * scale.pushes, connections: 1, mode: 'put' }),
    blobPush({ name: '1 MiB', size: MiB, count: 100 * scale.pushes, connections: 8, mode: 'put' }),
    blobPush({ name: '100 MiB', size: 100 * MiB, count: 4 * scale.pushes, connections: 1, mode: 'put' }),
    blobPush({ name: '100 MiB', size: 100 * MiB, count: 8 * scale.pushes, connections: 4, mode: 'put' }),
    blobPush({ name: '100 MiB', size: 100 * MiB, count: 4 * scale.pushes, connections: 1, mode: 'patch' }),
    blobPush({ name: '100 MiB', size: 100 * MiB, count: 4 * scale.pushes, connections: 1, mode: 'chunks' }),
    ...(scale.huge
      ? [
          blobPush({ name: '1 GiB', size: GiB, count: 1, connections: 1, mode: 'put' }),
          blobPush({ name: '1 GiB', size: GiB, count: 4, connections: 4, mode: 'put' }),
        ]
      : []),
    imagePush(64 * scale.pushes, 16),
    imagePush(16 * scale.pushes, 1),
    manifestPut(200 * scale.pushes, 1),
    manifestPut(800 * scale.pushes, 16),
  ];
}

interface BlobPush {
  readonly name: string;
  readonly size: number;
  readonly count: number;
  readonly connections: number;
  readonly mode: PushMode;
}

const modeTexts = { put: 'POST + PUT', patch: 'POST + PATCH + PUT', chunks: 'PATCHes of 8 MiB' } as const;

function blobPush({ name, size, count, connections, mode }: BlobPush): Workload {
  return {
    id: 'W3',
    label: `push of a blob of ${name}, ${modeTexts[mode]}, c=${connections}`,
    unit: 'MiB/s',
    cpuUnit: 's/GiB',
    run: async (target) => {
      const blobs = Array.from({ length: count }, () => makeBlob(unique(), size));
      const sample = await pushing(target, connections, count * size, async (clients) => {
        const latenciesMs = await inLanes(connections, count, async (index, lane) =>
          pushBlob(clients[lane] as RawClient, 'bench/push', blobs[index] as Blob, mode),
        );
        const cpuPer = { amount: (count * size) / GiB, unitsPerSecond: 1 };
        return { done: (count * size) / MiB, cpuPer, latenciesMs };
      });
      forget(target, blobs);
      return sample;
    },
  };
}

/** Each connection pushes images of its own, one after the other: HEAD, POST and PUT of each blob, then the manifest. */
function imagePush(count: number, connections: number): Workload {
  return {
    id: 'W4',
    label: `push of small images, c=${connections}`,
    unit: 'images/s',
    cpuUnit: 'ms/image',
    run: async (target) => {
      const images = Array.from({ length: count }, () => makeImage(unique()));
      const sample = await pushing(target, connections, count * MiB, async (clients) => {
        const latenciesMs = await inLanes(connections, count, async (index, lane) => {
          const image = images[index] as (typeof images)[number];
          const client = clients[lane] as RawClient;
          for (const blob of [...image.layers, image.config]) {
            await client.expect(404, 'HEAD', `/v2/bench/push${lane}/blobs/${blob.digest}`);
            await pushBlob(client, `bench/push${lane}`, blob);
          }
          await putManifest(client, `bench/push${lane}`, `t${index}`, image.manifest);
        });
        return { done: count, cpuPer: { amount: count, unitsPerSecond: 1000 }, latenciesMs };
      });
      forget(
        target,
        images.flatMap((image) => image.layers),
      );
      return sample;
    },
  };
}

/** Indexes of nothing, into 16 repositories: what the database costs. */
function manifestPut(count: number, connections: number): Workload {
  return {
    id: 'W10',
    label: `PUT of a manifest, c=${connections}`,
    unit: 'manifests/s',
    cpuUnit: 'ms/manifest',
    run: (target) => {
      const manifests = Array.from({ length: count }, () => makeIndex(unique()));
      return pushing(target, connections, count * KiB, async (clients) => {
        const latenciesMs = await inLanes(connections, count, (index, lane) =>
          putManifest(
            clients[lane] as RawClient,
            `bench/mp${lane}`,
            `t${index}`,
            manifests[index] as Blob,
            mediaTypes.index,
          ),
        );
        return { done: count, cpuPer: { amount: count, unitsPerSecond: 1000 }, latenciesMs };
      });
    },
  };
}

async function pushing(
  target: Target,
  connections: number,
  bytes: number,
  load: (clients: readonly RawClient[]) => ReturnType<Parameters<typeof meter>[1]>,
): Promise<Sample> {
  const clients = Array.from({ length: connections }, () => writerOf(target));
  for (const client of clients) await client.connect();
  warmPages(bytes);
  const sample = await meter(target, () => load(clients));
  for (const client of clients) client.close();
  return sample;
}

/** So that the disk does not fill: a full run writes many GiB. */
function forget(target: Target, blobs: readonly Blob[]): void {
  for (const { digest } of blobs) rmSync(target.blobPath(digest), { recursive: true, force: true });
}
