import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../harness/accounts.ts';
import { type Ended, runProgram, spawnProgram } from '../harness/run-program.ts';

/** How a command line is run: who signs in keeps that in a folder of theirs. */
export interface ClientRun {
  readonly who: Account | null;
  readonly args: readonly string[];
  readonly input?: string;
}

/** Enough for a layer of 1 GiB on a busy machine. */
const limitMs = 600_000;

/** One client program whose users do not see each other's sign-ins. */
export class CommandLine {
  readonly #program: string;
  readonly #folder: string;
  /** Before every command's own words. */
  readonly #always: readonly string[];

  readonly #env: Readonly<Record<string, string>>;

  constructor(
    program: string,
    folder: string,
    always: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#program = program;
    this.#folder = folder;
    this.#always = always;
    this.#env = env;
  }

  run({ who, args, input = '' }: ClientRun): Promise<Ended> {
    const options = { cwd: this.folderOf(who), env: this.#env, input, limitMs };
    return runProgram(this.#program, [...this.#always, ...args], options);
  }

  /** Does not wait for its end. */
  start(who: Account | null, ...args: readonly string[]): ChildProcess {
    return spawnProgram(this.#program, [...this.#always, ...args], {
      cwd: this.folderOf(who),
      env: this.#env,
    });
  }

  /** Where the programs of somebody are run. */
  folderOf(who: Account | null): string {
    const folder = join(this.#folder, who?.username ?? 'nobody');
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Returns what it printed on standard output. */
  async does(who: Account | null, ...args: readonly string[]): Promise<string> {
    return succeeded(await this.run({ who, args })).stdout;
  }

  /** Returns everything it printed. */
  async fails(who: Account | null, ...args: readonly string[]): Promise<string> {
    return failed(await this.run({ who, args }));
  }
}

export function succeeded(ended: Ended): Ended {
  assert.equal(ended.code, 0, ended.text);
  return ended;
}

export function failed({ code, text }: Ended): string {
  assert.notEqual(code, 0, text);
  return text;
}

/** The last line of what a client printed, for people who read the log of the suite. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
