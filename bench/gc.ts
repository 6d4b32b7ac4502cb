// Garbage collection beside Docker's registry, on the same files, in one run.
//
//   npm run bench:gc                 50,000 small blobs, a fifth of them garbage
//   npm run bench:gc -- --part 1     1,000,000, of which 200,000
//
// Each has files of its own, written alike. Docker's registry must not be written to meanwhile and is stopped; Berth collects
// twice: with nobody else there, as Docker's registry does, and while it serves as many pushes as it can. Each begins with
// none of its blobs in the page cache, as a registry that is larger than the memory (`--warm`: with what is left of writing
// it), and Berth when it has done what a start makes it do. Fails when either leaves or takes something else than the garbage,
// when Berth alone is less than ten times as fast, when pushes lose more than a tenth, or when its memory grows by more than
// 32 MiB after the first quarter.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  garbageBytes,
  layer,
  pushedImage,
  repository,
  type Sizes,
  sharedConfig,
  writeFiles,
  writeRows,
} from './gc/collectable-registry.ts';
import { cpuSeconds, rssMiB } from './load/processes.ts';
import { pushBlob, putManifest, writerOf } from './load/push.ts';
import { administrator, blobPath, createBenchProject, startBerth } from './servers/berth.ts';
import { peerCommand } from './servers/peer.ts';
import type { Target } from './servers/target.ts';

const { values } = parseArgs({
  options: { part: { type: 'string', default: '20' }, warm: { type: 'boolean', default: false } },
});
const part = Number(values.part);
const sizes: Sizes = { blobs: Math.round(1_000_000 / part), garbage: Math.round(200_000 / part) };
const quietMs = 15_000;
const lanes = 4;
/** A server that takes less of a processor over so long has done what a start makes it do. */
const restMs = 5000;
const restShare = 0.1;
const mostRestMs = 30 * 60_000;
const mostGrowthMiB = 32;

interface Collected {
  readonly seconds: number;
}

/** Which of some blobs of each sort are there: none of the garbage, all of the rest. */
function requireCollected(root: string): void {
  const step = Math.max(1, Math.floor(sizes.blobs / 10_000));
  for (let number = 0; number < sizes.blobs; number += step) {
    const garbage = number >= sizes.blobs - sizes.garbage;
    const there = existsSync(join(blobPath(root, layer(number).digest), 'data'));
    if (there === garbage) throw new Error(`blob ${number} is ${there ? 'still there' : 'gone'} in ${root}`);
  }
}

/** The page cache is empty behind it. */
function forgetFiles(): void {
  if (values.warm) return;
  spawnSync('sync');
  writeFileSync('/proc/sys/vm/drop_caches', '3');
}

async function untilAtRest(pid: number): Promise<void> {
  const until = performance.now() + mostRestMs;
  for (let before = cpuSeconds(pid); ; ) {
    await delay(restMs);
    const now = cpuSeconds(pid);
    if (now - before < (restShare * restMs) / 1000) return;
    if (performance.now() > until) throw new Error('the server does not come to rest');
    before = now;
  }
}

async function collectByDocker(folder: string): Promise<Collected> {
  forgetFiles();
  const [program = ''] = peerCommand('docker-registry', folder, 1);
  const begin = performance.now();
  const { status, stderr } = spawnSync(program, ['garbage-collect', join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    maxBuffer: 2 ** 30,
  });
  if (status !== 0)
    throw new Error(`docker-registry garbage-collect failed: ${stderr.toString().slice(-2000)}`);
  return { seconds: (performance.now() - begin) / 1000 };
}

/** Pushes until it is told to stop; how many each second. */
function pushing(target: Target, name: string): { stop(): Promise<number> } {
  const state = { stopped: false, count: 0 };
  const begin = performance.now();
  const all = Array.from({ length: lanes }, async (_, lane) => {
    const client = writerOf(target);
    while (!state.stopped) {
      const seed = `${name} ${lane} ${state.count}`;
      const image = pushedImage(seed);
      await pushBlob(client, repository, image.layer);
      await putManifest(client, repository, `${name}-${lane}`, image.manifest);
      state.count += 1;
    }
    client.close();
  });
  return {
    stop: async () => {
      state.stopped = true;
      await Promise.all(all);
      return state.count / ((performance.now() - begin) / 1000);
    },
  };
}

interface Row {
  readonly job_status: string;
  readonly job_parameters: string;
}

interface ByBerth extends Collected {
  readonly row: Row;
  /** While the first quarter of the garbage went, and after that. */
  readonly peakMiB: { first: number; rest: number };
  readonly log: string;
}

async function collectByBerth(target: Target): Promise<ByBerth> {
  const [port, pid] = [target.ports[0] ?? 0, target.pids[0] ?? 0];
  const ask = (method: string, path: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { authorization: administrator } });
  const begin = performance.now();
  const started = await ask('POST', '/api/v2.0/system/gc/schedule');
  if (started.status !== 201) throw new Error(`no run: ${started.status} ${await started.text()}`);
  const peakMiB = { first: 0, rest: 0 };
  const place = started.headers.get('location') ?? '';
  for (;;) {
    const row = (await (await ask('GET', place)).json()) as Row;
    const part = foundBy(row).purged_blobs < sizes.garbage / 4 ? 'first' : 'rest';
    peakMiB[part] = Math.max(peakMiB[part], rssMiB(pid));
    if (!['Pending', 'Running', 'Scheduled'].includes(row.job_status)) {
      const seconds = (performance.now() - begin) / 1000;
      return { seconds, row, peakMiB, log: await (await ask('GET', `${place}/log`)).text() };
    }
    await delay(100);
  }
}

function foundBy({ job_parameters: text }: Row): {
  readonly freed_space: number;
  readonly purged_blobs: number;
} {
  return { freed_space: 0, purged_blobs: 0, ...(JSON.parse(text) as object) };
}

async function plant(target: Target): Promise<void> {
  const client = writerOf(target);
  const image = pushedImage('planted');
  for (const blob of [sharedConfig, image.layer]) await pushBlob(client, 'bench/planted', blob);
  await putManifest(client, 'bench/planted', 'v1', image.manifest);
  await pushBlob(client, repository, image.layer);
  client.close();
}

const folder = mkdtempSync(join(tmpdir(), 'berth-bench-'));
chmodSync(folder, 0o711);
process.once('exit', () => {
  // Millions of names, for each of which one thread would wait.
  const parallel =
    'find "$0" -mindepth 1 -type d -regextype posix-extended -regex ".*/[0-9a-f]{2}" -print0 | xargs -0 -n 1 -P 16 rm -rf';
  spawnSync('sh', ['-c', parallel, folder]);
  rmSync(folder, { recursive: true, force: true });
});
const docker = join(folder, 'docker');
const peer = join(docker, 'data');
let since = performance.now();
const tell = (what: string): void => {
  console.error(`${what} (${((performance.now() - since) / 1000).toFixed(0)} s)`);
  since = performance.now();
};
writeFiles(peer, sizes);
tell(`${sizes.blobs} blobs written for docker-registry`);

/** A stopped server with the same, in a folder of its own. */
async function prepare(name: string): Promise<string> {
  const own = join(folder, name);
  mkdirSync(own);
  const first = await startBerth('berth', 'dist', own);
  createBenchProject('dist', own);
  await plant(first);
  await first.stop();
  writeRows(join(own, 'data', 'berth.db'), sizes);
  writeFiles(join(own, 'data', 'storage'), sizes);
  tell(`${sizes.blobs} blobs and their rows written for Berth`);
  return own;
}

/** Whether it found all of the garbage and nothing else. */
function outcomeOf(own: string, { row, log }: ByBerth): readonly [string, boolean] {
  console.error(log);
  requireCollected(join(own, 'data', 'storage'));
  const { freed_space: freed, purged_blobs: purged } = foundBy(row);
  return [
    `${row.job_status}: ${purged} blobs, ${freed} bytes; the garbage: ${sizes.garbage} blobs, ${garbageBytes(sizes)} bytes`,
    row.job_status === 'Success' && purged === sizes.garbage && freed === garbageBytes(sizes),
  ];
}

function growth(before: number, { peakMiB }: ByBerth): readonly [string, boolean] {
  return [
    `memory: ${before.toFixed(0)} MiB before, at most ${peakMiB.first.toFixed(0)} for the first quarter, ${peakMiB.rest.toFixed(0)} after it`,
    peakMiB.rest - peakMiB.first <= mostGrowthMiB,
  ];
}

function speed(
  where: string,
  theirs: Collected,
  ours: Collected,
  atLeast: number,
): readonly [string, boolean] {
  const ratio = theirs.seconds / ours.seconds;
  return [
    `docker-registry ${theirs.seconds.toFixed(1)} s, berth ${where} ${ours.seconds.toFixed(1)} s: ${ratio.toFixed(1)} times as fast`,
    ratio >= atLeast,
  ];
}

type Lines = readonly (readonly [string, boolean])[];

async function alone(own: string, theirs: Collected): Promise<Lines> {
  forgetFiles();
  const target = await startBerth('berth', 'dist', own);
  try {
    const pid = target.pids[0] ?? 0;
    await untilAtRest(pid);
    const memory = rssMiB(pid);
    const ours = await collectByBerth(target);
    return [outcomeOf(own, ours), speed('alone', theirs, ours, 10), growth(memory, ours)];
  } finally {
    await target.stop();
  }
}

async function whilePushing(own: string, theirs: Collected): Promise<Lines> {
  forgetFiles();
  const target = await startBerth('berth', 'dist', own);
  try {
    const pid = target.pids[0] ?? 0;
    await untilAtRest(pid);
    const quiet = async (name: string): Promise<number> => {
      const pushes = pushing(target, name);
      await delay(quietMs);
      return pushes.stop();
    };
    const before = await quiet('before');
    const memory = rssMiB(pid);
    const busy = pushing(target, 'meanwhile');
    const [outcome] = await Promise.allSettled([collectByBerth(target)]);
    const meanwhile = await busy.stop();
    if (outcome.status === 'rejected') throw outcome.reason;
    // What was pushed meanwhile slows pushes down, too.
    const after = await quiet('after');
    const left = (200 * meanwhile) / (before + after);
    return [
      outcomeOf(own, outcome.value),
      // It leaves the server to them.
      speed('with pushes', theirs, outcome.value, 0),
      [
        `pushes: ${before.toFixed(0)} images/s before, ${meanwhile.toFixed(0)} meanwhile, ${after.toFixed(0)} after it: ${left.toFixed(0)} %`,
        left >= 90,
      ],
      growth(memory, outcome.value),
    ];
  } finally {
    await target.stop();
  }
}

const [first, second] = [await prepare('alone'), await prepare('pushed')];
const theirs = await collectByDocker(docker);
requireCollected(peer);
tell('docker-registry has collected');
for (const collect of [() => alone(first, theirs), () => whilePushing(second, theirs)])
  for (const [line, holds] of await collect()) {
    console.log(`${line}${holds ? '' : ' – NOT as it should be'}`);
    if (!holds) process.exitCode = 1;
  }
