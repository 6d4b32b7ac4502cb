import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { newPassword } from '../rest/new-password.ts';
import { cliTexts } from '../text.ts';

export async function passwd(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const { password, others } = await newPassword(cli, flags, username);
  await askOperation(cli, others, '/users/reset-password', { username, password });
  note(say(cli, cliTexts.passwordSet, { user: username }));
  return exitCodes.done;
}
