import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { givenPassword } from '../given-password.ts';
import { nextStep } from '../next-step.ts';
import { promptForPassword } from '../prompt.ts';
import { userTexts } from './text.ts';

export async function addUser(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  const password = (await givenPassword(cli, flags)) ?? (await promptForPassword(cli, username));
  const { email, realname } = flags;
  await askRunningServer(cli, config, '/users/create', { username, password, email, realname });
  const admin = flags['admin'] === true;
  if (admin) await askRunningServer(cli, config, '/grants/grant', { username, role: 'system-admin' });
  note(say(cli, admin ? userTexts.addedAdmin : userTexts.added, { user: username }));
  if (!admin) nextStep(cli, `berth access grant ${username} developer <project>`);
  return exitCodes.done;
}
