import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { promptForConsent } from '../prompt.ts';
import { restTexts } from './text.ts';

/** Deletes when `--yes` or a person says so. */
export async function confirmed(
  cli: Cli,
  flags: Flags,
  { what, run }: { readonly what: string; readonly run: () => Promise<unknown> },
): Promise<number> {
  if (flags['yes'] !== true && !(await promptForConsent(say(cli, restTexts.sure, { what })))) {
    note(say(cli, restTexts.kept));
    return exitCodes.failed;
  }
  await run();
  note(say(cli, restTexts.done, { what }));
  return exitCodes.done;
}
