// What the audit log and the check of grants cost: pulls and pushes of two servers, of which one has neither in its source.
// They work in turns, on, off, off, on, and what counts is the CPU time and the clock for the same work. Two servers with the
// same source differ by some percent, by more where one was started first, and one that is switched while it runs is compiled
// anew at each switch; so there are several pairs of pairs, in which each is first once, and their median counts.
//
//   npm run bench:audit [pairs of pairs]

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { changedSource, type SourceChange } from '../test/harness/changed-source.ts';
import { type Blob, jsonBlob, KiB, makeBlob, manifestOf, unique } from './load/blob.ts';
import { inLanes } from './load/meter.ts';
import { cpuSeconds } from './load/processes.ts';
import { pushBlob, putManifest } from './load/push.ts';
import { RawClient } from './load/raw-client.ts';
import { accept } from './load/request-load.ts';
import { median } from './load/statistics.ts';
import { entryOf, startBerth } from './servers/berth.ts';
import type { Target } from './servers/target.ts';

const turnedPairs = Number(process.argv[2] ?? 5);
/** On, off, off, on is two of them. */
const rounds = 4;
const lanes = 8;
const images = 64;
/** Until the code is compiled. */
const warmTurns = 2;
/** Pulls and refusals are written each second. */
const writtenMs = 1200;
const password = 'Correct-Horse-7';

/** No row of what was done, pulled or refused, and nobody is asked what he may do. */
const switchedOff: readonly SourceChange[] = [
  {
    module: 'oci/get-manifest-call',
    find: 'deps.pullLog.add({',
    replace: 'if (Math.PI < 3) deps.pullLog.add({',
  },
  {
    module: 'oci/routes',
    find: 'responding.refusable = {',
    replace: 'if (Math.PI < 3) responding.refusable = {',
  },
  {
    module: 'platform/events/append',
    find: 'await tx.run(insertEvent, valuesOf(event));',
    replace: 'if (Math.PI < 3) await tx.run(insertEvent, valuesOf(event));',
  },
  // Nor is it read what he may do, or worked out once more after each commit.
  {
    module: 'access/resolve-and-require',
    find: `if (project?.public === true && isPublic(permission) && principal.kind !== 'robot') {`,
    replace: `if (Math.PI > 3 && project !== undefined) {`,
  },
  {
    module: 'access/authorize',
    find: 'let giving: Grant | undefined;',
    replace: `if (Math.PI > 3) return { allowed: true, visible: true, reason: { kind: 'public' } };
      let giving;`,
  },
];

/** What is stored is counted after events of pushes, but for no audit log: never, with and without. */
const inBoth: readonly SourceChange[] = [
  {
    module: 'content/figures/create-storage-count',
    find: 'const everyMs = 10_000;',
    replace: 'const everyMs = 24 * 60 * 60 * 1000;',
  },
];

interface Image {
  readonly config: Blob;
  readonly layer: Blob;
  readonly manifest: Blob;
}

function smallImage(): Image {
  const id = unique();
  const layer = makeBlob(id, 4 * KiB);
  const config = jsonBlob({ architecture: 'amd64', os: 'linux', config: {}, id });
  return { config, layer, manifest: manifestOf(config, [layer]) };
}

async function push(client: RawClient, tag: string, { config, layer, manifest }: Image): Promise<void> {
  for (const blob of [layer, config]) await pushBlob(client, 'bench/app', blob);
  await putManifest(client, 'bench/app', tag, manifest);
}

type State = 'on' | 'off';

interface Server {
  readonly target: Target;
  readonly clients: readonly RawClient[];
  readonly pulled: readonly Image[];
}

/** Somebody with one grant, who is no administrator, pulls and pushes. */
async function start(folder: string, state: State): Promise<Server> {
  const changes = state === 'on' ? inBoth : [...inBoth, ...switchedOff];
  const target = await startBerth(state, 'src', folder, { environment: changedSource(changes) });
  berth(folder, ['project', 'create', 'bench']);
  berth(folder, ['user', 'add', 'dev', '--password-stdin'], `${password}\n`);
  berth(folder, ['access', 'grant', 'dev', 'developer', 'bench']);
  const authorization = `Basic ${Buffer.from(`dev:${password}`).toString('base64')}`;
  const clients = Array.from({ length: lanes }, () => new RawClient(target, authorization));
  const pulled = Array.from({ length: images }, smallImage);
  await inLanes(lanes, images, (index, lane) =>
    push(clients[lane] as RawClient, `v${index}`, pulled[index] as Image),
  );
  return { target, clients, pulled };
}

function berth(home: string, args: readonly string[], input = ''): void {
  const all = [entryOf('src'), ...args, '--data', join(home, 'data')];
  execFileSync(process.execPath, all, { cwd: home, input, stdio: ['pipe', 'ignore', 'inherit'] });
}

interface Kind {
  readonly name: string;
  /** In one turn of a server. */
  readonly count: number;
  /** Of the throughput that is left. */
  readonly targetPercent: number;
  readonly one: (server: Server, index: number, client: RawClient) => Promise<void>;
}

const kinds: readonly Kind[] = [
  {
    name: 'pulls',
    count: 5000,
    targetPercent: 98,
    one: async ({ pulled }, index, client) => {
      const no = index % images;
      await client.expect(200, 'GET', `/v2/bench/app/manifests/v${no}`, `Accept: ${accept}\r\n`);
      await client.expect(200, 'GET', `/v2/bench/app/blobs/${pulled[no]?.layer.digest ?? ''}`);
    },
  },
  {
    name: 'pushes',
    count: 300,
    targetPercent: 95,
    one: (_server, index, client) => push(client, `p${index}`, smallImage()),
  },
];

interface Spent {
  cpu: number;
  clock: number;
}

/** In seconds; with the writing of what was gathered. */
async function turn(kind: Kind, server: Server): Promise<Spent> {
  const cpuOf = (): number => server.target.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = cpuOf();
  const begin = performance.now();
  await inLanes(lanes, kind.count, (index, lane) =>
    kind.one(server, index, server.clients[lane] as RawClient),
  );
  const clock = (performance.now() - begin) / 1000;
  await delay(writtenMs);
  return { cpu: cpuOf() - before, clock };
}

/** In percent of the throughput without, that is left with both. */
interface Left {
  readonly cpu: number;
  readonly clock: number;
}

async function compare(kind: Kind, servers: Readonly<Record<State, Server>>): Promise<Left> {
  const spent = { on: { cpu: 0, clock: 0 }, off: { cpu: 0, clock: 0 } };
  for (const state of ['on', 'off'] as const)
    for (let warm = 0; warm < warmTurns; warm += 1) await turn(kind, servers[state]);
  for (let round = 0; round < rounds; round += 1)
    for (const state of round % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
      const { cpu, clock } = await turn(kind, servers[state]);
      spent[state].cpu += cpu;
      spent[state].clock += clock;
    }
  const { on, off } = spent;
  for (const [name, { cpu, clock }] of Object.entries(spent))
    console.log(
      `${kind.name} ${name}: ${each(cpu, kind)} µs of CPU, ${each(clock, kind)} µs by the clock, each`,
    );
  return { cpu: (100 * off.cpu) / on.cpu, clock: (100 * off.clock) / on.clock };
}

function each(seconds: number, { count }: Kind): string {
  return ((seconds * 1e6) / (count * rounds)).toFixed(1);
}

/** That one was off and the other on. */
function requireRows(folder: string, wanted: number): void {
  using db = new DatabaseSync(join(folder, 'data', 'berth.db'), { readOnly: true });
  const row = db
    .prepare(`select coalesce(sum(data ->> 'count'), 0) as pulls from event where type = 'artifact.pulled'`)
    .get();
  if (row?.['pulls'] !== wanted)
    throw new Error(`${String(row?.['pulls'])} pulls were recorded instead of ${wanted}`);
}

/** One after the other; which is first may count, too. */
async function startBoth(
  folders: Readonly<Record<State, string>>,
  first: State,
): Promise<Record<State, Server>> {
  const second = first === 'on' ? 'off' : 'on';
  const begun = await start(folders[first], first);
  const other = await start(folders[second], second);
  return first === 'on' ? { on: begun, off: other } : { on: other, off: begun };
}

async function comparePair(left: readonly Left[][], first: State): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  chmodSync(folder, 0o711);
  const folders = { on: join(folder, 'on'), off: join(folder, 'off') };
  for (const each of Object.values(folders)) mkdirSync(each);
  try {
    const { on, off } = await startBoth(folders, first);
    try {
      for (const [index, kind] of kinds.entries()) left[index]?.push(await compare(kind, { on, off }));
      requireRows(folders.on, (warmTurns + rounds) * (kinds[0]?.count ?? 0));
      requireRows(folders.off, 0);
    } finally {
      for (const { clients, target } of [on, off]) {
        for (const client of clients) client.close();
        await target.stop();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of each two, in which the other one was first, the geometric mean. */
function turned(all: readonly number[]): number[] {
  return all.flatMap((each, index) => (index % 2 === 0 ? [Math.sqrt(each * (all[index + 1] ?? each))] : []));
}

const left: readonly Left[][] = kinds.map(() => []);
for (let pair = 0; pair < turnedPairs; pair += 1)
  for (const first of ['on', 'off'] as const) await comparePair(left, first);
for (const [index, { name, targetPercent }] of kinds.entries()) {
  const of = left[index] ?? [];
  const told = (['cpu', 'clock'] as const).map((by) => {
    const all = turned(of.map((each) => each[by]));
    return `${median(all).toFixed(1)} % by ${by} (${all.map((each) => each.toFixed(1)).join(', ')})`;
  });
  const reached = median(turned(of.map(({ clock }) => clock))) >= targetPercent;
  console.log(
    `${name}, on against off: ${told.join('; ')}: ${reached ? 'at least' : 'NOT at least'} ${targetPercent} %`,
  );
  if (!reached) process.exitCode = 1;
}
