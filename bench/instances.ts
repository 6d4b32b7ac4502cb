// One, two and three instances on PostgreSQL beside one on SQLite and Docker's registry, W1 to W5.
//
//   npm run bench:instances                   three short rounds
//   npm run bench:instances -- --full         five rounds of 3 s, blobs of 1 GiB pushed too
//   npm run bench:instances -- --only W1,W4   these workloads
//   npm run bench:instances -- --out FILE     where the result goes; default: out/instances.json
//
// Connections go to the instances by turns, without a balancer, which would take its share of the same cores. All three
// instances run all the time; the targets differ in how many of them are asked.

import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAll } from './measure.ts';
import { commandOf, type InstancesResult, machine, save } from './result.ts';
import { createBenchProject, startBerth } from './servers/berth.ts';
import { startPeer } from './servers/peer.ts';
import { startPostgres } from './servers/postgres.ts';
import type { Target } from './servers/target.ts';
import { rowsTable } from './table.ts';
import { downloadWorkloads } from './workloads/downloads.ts';
import { pushWorkloads } from './workloads/pushes.ts';
import { requestWorkloads } from './workloads/requests.ts';
import { seed } from './workloads/seed.ts';
import { full, quick } from './workloads/workload.ts';

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: 'W1,W2,W3,W4,W5' },
    out: { type: 'string', default: 'out/instances.json' },
  },
});
const only = values.only.split(',');
const scale = values.full ? full : quick;

async function startSqlite(home: string): Promise<Target> {
  mkdirSync(home);
  const target = await startBerth('SQLite', 'dist', home);
  createBenchProject('dist', home);
  return target;
}

interface Instances {
  readonly targets: readonly Target[];
  readonly postgres: string;
  stop(): Promise<void>;
}

/** The same three instances as three targets. */
async function startInstances(home: string): Promise<Instances> {
  mkdirSync(home);
  const postgres = await startPostgres(join(home, 'postgres'));
  const shared = { database: postgres.url, storage: join(home, 'storage') };
  const started: Target[] = [];
  for (const name of ['one', 'two', 'three']) {
    mkdirSync(join(home, name));
    started.push(await startBerth(name, 'dist', join(home, name), { shared }));
  }
  createBenchProject('dist', join(home, 'one'));
  const [one] = started as [Target];
  const targets = started.map((_, index): Target => {
    const [first, ...more] = started.slice(0, index + 1).flatMap(({ ports }) => ports) as [number];
    const pids = [...started.slice(0, index + 1).flatMap((target) => target.pids), postgres.pid];
    return { ...one, name: `PostgreSQL, ${index + 1}`, ports: [first, ...more], pids };
  });
  return {
    targets,
    postgres: postgres.version,
    stop: async () => {
      for (const target of started) await target.stop();
      await postgres.stop();
    },
  };
}

async function run(): Promise<InstancesResult> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  // PostgreSQL runs as another user below it.
  chmodSync(folder, 0o755);
  // The processes of PostgreSQL may still be ending.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const on = machine();
  const peer = await startPeer('docker-registry', 'docker-registry', join(folder, 'peer'));
  const sqlite = await startSqlite(join(folder, 'sqlite'));
  const instances = await startInstances(join(folder, 'instances'));
  const [one] = instances.targets as [Target];
  for (const target of [peer, sqlite, one]) await seed(target, only);
  const workloads = [...requestWorkloads(scale), ...downloadWorkloads(scale), ...pushWorkloads(scale)];
  const rows = await measureAll(
    workloads.filter(({ id }) => only.includes(id)),
    [sqlite, ...instances.targets, peer],
    scale.rounds,
  );
  await instances.stop();
  for (const target of [peer, sqlite]) await target.stop();
  return {
    command: commandOf('bench:instances'),
    date: new Date().toISOString().slice(0, 10),
    machine: on,
    versions: { [peer.name]: peer.version, berth: sqlite.version, PostgreSQL: instances.postgres },
    rows,
  };
}

const result = await run();
save(values.out, result);
console.log(`${result.machine}, ${result.date}\n\n${rowsTable(result.rows, ['workload', 'unit'])}`);
