import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, configOf, type Flags, note, say } from '../cli.ts';
import { askRunningServer } from '../client/ask-running-server.ts';
import { askedRole, placeText } from './asked-role.ts';
import { accessTexts } from './text.ts';

export async function revoke(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const { config } = configOf(cli, flags);
  const asked = askedRole(flags, args);
  const { role } = await askRunningServer<{ role: string }>(cli, config, '/grants/revoke', asked);
  const { username: user } = asked;
  note(say(cli, accessTexts.revoked, { user, role, place: placeText(cli, asked) }));
  return exitCodes.done;
}
