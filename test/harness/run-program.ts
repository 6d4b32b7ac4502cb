import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cleanEnvironment } from './berth-command.ts';
import { whenTheTestEnds } from './when-the-test-ends.ts';

const alive = new Set<ChildProcess>();

whenTheTestEnds(() => {
  for (const child of alive) child.kill('SIGKILL');
});

export interface ProgramOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input. */
  readonly input?: string;
  readonly limitMs?: number;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** Standard output and standard error as they came. */
  readonly text: string;
}

/** Starts a program that is not ours and sees to it that it does not outlive the test. */
export function spawnProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: Pick<ProgramOptions, 'cwd' | 'env'>,
): ChildProcess {
  // What a client keeps for its user belongs to the test.
  const own = { HOME: cwd, XDG_RUNTIME_DIR: cwd, ...env };
  const child = spawn(program, args, { cwd, env: cleanEnvironment(own), stdio: ['pipe', 'pipe', 'pipe'] });
  alive.add(child);
  child.once('exit', () => alive.delete(child));
  child.stdin?.on('error', () => {
    // A program that does not read its input has closed it; how it ended is what counts.
  });
  return child;
}

/** Runs a program to its end, not in the way of the test's own event loop, which may have servers to listen to. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {}, input = '', limitMs = 120_000 }: ProgramOptions,
): Promise<Ended> {
  const child = spawnProgram(program, args, { cwd, env });
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    let stdout = '';
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      stdout += more;
      text += more;
    });
    child.stderr?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`${program} ${args.join(' ')} did not end within ${limitMs} ms:\n${text}`));
    }, limitMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, text });
    });
  });
}

export function installed(program: string, asksVersion = '--version'): boolean {
  return spawnSync(program, [asksVersion], { stdio: 'ignore' }).status === 0;
}

/** A missing program fails the suite by its name; nothing is left out in silence. */
export function requireProgram(program: string, debianPackage: string, asksVersion?: string): void {
  if (!installed(program, asksVersion))
    throw new Error(`${program} is not installed (Debian: apt-get install ${debianPackage})`);
}

/** The first number with dots in what the program says of itself. */
export function versionOf(program: string): string {
  const said = spawnSync(program, ['--version']).stdout?.toString() ?? '';
  return /\d+\.\d+[\w.+~-]*/.exec(said)?.[0] ?? '';
}
