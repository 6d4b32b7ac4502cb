// W2: blobs of 1 MiB and more, and ranges; W5: many clients pull one image.

import { GiB, KiB, MiB, makeBlob, makeImage } from '../load/blob.ts';
import { inLanes, meter, type Work } from '../load/meter.ts';
import { RawClient } from '../load/raw-client.ts';
import { accept } from '../load/request-load.ts';
import type { Target } from '../servers/target.ts';
import type { Scale, Workload } from './workload.ts';

const sizes = { '1 MiB': MiB, '100 MiB': 100 * MiB, '1 GiB': GiB } as const;
const rangeBytes = 64 * KiB;

/** The blobs that the seed stores in `bench/img`. */
export const storedBlobs = {
  '1 KiB': makeBlob('blob-1k', KiB),
  '1 MiB': makeBlob('blob-1m', MiB),
  '100 MiB': makeBlob('blob-100m', 100 * MiB),
  '1 GiB': makeBlob('blob-1g', GiB),
} as const;

export function downloadWorkloads(scale: Scale): readonly Workload[] {
  const names = ['1 MiB', '100 MiB', '1 GiB'] as const;
  const whole = names.flatMap((name) =>
    [1, 8].map((connections) => download(name, connections, scale, undefined)),
  );
  return [...whole, download('1 GiB', 8, scale, rangeBytes), pullStorm(scale)];
}

function download(
  name: keyof typeof sizes,
  connections: number,
  scale: Scale,
  range: number | undefined,
): Workload {
  const path = `/v2/bench/img/blobs/${storedBlobs[name].digest}`;
  const what = range === undefined ? `GET blob of ${name}` : `GET ranges of 64 KiB of ${name}`;
  return {
    id: 'W2',
    label: `${what}, c=${connections}`,
    unit: 'MiB/s',
    cpuUnit: 's/GiB',
    // Every side reads from a warm page cache.
    prepare: async (target) => {
      const client = new RawClient(target, target.reader);
      await client.expect(200, 'GET', path);
      client.close();
    },
    run: (target) =>
      meter(target, () =>
        load(target, { path, size: sizes[name], connections, range, seconds: scale.seconds }),
      ),
  };
}

interface Download {
  readonly path: string;
  readonly size: number;
  readonly connections: number;
  readonly range: number | undefined;
  readonly seconds: number;
}

async function load(target: Target, { path, size, connections, range, seconds }: Download): Promise<Work> {
  const until = performance.now() + seconds * 1000;
  const latenciesMs: number[] = [];
  let bytes = 0;
  const one = async (client: RawClient): Promise<void> => {
    const begin = performance.now();
    const from = range === undefined ? 0 : Math.floor(Math.random() * (size - range));
    const answer =
      range === undefined
        ? await client.expect(200, 'GET', path)
        : await client.expect(206, 'GET', path, `Range: bytes=${from}-${from + range - 1}\r\n`);
    if (answer.bytes !== (range ?? size)) throw new Error(`${target.name} sent ${answer.bytes} bytes`);
    bytes += answer.bytes;
    latenciesMs.push(performance.now() - begin);
  };
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = new RawClient(target, target.reader);
      do await one(client);
      while (performance.now() < until);
      client.close();
    }),
  );
  return { done: bytes / MiB, cpuPer: { amount: bytes / GiB, unitsPerSecond: 1 }, latenciesMs };
}

const stormClients = 32;

/** As containerd does: HEAD by tag, GET by digest, the configuration, then layers, three at a time, on new connections. */
function pullStorm(scale: Scale): Workload {
  const image = makeImage('bench-image');
  const pull = async (target: Target): Promise<void> => {
    const clients = Array.from({ length: 3 }, () => new RawClient(target, target.reader, 128 * KiB));
    const [first] = clients as [RawClient, RawClient, RawClient];
    const headers = `Accept: ${accept}\r\n`;
    await first.expect(200, 'HEAD', '/v2/bench/img/manifests/latest', headers);
    await first.expect(200, 'GET', `/v2/bench/img/manifests/${image.manifest.digest}`, headers);
    await first.expect(200, 'GET', `/v2/bench/img/blobs/${image.config.digest}`);
    await inLanes(clients.length, image.layers.length, async (index, lane) => {
      const layer = image.layers[index];
      const answer = await clients[lane]?.expect(200, 'GET', `/v2/bench/img/blobs/${layer?.digest}`);
      if (answer?.bytes !== layer?.size) throw new Error(`${target.name} sent ${answer?.bytes} bytes`);
    });
    for (const client of clients) client.close();
  };
  const count = stormClients * 4 * scale.pushes;
  return {
    id: 'W5',
    label: `pulls of an image by ${stormClients} clients`,
    unit: 'images/s',
    cpuUnit: 'ms/image',
    run: (target) =>
      meter(target, async () => {
        const latenciesMs = await inLanes(stormClients, count, () => pull(target));
        return { done: count, cpuPer: { amount: count, unitsPerSecond: 1000 }, latenciesMs };
      }),
  };
}
