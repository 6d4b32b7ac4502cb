import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { givenPassword } from '../given-password.ts';
import { promptForPassword } from '../prompt.ts';
import { cliTexts } from '../text.ts';

export async function passwd(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  const password = (await givenPassword(cli, flags)) ?? (await promptForPassword(cli, username));
  await askRunningServer(cli, config, '/users/reset-password', { username, password });
  note(say(cli, cliTexts.passwordSet, { user: username }));
  return exitCodes.done;
}
