import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { promptForConsent } from '../prompt.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { projectTexts } from './text.ts';

export async function deleteProject(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  // What there is not is said before anybody is asked about it.
  await askOperation(cli, flags, '/projects/show', { name });
  const consent =
    flags['yes'] === true || (await promptForConsent(say(cli, projectTexts.askDelete, { project: name })));
  if (!consent) {
    note(say(cli, projectTexts.kept));
    return exitCodes.failed;
  }
  await askOperation(cli, flags, '/projects/delete', { name });
  note(say(cli, projectTexts.deleted, { project: name }));
  return exitCodes.done;
}
