import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isChanged } from './changed-source.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { whenTheTestEnds } from './when-the-test-ends.ts';

/** The repository. */
export const root = resolve(import.meta.dirname, '../..');
/** What is tested: the checkout, or with BERTH_TEST_DIST=1 what `npm run build` made of it. */
export const installation = process.env['BERTH_TEST_DIST'] === '1' ? released() : root;
/** The launcher, as it ships. */
export const launcher = join(installation, 'bin', 'berth');

const alive = new Set<ChildProcess>();

whenTheTestEnds(() => {
  for (const child of alive) child.kill('SIGKILL');
});

export interface BerthOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: an empty folder, since a `berth.yml` in the working folder counts. */
  readonly cwd?: string;
  /** Written to standard input. */
  readonly input?: string;
  /** User and group to run as. */
  readonly uid?: number;
  readonly launcher?: string;
  /** A program that runs the launcher in its own place, such as `strace -D`, with its arguments. */
  readonly wrap?: readonly string[];
  readonly limitMs?: number;
}

/** The environment without anything that Berth or Node would read. */
export function cleanEnvironment(
  more: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(BERTH_|HARBOR_|REGISTRY_|NODE_|LC_|LANG|LANGUAGE$)/.test(name),
  );
  // Hundreds of starts: each is half a second shorter when what was compiled is kept.
  const compiled = join(root, 'node_modules', '.cache', 'berth-tests');
  const all = { ...Object.fromEntries(kept), LANG: 'C.UTF-8', NODE_COMPILE_CACHE: compiled, ...more };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** Starts the program and sees to it that it does not outlive the test. */
export function spawnBerth(args: readonly string[], options: BerthOptions = {}): ChildProcess {
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd ?? emptyFolder(),
    env: cleanEnvironment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  };
  const command = [...(options.wrap ?? []), options.launcher ?? launcherFor(options), ...args];
  const child = spawn(command[0] ?? launcher, command.slice(1), spawnOptions);
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  // One that ends before it has read anything is none that failed.
  child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  child.stdin?.end(options.input ?? '');
  return child;
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end. */
export function berth(args: readonly string[], options: BerthOptions = {}): Promise<Outcome> {
  const child = spawnBerth(args, options);
  const limitMs = options.limitMs ?? 30_000;
  return new Promise((settle, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`berth ${args.join(' ')} did not end within ${limitMs} ms: ${stdout}${stderr}`));
    }, limitMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      settle({ code, signal, stdout, stderr });
    });
  });
}

/** A server whose source is changed is the checkout's, whatever is tested: in a bundle modules cannot be told apart. */
function launcherFor({ env }: BerthOptions): string {
  return isChanged(env ?? {}) ? join(root, 'bin', 'berth') : launcher;
}

/** A folder as a release has it: without sources. */
function released(): string {
  if (!existsSync(join(root, 'dist', 'main.js')))
    throw new Error('BERTH_TEST_DIST=1 tests dist/main.js, which is not there: run npm run build');
  const folder = join(temporaryFolder(), 'release');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync(join(root, 'bin', 'berth'), join(folder, 'bin', 'berth'));
  for (const name of ['dist', 'node_modules', 'package.json'])
    symlinkSync(join(root, name), join(folder, name));
  return folder;
}

let empty: string | undefined;

function emptyFolder(): string {
  if (empty === undefined) {
    empty = join(temporaryFolder(), 'working-folder');
    mkdirSync(empty);
  }
  return empty;
}
