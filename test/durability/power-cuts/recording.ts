import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { changedSource, type SourceChange } from '../../harness/changed-source.ts';
import { SeededChance } from '../../harness/image.ts';
import { requireProgram } from '../../harness/run-program.ts';
import { BerthServer, NotStarted, type ServerOptions } from '../../harness/start-server.ts';
import { temporaryFolder } from '../../harness/temporary-folder.ts';
import { waitUntil } from '../../harness/wait-until.ts';
import { Acknowledgements, type AddressHistory } from './acknowledgements.ts';
import { readTrace, refuseFlags, type TraceRecord } from './trace-reader.ts';
import { workUntil } from './work.ts';

export interface Recording {
  readonly name: string;
  /** What the server left, with everything that was asked of the disk. */
  readonly root: string;
  readonly rootInode: number;
  readonly records: readonly TraceRecord[];
  readonly histories: readonly AddressHistory[];
  readonly acknowledged: number;
}

/**
 * Work until a checkpoint has moved the log into the database. `pause`: everybody has stopped by then, so that the
 * checkpoint gets to the end of the log and the next commit begins it anew; `busy`: nobody stops.
 */
type Round = 'pause' | 'busy';

/** One process of a recording, from its start to its end. */
interface Life {
  /** Killed by the recorder right behind so many records, if it does not end before. */
  readonly killAfter: number;
  readonly rounds: readonly Round[];
  readonly end: 'stop' | 'kill';
}

export const modes = ['checkpoints', 'kills', 'early kills'] as const;

/** `short`: one life, for servers that are wrong. */
export type Mode = (typeof modes)[number] | 'short';

/** Not killed by the recorder. */
const endless = 0;
const changesBeforePause = 6;
/** It begins five seconds behind a change at the latest; on a busy machine it may take its time. */
const checkpointLimitMs = 60_000;
/** Most that a sync takes longer. With the long one nearly every commit meets a sync that is running. */
const delayUs = 3000;
const longDelayUs = 30_000;

function livesOf(mode: Mode, chance: SeededChance): Life[] {
  const killed = (least: number, most: number): Life => ({
    killAfter: least + chance.below(most - least),
    rounds: ['pause', 'busy', 'busy'],
    end: 'kill',
  });
  const last: Life = { killAfter: endless, rounds: ['busy'], end: 'kill' };
  switch (mode) {
    case 'checkpoints':
      return [
        { killAfter: endless, rounds: ['pause', 'pause', 'pause', 'busy'], end: 'stop' },
        { killAfter: endless, rounds: ['pause', 'busy'], end: 'kill' },
      ];
    case 'kills':
      return [...Array.from({ length: 5 }, () => killed(1200, 3500)), last];
    case 'short':
      return [last];
    case 'early kills':
      return [...Array.from({ length: 9 }, (_, index) => killed(8, index < 6 ? 168 : 1200)), last];
  }
}

/** Compiles the recorder; returns the path of the library. */
export function buildRecorder(): string {
  requireProgram('gcc', 'gcc libc6-dev');
  const library = join(temporaryFolder(), 'recorder.so');
  const source = join(import.meta.dirname, 'recorder.c');
  const args = ['-O2', '-Wall', '-Werror', '-fPIC', '-shared', '-o', library, source, '-ldl', '-lpthread'];
  const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc did not compile ${source}:\n${stderr}`);
  return library;
}

export interface RecordingPlan {
  readonly mode: Mode;
  readonly library: string;
  readonly seed: string;
  /** Of a server that is wrong on purpose. */
  readonly changes?: readonly SourceChange[];
}

/** Lets the real server work, kills it as often as the mode says, and returns every call it made. */
export async function record({ mode, library, seed, changes }: RecordingPlan): Promise<Recording> {
  const folder = realpathSync(temporaryFolder());
  const root = join(folder, 'root');
  mkdirSync(root);
  const trace = join(folder, 'trace');
  const acknowledgements = new Acknowledgements(trace);
  const chance = new SeededChance(`${seed}/${mode}`);
  for (const [index, life] of livesOf(mode, chance).entries()) {
    const env = {
      ...(changes === undefined ? {} : changedSource(changes)),
      LD_PRELOAD: library,
      RECORD_ROOT: root,
      RECORD_TRACE: trace,
      RECORD_SYNC_DELAY_US: String(mode === 'short' ? longDelayUs : delayUs),
      RECORD_KILL_AFTER: String(life.killAfter),
    };
    const name = `${seed}-${index}`.replaceAll(' ', '-');
    await live(life, { server: { folder: root, env }, acknowledgements, seed: name });
  }
  const records = readTrace(trace);
  refuseFlags(records);
  return {
    name: mode,
    root,
    rootInode: statSync(root).ino,
    records,
    histories: acknowledgements.settle(records),
    acknowledged: acknowledgements.count,
  };
}

interface Setting {
  readonly server: ServerOptions;
  readonly acknowledgements: Acknowledgements;
  readonly seed: string;
}

async function live(life: Life, { server: options, acknowledgements, seed }: Setting): Promise<void> {
  let server: BerthServer;
  try {
    server = await BerthServer.start(options);
  } catch (error) {
    if (error instanceof NotStarted && error.outcome.signal === 'SIGKILL' && life.killAfter !== endless)
      return;
    throw error;
  }
  await using running = server;
  const work = { client: running.client(), acknowledgements, seed };
  const checkpoints = new Checkpoints(join(running.data, 'berth.db'));
  for (const [index, round] of life.rounds.entries()) {
    const before = checkpoints.count();
    const seen = (): boolean => running.hasEnded || checkpoints.count() > before;
    const goOn = round === 'busy' ? () => !seen() : (count: number) => !seen() && count < changesBeforePause;
    await workUntil({ ...work, seed: `${seed}-${index}`, goOn }, life.killAfter !== endless);
    await waitUntil('a checkpoint', seen, checkpointLimitMs);
    if (running.hasEnded) return;
  }
  if (life.end === 'stop') await running.stop();
  await running.kill();
}

/** Counts how often the database file was written, which only a checkpoint does. */
class Checkpoints {
  readonly #path: string;
  #count = 0;
  #last: number;

  constructor(path: string) {
    this.#path = path;
    this.#last = statSync(path).mtimeMs;
  }

  count(): number {
    const { mtimeMs } = statSync(this.#path);
    // A checkpoint writes for a few milliseconds, and the next one comes seconds later.
    if (mtimeMs > this.#last + 1000) this.#count += 1;
    this.#last = mtimeMs;
    return this.#count;
  }
}
