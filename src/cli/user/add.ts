import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { nextStep } from '../next-step.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { newPassword } from '../rest/new-password.ts';
import { userTexts } from './text.ts';

export async function addUser(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const { password, others } = await newPassword(cli, flags, username);
  const { email, realname } = flags;
  await askOperation(cli, others, '/users/create', { username, password, email, realname });
  const admin = flags['admin'] === true;
  if (admin) await askOperation(cli, others, '/grants/grant', { username, role: 'system-admin' });
  note(say(cli, admin ? userTexts.addedAdmin : userTexts.added, { user: username }));
  if (!admin) nextStep(cli, `berth access grant ${username} developer <project>`);
  return exitCodes.done;
}
