// What the audit log and the check of grants cost: pulls and pushes of one server, in whose source both can be switched off
// while it runs. Two servers with the same source differ by some percent, and others may be at work on the machine; so one
// works in turns with and without, and what counts is its CPU time for the same work.
//
//   npm run bench:audit [rounds]

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
import { entryOf, startBerth } from './servers/berth.ts';
import type { Target } from './servers/target.ts';

const rounds = Number(process.argv[2] ?? 20);
const lanes = 8;
const images = 64;
/** Pulls and refusals are written each second. */
const writtenMs = 1200;
const password = 'Correct-Horse-7';

/** Switched off: no row of what was done, pulled or refused, and nobody is asked what he may do. */
const switched: readonly SourceChange[] = [
  {
    module: 'oci/get-manifest-call',
    find: 'deps.pullLog.add({',
    replace: 'if (globalThis.auditOff !== true) deps.pullLog.add({',
  },
  {
    module: 'oci/routes',
    find: 'responding.refusable = {',
    replace: 'if (globalThis.auditOff !== true) responding.refusable = {',
  },
  {
    module: 'platform/events/append',
    find: 'const row = await tx.first(insertEvent, {',
    replace: 'if (globalThis.auditOff === true) return 0; const row = await tx.first(insertEvent, {',
  },
  {
    module: 'access/authorize',
    find: 'let giving: Grant | undefined;',
    replace: `if (globalThis.auditOff === true) return { allowed: true, visible: true, reason: { kind: 'public' } };
      let giving;`,
  },
  // What is stored is counted after events of pushes, but for no audit log: never, with and without.
  {
    module: 'content/figures/create-storage-count',
    find: 'const everyMs = 10_000;',
    replace: 'const everyMs = 24 * 60 * 60 * 1000;',
  },
  {
    module: 'app',
    find: "import { admit } from './access/admit.ts';",
    replace: `import { admit } from './access/admit.ts';
      process.on('SIGUSR2', () => { globalThis.auditOff = globalThis.auditOff !== true; });`,
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

interface Server {
  readonly target: Target;
  readonly clients: readonly RawClient[];
  readonly pulled: readonly Image[];
}

/** Somebody with one grant, who is no administrator, pulls and pushes. */
async function start(folder: string): Promise<Server> {
  const target = await startBerth('berth', 'src', folder, { environment: changedSource(switched) });
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
    count: 120,
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

async function toggle({ target }: Server): Promise<void> {
  for (const pid of target.pids) process.kill(pid, 'SIGUSR2');
  await delay(200);
}

async function compare(kind: Kind, server: Server): Promise<void> {
  const spent = { on: { cpu: 0, clock: 0 }, off: { cpu: 0, clock: 0 } };
  let state: keyof typeof spent = 'on';
  await turn(kind, server);
  for (let count = 0; count < 2 * rounds; count += 1) {
    const { cpu, clock } = await turn(kind, server);
    spent[state].cpu += cpu;
    spent[state].clock += clock;
    // On, off, off, on: what the database grows by is in both.
    if (count % 2 === 0) {
      await toggle(server);
      state = state === 'on' ? 'off' : 'on';
    }
  }
  if (state === 'off') await toggle(server);
  for (const [name, { cpu, clock }] of Object.entries(spent))
    console.log(
      `${kind.name} ${name}: ${each(cpu, kind)} µs of CPU, ${each(clock, kind)} µs by the clock, each`,
    );
  const { on, off } = spent;
  const byCpu = (100 * off.cpu) / on.cpu;
  const told = byCpu >= kind.targetPercent ? 'at least' : 'NOT at least';
  console.log(
    `${kind.name}, on against off: ${byCpu.toFixed(1)} % by CPU time, ${told} ${kind.targetPercent} %; ${((100 * off.clock) / on.clock).toFixed(1)} % by the clock`,
  );
  if (byCpu < kind.targetPercent) process.exitCode = 1;
}

function each(seconds: number, { count }: Kind): string {
  return ((seconds * 1e6) / (count * rounds)).toFixed(1);
}

/** That it was switched off and on: half of the turns, and the first, have left rows. */
function requireHalf(folder: string): void {
  using db = new DatabaseSync(join(folder, 'data', 'berth.db'), { readOnly: true });
  const row = db
    .prepare(`select sum(data ->> 'count') as pulls from event where type = 'artifact.pulled'`)
    .get();
  const wanted = (rounds + 1) * (kinds[0]?.count ?? 0);
  if (row?.['pulls'] !== wanted)
    throw new Error(`${String(row?.['pulls'])} pulls were recorded instead of ${wanted}`);
}

const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const server = await start(folder);
try {
  for (const kind of kinds) await compare(kind, server);
  requireHalf(folder);
} finally {
  for (const client of server.clients) client.close();
  await server.target.stop();
}
