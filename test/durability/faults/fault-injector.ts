import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '../../harness/temporary-folder.ts';

/** As `faults.c` knows them. */
export type FaultyCall =
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'rename'
  | 'link'
  | 'unlink'
  | 'mkdir'
  | 'rmdir'
  | 'list'
  | 'stat'
  | 'statfs';

export interface Fault {
  readonly call: FaultyCall;
  /** A part of the path; its end when it ends in `$`. */
  readonly path: string;
  /** Without one the call only waits. */
  readonly code?: keyof typeof constants.errno;
  /** So many calls; default: all. */
  readonly times?: number;
  readonly delayMs?: number;
}

let library: string | undefined;

/** The library that stands between the server and its files, compiled once a process. */
function compiledLibrary(): string {
  if (library !== undefined) return library;
  const file = join(temporaryFolder(), 'faults.so');
  const source = join(import.meta.dirname, 'faults.c');
  const flags = ['-shared', '-fPIC', '-O2', '-Wall', '-Wextra', '-Werror', '-Wno-nonnull-compare'];
  const { error, status, stderr } = spawnSync('gcc', [...flags, '-o', file, source, '-ldl', '-lpthread'], {
    encoding: 'utf8',
  });
  if (error !== undefined)
    throw new Error('this suite needs gcc (Debian: apt-get install gcc libc6-dev)', { cause: error });
  if (status !== 0) throw new Error(`gcc could not compile ${source}:\n${stderr}`);
  library = file;
  return file;
}

/** Makes file calls of a server fail from outside, for as long as the test says. */
export class FaultInjector {
  readonly #file = join(temporaryFolder(), 'faults');

  /** What the server is to be started with. */
  get env(): Readonly<Record<string, string>> {
    return { LD_PRELOAD: compiledLibrary(), FAULTS_FILE: this.#file };
  }

  /** From the next call on, instead of what was set before. */
  set(faults: readonly Fault[]): void {
    const lines = faults.map(({ call, path, code, times = -1, delayMs = 0 }) => {
      const error = code === undefined ? 0 : constants.errno[code];
      return `${call} ${error} ${times} ${delayMs} ${path}\n`;
    });
    // Put in place at once: half a rule must not be read.
    writeFileSync(`${this.#file}.next`, lines.join(''));
    renameSync(`${this.#file}.next`, this.#file);
  }

  clear(): void {
    this.set([]);
  }

  /** What was made to fail or to wait so far, as `<call> <errno> <path>`. */
  get hits(): readonly string[] {
    const file = `${this.#file}.hits`;
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  }
}
