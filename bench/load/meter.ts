import type { Target } from '../servers/target.ts';
import type { Sample } from '../workloads/workload.ts';
import { cpuSeconds } from './processes.ts';
import { quantile } from './statistics.ts';

export interface Work {
  /** What was done, in the unit of `value`: requests, MiB, images. */
  readonly done: number;
  /** What the CPU time is divided by, times what makes the unit of it. */
  readonly cpuPer: { readonly amount: number; readonly unitsPerSecond: number };
  readonly latenciesMs?: readonly number[];
}

/** Clock and CPU time of the server around a load. */
export async function meter(target: Target, load: () => Promise<Work>): Promise<Sample> {
  const cpuBefore = cpuOf(target);
  const begin = performance.now();
  const { done, cpuPer, latenciesMs = [] } = await load();
  const seconds = (performance.now() - begin) / 1000;
  const cpu = cpuOf(target) - cpuBefore;
  return {
    value: done / seconds,
    cpu: (cpu * cpuPer.unitsPerSecond) / cpuPer.amount,
    ...(latenciesMs.length === 0
      ? {}
      : { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) }),
  };
}

function cpuOf({ pids }: Target): number {
  return pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

/** Calls `work` with 0 … `count` - 1 from `lanes` sides at once; each call is timed. */
export async function inLanes(
  lanes: number,
  count: number,
  work: (index: number, lane: number) => Promise<void>,
): Promise<readonly number[]> {
  const latenciesMs: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      while (next < count) {
        const index = next;
        next += 1;
        const begin = performance.now();
        await work(index, lane);
        latenciesMs.push(performance.now() - begin);
      }
    }),
  );
  return latenciesMs;
}
