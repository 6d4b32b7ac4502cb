import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { promptForConsent } from '../prompt.ts';
import { projectTexts } from './text.ts';

export async function deleteProject(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  // What there is not is said before anybody is asked about it.
  await askRunningServer(cli, config, '/projects/show', { name });
  const consent =
    flags['yes'] === true || (await promptForConsent(say(cli, projectTexts.askDelete, { project: name })));
  if (!consent) {
    note(say(cli, projectTexts.kept));
    return exitCodes.failed;
  }
  await askRunningServer(cli, config, '/projects/delete', { name });
  note(say(cli, projectTexts.deleted, { project: name }));
  return exitCodes.done;
}
