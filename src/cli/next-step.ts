import { type Cli, note, say } from './cli.ts';
import { cliTexts } from './text.ts';

/** For people: what is usually done after this. */
export function nextStep(cli: Cli, ...commands: readonly string[]): void {
  if (process.stderr.isTTY !== true) return;
  for (const command of commands) note(say(cli, cliTexts.next, { command }));
}
