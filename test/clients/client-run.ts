import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from '../harness/accounts.ts';
import { type Ended, runProgram } from '../harness/run-program.ts';

/** How a command line is run: who signs in keeps that in a folder of theirs. */
export interface ClientRun {
  readonly who: Account | null;
  readonly args: readonly string[];
  readonly input?: string;
}

/** One client program whose users do not see each other's sign-ins. */
export class CommandLine {
  readonly #program: string;
  readonly #folder: string;
  /** Before every command's own words. */
  readonly #always: readonly string[];

  constructor(program: string, folder: string, always: readonly string[] = []) {
    this.#program = program;
    this.#folder = folder;
    this.#always = always;
  }

  run({ who, args, input = '' }: ClientRun): Promise<Ended> {
    const cwd = join(this.#folder, who?.username ?? 'nobody');
    mkdirSync(cwd, { recursive: true });
    return runProgram(this.#program, [...this.#always, ...args], { cwd, input });
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
