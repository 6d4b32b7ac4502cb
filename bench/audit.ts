// What the audit log and the check of grants cost: pulls and pushes of one server, which leaves both out for requests with a
// header that is planted in its source. It works in turns, two with and two without in an order that chance gives, since the
// database's checkpoints come as regularly as turns do, and what counts is the CPU time and the clock for the same work, by
// the middle of all rounds. Not two servers: two with the same source differ by some percent, by more where one was started
// first. Not a switch that it has not seen yet: code is compiled anew for it; so both are mixed until it is warm.
//
//   npm run bench:audit [servers]

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
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
import { median, quantile } from './load/statistics.ts';
import { entryOf, startBerth } from './servers/berth.ts';
import type { Target } from './servers/target.ts';

/** One after the other; each tells of its own. */
const servers = Number(process.argv[2] ?? 3);
const lanes = 8;
const images = 64;
/** Until the code is compiled, for both. */
const warmTurns = 6;
const password = 'Correct-Horse-7';

const off = 'globalThis.benchIsOff === true';

/** No row of what was done, pulled or refused, and nobody is asked what he may do, as long as a request says so. */
const switched: readonly SourceChange[] = [
  {
    module: 'oci/routes',
    find: `const { path, query } = splitUrl(request.url ?? '');`,
    replace: `globalThis.benchIsOff = request.headers['x-bench'] === 'off';
      const { path, query } = splitUrl(request.url ?? '');`,
  },
  {
    module: 'oci/get-manifest-call',
    find: 'deps.pullLog.add({',
    replace: `if (!(${off})) deps.pullLog.add({`,
  },
  {
    module: 'oci/routes',
    find: 'responding.refusable = {',
    replace: `if (!(${off})) responding.refusable = {`,
  },
  {
    module: 'platform/events/append',
    find: 'await tx.run(insertEvent, valuesOf(event));',
    replace: `if (!(${off})) await tx.run(insertEvent, valuesOf(event));`,
  },
  // Nor is it read what he may do, or worked out once more after each commit.
  {
    module: 'access/resolve-and-require',
    find: 'const { project } = deps.rights?.allowed.known(key)',
    replace: `if (${off}) {
      const { project } = need.name;
      const found = deps.rights?.projects.known(project) ?? (await projectOf(deps, project));
      if (found !== undefined) return found;
    }
    const { project } = deps.rights?.allowed.known(key)`,
  },
  {
    module: 'access/authorize',
    find: 'let giving: Grant | undefined;',
    replace: `if (${off}) return { allowed: true, visible: true, reason: { kind: 'public' } };
      let giving;`,
  },
];

/** What is stored is counted after events of pushes, but for no audit log: never. */
const notCounted: readonly SourceChange[] = [
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

/** With both, or without. */
type State = 'on' | 'off';

interface Server {
  readonly target: Target;
  readonly clients: readonly RawClient[];
  readonly pulled: readonly Image[];
}

/** Somebody with one grant, who is no administrator, pulls and pushes. */
async function start(folder: string): Promise<Server> {
  const environment = changedSource([...notCounted, ...switched]);
  const target = await startBerth('berth', 'src', folder, { environment });
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
  /** Of four turns each. */
  readonly rounds: number;
  /** Until what was gathered is written. */
  readonly writtenMs: number;
  /** Of the throughput that is left. */
  readonly targetPercent: number;
  readonly one: (server: Server, index: number, client: RawClient) => Promise<void>;
}

const kinds: readonly Kind[] = [
  {
    name: 'pulls',
    count: 2500,
    rounds: 12,
    // Pulls and refusals are written each second.
    writtenMs: 1200,
    targetPercent: 98,
    one: async ({ pulled }, index, client) => {
      const no = index % images;
      await client.expect(200, 'GET', `/v2/bench/app/manifests/v${no}`, `Accept: ${accept}\r\n`);
      await client.expect(200, 'GET', `/v2/bench/app/blobs/${pulled[no]?.layer.digest ?? ''}`);
    },
  },
  {
    name: 'pushes',
    count: 100,
    rounds: 20,
    writtenMs: 0,
    targetPercent: 95,
    one: (_server, index, client) => push(client, `p${index}`, smallImage()),
  },
];

interface Spent {
  cpu: number;
  clock: number;
}

/** As long as the other, whichever it is. */
const headerOf: Readonly<Record<State, string>> = { on: 'X-Bench: on.\r\n', off: 'X-Bench: off\r\n' };

/**
 * In seconds; with the writing of what was gathered. Each turn by the same connections: two of a server differ by some
 * percent as well.
 */
async function turn(kind: Kind, server: Server, stateOf: (index: number) => State): Promise<Spent> {
  const cpuOf = (): number => server.target.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = cpuOf();
  const begin = performance.now();
  await inLanes(lanes, kind.count, (index, lane) => {
    const client = server.clients[lane] as RawClient;
    client.headers = headerOf[stateOf(index)];
    return kind.one(server, index, client);
  });
  const clock = (performance.now() - begin) / 1000;
  await delay(kind.writtenMs);
  return { cpu: cpuOf() - before, clock };
}

/** In percent of the throughput without, that is left with both. */
interface Left {
  readonly cpu: number;
  readonly clock: number;
}

/** Of each round. */
async function compare(kind: Kind, server: Server): Promise<readonly Left[]> {
  for (let warm = 0; warm < warmTurns; warm += 1)
    await turn(kind, server, (index) => (index % 3 === 0 ? 'off' : 'on'));
  const left: Left[] = [];
  for (let round = 0; round < kind.rounds; round += 1) {
    const spent = { on: { cpu: 0, clock: 0 }, off: { cpu: 0, clock: 0 } };
    for (const state of shuffled(['on', 'on', 'off', 'off'])) {
      const { cpu, clock } = await turn(kind, server, () => state);
      spent[state].cpu += cpu;
      spent[state].clock += clock;
    }
    const { on, off } = spent;
    left.push({ cpu: (100 * off.cpu) / on.cpu, clock: (100 * off.clock) / on.clock });
  }
  return left;
}

function shuffled(states: readonly State[]): readonly State[] {
  const drawn = states.map((state) => ({ state, at: Math.random() }));
  return drawn.toSorted((a, b) => a.at - b.at).map(({ state }) => state);
}

/** That the turns without wrote nothing, and the others all. */
function requireRows(folder: string, wanted: number): void {
  using db = new DatabaseSync(join(folder, 'data', 'berth.db'), { readOnly: true });
  const row = db
    .prepare(`select coalesce(sum(data ->> 'count'), 0) as pulls from event where type = 'artifact.pulled'`)
    .get();
  if (row?.['pulls'] !== wanted)
    throw new Error(`${String(row?.['pulls'])} pulls were recorded instead of ${wanted}`);
}

async function measure(left: readonly Left[][]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
  chmodSync(folder, 0o711);
  try {
    const server = await start(folder);
    try {
      for (const [index, kind] of kinds.entries()) left[index]?.push(...(await compare(kind, server)));
      const { count = 0, rounds = 0 } = kinds[0] ?? {};
      requireRows(folder, warmTurns * (count - Math.ceil(count / 3)) + rounds * 2 * count);
    } finally {
      for (const client of server.clients) client.close();
      await server.target.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const left: readonly Left[][] = kinds.map(() => []);
for (let server = 0; server < servers; server += 1) await measure(left);
for (const [index, { name, targetPercent }] of kinds.entries()) {
  const of = left[index] ?? [];
  const told = (['cpu', 'clock'] as const).map((by) => {
    const all = of.map((each) => each[by]);
    const [low, high] = [0.25, 0.75].map((part) => quantile(all, part).toFixed(1));
    return `${median(all).toFixed(1)} % by ${by} (half of ${all.length} rounds within ${low} and ${high})`;
  });
  const reached = median(of.map(({ clock }) => clock)) >= targetPercent;
  console.log(
    `${name}, on against off: ${told.join('; ')}: ${reached ? 'at least' : 'NOT at least'} ${targetPercent} %`,
  );
  if (!reached) process.exitCode = 1;
}
