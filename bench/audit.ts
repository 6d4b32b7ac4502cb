// What the audit log and the check of grants cost: pulls and pushes of a server as it is, against one in whose source
// both are left out. The servers take short turns; what counts is the CPU time of each for the same work, since others
// may be at work on the machine, too.
//
//   npm run bench:audit [rounds]

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

const rounds = Number(process.argv[2] ?? 60);
const lanes = 8;
const images = 64;
/** Pulls and refusals are written each second. */
const writtenMs = 1500;
const password = 'Correct-Horse-7';

/** No row of what was done, pulled or refused, and nobody is asked what he may do. */
const off: readonly SourceChange[] = [
  { module: 'oci/get-manifest-call', find: 'deps.pullLog.add({', replace: 'void ({' },
  { module: 'oci/routes', find: 'responding.refusable = {', replace: 'void {' },
  {
    module: 'platform/events/append',
    find: 'const row = await tx.first(insertEvent, {',
    replace: 'if (event.at >= 0) return 0; const row = await tx.first(insertEvent, {',
  },
  {
    module: 'access/authorize',
    find: 'const held = grants.filter((grant) => isValid(grant, now) && covers(grant, resource));\n  const visible',
    replace:
      "if (now >= 0) return { allowed: true, visible: true, reason: { kind: 'public' } };\n  const held = grants;\n  const visible",
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
async function start(name: string, changes: readonly SourceChange[], folder: string): Promise<Server> {
  const home = join(folder, name);
  mkdirSync(home);
  const target = await startBerth(name, 'src', home, { environment: changedSource(changes) });
  berth(home, ['project', 'create', 'bench']);
  berth(home, ['user', 'add', 'dev', '--password-stdin'], `${password}\n`);
  berth(home, ['access', 'grant', 'dev', 'developer', 'bench']);
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
    count: 1000,
    targetPercent: 98,
    one: async ({ pulled }, index, client) => {
      const no = index % images;
      await client.expect(200, 'GET', `/v2/bench/app/manifests/v${no}`, `Accept: ${accept}\r\n`);
      await client.expect(200, 'GET', `/v2/bench/app/blobs/${pulled[no]?.layer.digest ?? ''}`);
    },
  },
  {
    name: 'pushes',
    count: 30,
    targetPercent: 95,
    one: (_server, index, client) => push(client, `p${index}`, smallImage()),
  },
];

const cpuOf = ({ target }: Server): number => target.pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);

/** @returns seconds by the clock */
async function turn(kind: Kind, server: Server): Promise<number> {
  const begin = performance.now();
  await inLanes(lanes, kind.count, (index, lane) =>
    kind.one(server, index, server.clients[lane] as RawClient),
  );
  return (performance.now() - begin) / 1000;
}

async function compare(kind: Kind, on: Server, without: Server): Promise<void> {
  const servers = [on, without];
  for (const server of servers) await turn(kind, server);
  await delay(writtenMs);
  const before = servers.map(cpuOf);
  const seconds = new Map(servers.map((server) => [server, 0]));
  for (let round = 0; round < rounds; round += 1)
    for (const server of round % 2 === 0 ? servers : servers.toReversed())
      seconds.set(server, (seconds.get(server) ?? 0) + (await turn(kind, server)));
  await delay(writtenMs);
  const cpu = servers.map((server, index) => cpuOf(server) - (before[index] ?? 0));
  for (const [index, server] of servers.entries())
    console.log(
      `${kind.name} ${server.target.name}: ${each(cpu[index], kind)} µs of CPU, ${each(seconds.get(server), kind)} µs by the clock`,
    );
  const byCpu = (100 * (cpu[1] ?? 0)) / (cpu[0] ?? 0);
  const byClock = (100 * (seconds.get(without) ?? 0)) / (seconds.get(on) ?? 0);
  const told = byCpu >= kind.targetPercent ? 'at least' : 'NOT at least';
  console.log(
    `${kind.name}, on against off: ${byCpu.toFixed(1)} % by CPU time, ${told} ${kind.targetPercent} %; ${byClock.toFixed(1)} % by the clock`,
  );
  if (byCpu < kind.targetPercent) process.exitCode = 1;
}

function each(seconds: number | undefined, { count }: Kind): string {
  return (((seconds ?? 0) * 1e6) / (count * rounds)).toFixed(1);
}

const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
chmodSync(folder, 0o711);
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const servers: Server[] = [];
try {
  const on = await start('on', [], folder);
  servers.push(on);
  const without = await start('off', off, folder);
  servers.push(without);
  for (const kind of kinds) await compare(kind, on, without);
} finally {
  for (const { target, clients } of servers) {
    for (const client of clients) client.close();
    await target.stop();
  }
}
