import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { seededBytes } from '../harness/image.ts';
import { BerthServer } from '../harness/start-server.ts';
import { temporaryFolder } from '../harness/temporary-folder.ts';
import type { TurnFigures } from './turn-meter.ts';
import { drain, LargeBlob, pushLarge, pushSmall, runMix } from './work.ts';

/** Size of the large blobs of the mix, and of the largest one that memory is compared with. */
const largeMiB = Number(process.env['BERTH_LOAD_MIB'] ?? 128);
const hugeMiB = Number(process.env['BERTH_LOAD_HUGE_MIB'] ?? 512);
const rounds = Number(process.env['BERTH_LOAD_ROUNDS'] ?? 3);

const turnLimitMs = 20;
const growthLimitMiB = 128;

async function withPulled(server: BerthServer): Promise<LargeBlob> {
  const pulled = new LargeBlob('pulled', Math.min(largeMiB, 256));
  await pushLarge(server.client(), 'library/pulled', pulled);
  return pulled;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Milliseconds that a thread was seen inside Node's hashing or argon2, native code included. */
function msInCrypto(profile: Profile): number {
  const crypto = new Set(
    profile.nodes
      .filter(({ callFrame }) => /^node:internal\/crypto\/(hash|argon2)/.test(callFrame.url))
      .map((node) => node.id),
  );
  return (
    profile.samples.reduce(
      (sum, id, index) => sum + (crypto.has(id) ? (profile.timeDeltas[index] ?? 0) : 0),
      0,
    ) / 1000
  );
}

test('no sync, hash or argon2 runs on the main thread while 16 push small, 4 large blobs and 8 pull', async () => {
  const folder = temporaryFolder();
  const profiles = join(folder, 'profiles');
  await using server = await BerthServer.start({
    args: ['--drain-delay', '0'],
    env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` },
  });
  const pulled = await withPulled(server);
  const trace = join(folder, 'trace');
  const tracer = await attach(server.pid, trace);
  await runMix(server.client(), pulled, { round: 'traced', largeMiB });
  tracer.kill('SIGINT');
  await once(tracer, 'exit');
  const pid = server.pid;
  server.signal('SIGINT');
  await server.ended;

  const syncs = readFileSync(trace, 'utf8').matchAll(/^(\d+) .*\bf(?:data)?sync\(/gm);
  const byThread = Map.groupBy(syncs, (match) => Number(match[1]));
  const onOthers = [...byThread]
    .filter(([thread]) => thread !== pid)
    .reduce((sum, [, calls]) => sum + calls.length, 0);
  console.log(
    `syncs: ${byThread.get(pid)?.length ?? 0} on the main thread, ${onOthers} on ${byThread.size} others`,
  );
  assert.ok(onOthers > 100, 'the trace saw no syncs');

  const files = readdirSync(profiles).toSorted();
  const inCrypto = files.map((file) =>
    msInCrypto(JSON.parse(readFileSync(join(profiles, file), 'utf8')) as Profile),
  );
  const [main = Number.NaN, ...threads] = mainFirst(files, inCrypto);
  const inThreads = threads.reduce((sum, ms) => sum + ms, 0);
  console.log(
    `hashing and argon2: ${main.toFixed(1)} ms on the main thread, ${inThreads.toFixed(0)} ms on ${threads.length} others`,
  );
  assert.ok(inThreads > largeMiB, 'the profiles saw no hashing');
  // The keyed hash that stands for a remembered password takes a microsecond a request, and to begin an argon2 that
  // another thread computes takes some milliseconds; argon2 itself takes ten times as long.
  assert.ok(main < inThreads / 20, `${main} ms of hashing on the main thread`);
  assert.equal(byThread.get(pid)?.filter((call) => !isInsideCommit(call[0])).length ?? 0, 0);
});

/** Attaches to all threads of a process; resolves when it watches. */
async function attach(pid: number, file: string): Promise<ChildProcess> {
  const tracer = spawn('strace', ['-f', '-e', 'trace=fsync,fdatasync', '-o', file, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  tracer.on('error', (error) => {
    throw new Error('this suite needs strace (Debian: apt-get install strace)', { cause: error });
  });
  // Read to its end: strace tells of each new thread, and dies of a pipe that nobody reads.
  await new Promise<void>((resolve) => {
    tracer.stderr?.on('data', (line) => String(line).includes('attached') && resolve());
  });
  await delay(200);
  return tracer;
}

/** Profiles are named `CPU.<day>.<time>.<pid>.<thread>.<no>.cpuprofile`; thread 0 is the main one. */
function mainFirst<T>(files: readonly string[], values: readonly T[]): T[] {
  const numbered = files.map((file, index) => ({
    thread: Number(file.split('.')[4]),
    value: values[index] as T,
  }));
  return numbered.toSorted((a, b) => a.thread - b.thread).map((each) => each.value);
}

/**
 * The first commit after the log was started over syncs the log's new header inside COMMIT, once for each time that
 * it is started over: SQLite calls `fsync` for that, while every sync of ours is `fdatasync`.
 */
function isInsideCommit(call: string): boolean {
  return call.includes('fsync(') && !call.includes('fdatasync(');
}

async function measure(server: BerthServer, file: string): Promise<TurnFigures> {
  rmSync(file, { force: true });
  server.signal('SIGUSR2');
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await delay(20);
  return JSON.parse(readFileSync(file, 'utf8')) as TurnFigures;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test(`no turn of the event loop computes more than ${turnLimitMs} ms (p99, median of ${rounds} rounds)`, async () => {
  const file = join(temporaryFolder(), 'turns.json');
  const meter = pathToFileURL(join(import.meta.dirname, 'turn-meter.ts')).href;
  await using server = await BerthServer.start({
    env: { NODE_OPTIONS: `--import=${meter}`, TURN_METER_FILE: file },
  });
  const pulled = await withPulled(server);
  const figures: TurnFigures[] = [];
  for (let round = 0; round < rounds; round++) {
    await measure(server, file);
    await runMix(server.client(), pulled, { round: `round${round}`, largeMiB });
    figures.push(await measure(server, file));
  }
  for (const each of figures) {
    console.log(
      `turns ${each.turns}: CPU p50 ${each.cpuP50.toFixed(1)}, p99 ${each.cpuP99.toFixed(1)}, max ${each.cpuMax.toFixed(1)} ms; ` +
        `wall lag p99 ${each.lagP99.toFixed(0)} ms; RSS ${each.rssMiB.toFixed(0)} MiB`,
    );
  }
  const p99 = median(figures.map((each) => each.cpuP99));
  assert.ok(p99 <= turnLimitMs, `p99 is ${p99} ms`);
});

function peakMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

test(`a blob of ${hugeMiB} MiB takes at most ${growthLimitMiB} MiB more memory than one of 10 MiB`, async () => {
  await using server = await BerthServer.start();
  const client = server.client();
  const push = async (mebibytes: number, times: number): Promise<void> => {
    for (let count = 0; count < times; count++) {
      const blob = new LargeBlob(`memory/${mebibytes}/${count}`, mebibytes);
      await pushLarge(client, 'library/memory', blob);
      assert.equal(await drain(client, `/v2/library/memory/blobs/${blob.digest}`), blob.sizeBytes);
    }
  };
  await pushSmall(client, 'library/memory', seededBytes('warm', 1000));
  await push(10, 40);
  const small = peakMiB(server.pid);
  await push(hugeMiB, 1);
  const huge = peakMiB(server.pid);
  console.log(
    `peak RSS: ${small.toFixed(0)} MiB after 40 blobs of 10 MiB, ${huge.toFixed(0)} MiB after one of ${hugeMiB} MiB`,
  );
  assert.ok(huge - small <= growthLimitMiB, `it grew by ${huge - small} MiB`);
});
