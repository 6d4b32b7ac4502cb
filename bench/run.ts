// Berth beside other registries: starts all of them, fills them, runs the workloads in turns, prints a table.
//
//   npm run bench                     three short rounds
//   npm run bench:full                five rounds of 3 s, blobs of 1 GiB pushed too
//   npm run bench -- --only W1,W7     these workloads (A: sign-in, W8: starts)
//   npm run bench -- --no-peers       Berth from dist beside Berth from source
//   npm run bench -- --out FILE       where the result goes; default: out/bench.json, of some workloads out/part.json

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rssMiB } from './load/processes.ts';
import { measureAll } from './measure.ts';
import { commandOf, machine, type Result, type Row, save } from './result.ts';
import {
  administrator,
  berthEnvironment,
  createBenchProject,
  type Form,
  pullToken,
  serveCommand,
  startBerth,
} from './servers/berth.ts';
import { peerCommand, peerEnvironment, peerPrograms, startPeer } from './servers/peer.ts';
import type { Target } from './servers/target.ts';
import { rowsTable, split, startsTable } from './table.ts';
import { downloadWorkloads } from './workloads/downloads.ts';
import { fairnessWorkloads } from './workloads/fairness.ts';
import { pushWorkloads } from './workloads/pushes.ts';
import { requestWorkloads, signInWorkloads } from './workloads/requests.ts';
import { seed } from './workloads/seed.ts';
import { measureStarts, type Start, type Startable } from './workloads/starts.ts';
import { full, quick, type Scale } from './workloads/workload.ts';

interface Options {
  readonly scale: Scale;
  readonly only: readonly string[] | undefined;
  readonly peers: boolean;
  readonly out: string;
}

function options(): Options {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean', default: false },
      only: { type: 'string' },
      'no-peers': { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const scale = values.full ? full : quick;
  const out = values.out ?? (values.only === undefined ? 'out/bench.json' : 'out/part.json');
  return { scale, only: values.only?.split(','), peers: !values['no-peers'], out };
}

const berthForms: readonly (readonly [string, Form])[] = [['berth', 'dist']];
const sourceForm: readonly [string, Form] = ['berth from source', 'src'];

/** Starts the servers one after the other and fills them. */
async function startTargets(folder: string, { only, peers }: Options): Promise<readonly Target[]> {
  const targets: Target[] = [];
  if (peers) {
    for (const [name, program] of Object.entries(peerPrograms()))
      targets.push(await startPeer(name, program, join(folder, name)));
  }
  for (const [name, form] of peers ? berthForms : [...berthForms, sourceForm]) {
    const home = join(folder, form);
    mkdirSync(home);
    targets.push(await startBerth(name, form, home));
    createBenchProject(form, home);
  }
  for (const target of targets) {
    const begin = performance.now();
    await seed(target, only);
    console.error(
      `${target.name} ${target.version} filled in ${Math.round((performance.now() - begin) / 1000)} s`,
    );
  }
  return targets;
}

/** The same server, read by three kinds of callers. */
async function callersOf(berth: Target): Promise<readonly Target[]> {
  return [
    { ...berth, name: 'as a stranger' },
    { ...berth, name: 'with a token', reader: `Bearer ${await pullToken(berth, 'bench/img')}` },
    { ...berth, name: 'with a password', reader: administrator },
  ];
}

async function measureWanted(targets: readonly Target[], { scale, only }: Options): Promise<readonly Row[]> {
  const wanted = (id: string): boolean => only === undefined || only.includes(id.split(' ')[0] ?? id);
  const workloads = [
    ...requestWorkloads(scale),
    ...downloadWorkloads(scale),
    ...pushWorkloads(scale),
    ...fairnessWorkloads(scale),
  ].filter(({ id }) => wanted(id));
  const rows = [...(await measureAll(workloads, targets, scale.rounds))];
  const berth = targets.find(({ name }) => name === 'berth');
  if (berth !== undefined && wanted('A')) {
    const callers = await callersOf(berth);
    rows.push(...(await measureAll(signInWorkloads(scale), callers, scale.rounds)));
  }
  return rows;
}

function startables(peers: boolean): readonly Startable[] {
  const forms = [...berthForms, sourceForm].map(([name, form]): Startable => {
    return { name, env: berthEnvironment(form), command: (folder, port) => serveCommand(form, folder, port) };
  });
  if (!peers) return forms;
  const others = Object.entries(peerPrograms()).map(([name, program]): Startable => {
    return { name, env: peerEnvironment, command: (folder, port) => peerCommand(program, folder, port) };
  });
  return [...others, ...forms];
}

/** The most memory of each target, until it is asked for. */
function watchMemory(targets: readonly Target[]): () => Record<string, number> {
  const peaks: Record<string, number> = {};
  const timer = setInterval(() => {
    for (const { name, pids } of targets) peaks[name] = Math.max(peaks[name] ?? 0, ...pids.map(rssMiB));
  }, 250);
  return () => {
    clearInterval(timer);
    return peaks;
  };
}

async function measureStartsIfWanted(
  folder: string,
  { only, peers, scale }: Options,
): Promise<readonly Start[]> {
  if (only !== undefined && !only.includes('W8')) return [];
  return measureStarts(startables(peers), folder, scale.rounds);
}

async function run(chosen: Options): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const on = machine();
  const starts = await measureStartsIfWanted(folder, chosen);
  const targets = await startTargets(folder, chosen);
  const peak = watchMemory(targets);
  const rows = await measureWanted(targets, chosen);
  const peakMiB = peak();
  for (const target of targets) await target.stop();
  return {
    command: commandOf('bench'),
    date: new Date().toISOString().slice(0, 10),
    machine: on,
    versions: Object.fromEntries(targets.map(({ name, version }) => [name, version])),
    rows,
    starts,
    peakMiB,
  };
}

const chosen = options();
const result = await run(chosen);
save(chosen.out, result);
const { peers, signIn } = split(result.rows);
console.log(`${result.machine}, ${result.date}\n`);
for (const rows of [peers, signIn])
  if (rows.length > 0) console.log(`${rowsTable(rows, ['workload', 'unit'])}\n`);
console.log(startsTable(result, ['server', 'start ms', 'CPU ms', 'idle MiB', 'peak MiB']));
