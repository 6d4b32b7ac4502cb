// What a request costs with a thousand, a hundred thousand and a million tags and manifests in one repository.
//
//   npm run bench:growth
//   npm run bench:growth -- --sizes 1000,100000     these
//   npm run bench:growth -- --out FILE              where the result goes; default: out/growth.json
//
// Fails when a request costs more than one and a half times what it costs with the fewest.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { growDatabase } from './growth/grow-database.ts';
import { type GrowthWorkload, growthWorkloads, plant } from './growth/growth-workloads.ts';
import { median } from './load/statistics.ts';
import { commandOf, type GrowthRow, machine, save } from './result.ts';
import { createBenchProject, startBerth } from './servers/berth.ts';
import type { Target } from './servers/target.ts';
import { growthTable, worstGrowth } from './table.ts';

const rounds = 5;
const seconds = 1;
const mostGrowth = 1.5;

interface Grown {
  readonly size: number;
  readonly target: Target;
}

async function startGrown(folder: string, size: number): Promise<Grown> {
  const home = join(folder, String(size));
  mkdirSync(home);
  const empty = await startBerth('berth', 'dist', home);
  createBenchProject('dist', home);
  await plant(empty);
  await empty.stop();
  const begin = performance.now();
  growDatabase(home, size);
  console.error(`${size} tags and manifests made in ${Math.round((performance.now() - begin) / 1000)} s`);
  return { size, target: await startBerth('berth', 'dist', home) };
}

/** In turns, each round beginning with another size; one round that does not count fills the caches. */
async function measure(workload: GrowthWorkload, all: readonly Grown[]): Promise<readonly GrowthRow[]> {
  const samples = new Map(all.map(({ size }) => [size, [] as { value: number; cpu: number }[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index] of all.entries()) {
      const { size, target } = all[(index + round) % all.length] as Grown;
      const { value, cpu = Number.NaN } = await workload.run(target, size, seconds);
      if (round > 0) samples.get(size)?.push({ value, cpu });
    }
  }
  return all.map(({ size }) => {
    const taken = samples.get(size) ?? [];
    return {
      label: workload.label,
      size,
      value: median(taken.map(({ value }) => value)),
      cpu: median(taken.map(({ cpu }) => cpu)),
      cpuUnit: workload.cpuUnit,
    };
  });
}

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,100000,1000000' },
    out: { type: 'string', default: 'out/growth.json' },
  },
});
const on = machine();
const sizes = values.sizes.split(',').map(Number);
const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const all: Grown[] = [];
for (const size of sizes) all.push(await startGrown(folder, size));
const rows: GrowthRow[] = [];
for (const workload of growthWorkloads) rows.push(...(await measure(workload, all)));
for (const { target } of all) await target.stop();
const result = {
  command: commandOf('bench:growth'),
  date: new Date().toISOString().slice(0, 10),
  machine: on,
  sizes,
  rows,
};
save(values.out, result);
console.log(growthTable(result, ['request', 'CPU']));
const worst = worstGrowth(result);
// Also when it is no number: then nothing was measured.
if (!(worst <= mostGrowth)) {
  console.error(
    `a request costs ${worst.toFixed(2)} times as much with more tags, at most ${mostGrowth} is wanted`,
  );
  process.exitCode = 1;
}
