// W9 and W9u: how long a light request takes while others download or push what is large.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { GiB, makeBlob, unique } from '../load/blob.ts';
import { pushBlob, writerOf } from '../load/push.ts';
import { RawClient } from '../load/raw-client.ts';
import { accept } from '../load/request-load.ts';
import { quantile } from '../load/statistics.ts';
import type { Target } from '../servers/target.ts';
import { storedBlobs } from './downloads.ts';
import type { Sample, Scale, Workload } from './workload.ts';

type Heavy = 'downloads' | 'push';

/** What the process of the heavy load is told: functions do not travel. */
interface Order {
  readonly heavy: Heavy;
  readonly target: Target;
}

export function fairnessWorkloads(scale: Scale): readonly Workload[] {
  return [
    workloadOf('W9', 'p99 of GET manifest during 4 downloads of 1 GiB', 'downloads', scale),
    workloadOf('W9u', 'p99 of GET manifest during a push of 1 GiB', 'push', scale),
  ];
}

function workloadOf(id: string, label: string, heavy: Heavy, scale: Scale): Workload {
  const seconds = Math.max(2, scale.seconds);
  return { id, label, unit: 'ms', lessIsBetter: true, run: (target) => beside(heavy, target, seconds) };
}

/** The heavy load has a process of its own: this one only measures. */
async function beside(heavy: Heavy, target: Target, seconds: number): Promise<Sample> {
  const child = fork(import.meta.filename, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { name, version, ports, pids, reader, writer } = target;
  child.send({ heavy, target: { name, version, ports, pids, reader, writer } });
  await once(child, 'message');
  await delay(300);
  const latenciesMs: number[] = [];
  const client = new RawClient(target, target.reader);
  await client.connect();
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until && child.connected) {
    const begin = performance.now();
    await client.expect(200, 'GET', '/v2/bench/img/manifests/latest', `Accept: ${accept}\r\n`);
    latenciesMs.push(performance.now() - begin);
    await delay(2);
  }
  client.close();
  if (!child.connected) throw new Error(`${target.name}: the heavy load ended before its time`);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  const p99 = quantile(latenciesMs, 0.99);
  return { value: p99, p50: quantile(latenciesMs, 0.5), p99 };
}

async function weigh({ heavy, target }: Order): Promise<void> {
  if (heavy === 'push') {
    const blob = makeBlob(unique(), GiB);
    process.send?.('ready');
    const client = writerOf(target);
    // The same bytes again are received and hashed again: only the last step is shorter.
    for (;;) await pushBlob(client, 'bench/push', blob);
  }
  process.send?.('ready');
  const path = `/v2/bench/img/blobs/${storedBlobs['1 GiB'].digest}`;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const client = new RawClient(target, target.reader);
      for (;;) await client.expect(200, 'GET', path);
    }),
  );
}

if (import.meta.main) {
  const [order] = (await once(process, 'message')) as [Order];
  await weigh(order);
}
