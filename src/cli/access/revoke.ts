import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { askedRole, placeText } from './asked-role.ts';
import { accessTexts } from './text.ts';

export async function revoke(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const asked = askedRole(flags, args);
  const { role } = await askOperation<{ role: string }>(cli, flags, '/grants/revoke', asked);
  const { username: user } = asked;
  note(say(cli, accessTexts.revoked, { user, role, place: placeText(cli, asked) }));
  return exitCodes.done;
}
