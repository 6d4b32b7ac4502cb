import type { Command } from 'commander';
import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, print } from '../cli.ts';
import { namesFor } from './names.ts';
import { completionScripts } from './scripts.ts';
import { wantedAt } from './wanted-at.ts';

export function printScript(shell: keyof typeof completionScripts): number {
  print(completionScripts[shell]);
  return exitCodes.done;
}

/** One candidate a line, with a tab before what it is. */
export async function complete(
  program: Command,
  cli: Cli,
  _flags: Flags,
  [line = '']: Args,
): Promise<number> {
  const [, ...words] = line.trimStart().split(/\s+/);
  const wanted = wantedAt(program, words);
  for (const { word, about } of wanted.candidates) print(`${word}\t${about}`);
  // A shell would read other signs as its own.
  for (const name of await namesFor(cli, wanted))
    if (name.startsWith(wanted.begun) && /^[\w./:+-]+$/.test(name)) print(`${name}\t`);
  return exitCodes.done;
}
