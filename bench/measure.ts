import { median } from './load/statistics.ts';
import type { Row } from './result.ts';
import type { Target } from './servers/target.ts';
import { rowsTable } from './table.ts';
import type { Sample, Workload } from './workloads/workload.ts';

/** One workload after the other, each on all targets. One that fails takes nothing from the others. */
export async function measureAll(
  workloads: readonly Workload[],
  targets: readonly Target[],
  rounds: number,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const workload of workloads) {
    try {
      const more = await measure(workload, targets, rounds);
      rows.push(...more);
      console.error(rowsTable(more, ['', '']).split('\n').at(-1));
    } catch (error) {
      console.error(`${workload.id} ${workload.label} failed:`, error);
      process.exitCode = 1;
    }
  }
  return rows;
}

/** Each round begins with another target, so that none always inherits what the one before it left behind. */
async function measure(
  workload: Workload,
  targets: readonly Target[],
  rounds: number,
): Promise<readonly Row[]> {
  const samples = new Map(targets.map((target) => [target.name, [] as Sample[]]));
  for (const target of targets) await workload.prepare?.(target);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index] of targets.entries()) {
      const target = targets[(index + round) % targets.length] as Target;
      samples.get(target.name)?.push(await workload.run(target));
    }
  }
  const { id, label, unit, cpuUnit, lessIsBetter } = workload;
  const head = {
    id,
    label,
    unit,
    ...(cpuUnit === undefined ? {} : { cpuUnit }),
    ...(lessIsBetter && { lessIsBetter }),
  };
  return targets.map(({ name }) => ({ ...head, target: name, ...middle(samples.get(name) ?? []) }));
}

function middle(samples: readonly Sample[]): Sample {
  const of = (key: keyof Sample): number | undefined => {
    const values = samples.map((sample) => sample[key]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  };
  const [cpu, p50, p99] = [of('cpu'), of('p50'), of('p99')];
  return {
    value: of('value') ?? Number.NaN,
    ...(cpu === undefined ? {} : { cpu }),
    ...(p50 === undefined ? {} : { p50 }),
    ...(p99 === undefined ? {} : { p99 }),
  };
}
