import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { nextStep } from '../next-step.ts';
import { askOperation } from '../rest/ask-operation.ts';
import { timeText } from '../time-text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { askedRole, placeText } from './asked-role.ts';
import { parseUntil } from './parse-until.ts';
import { accessTexts } from './text.ts';

export async function grant(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const asked = askedRole(flags, args);
  const expiresAt = untilOf(flags);
  const body = { ...asked, expiresAt };
  const { role } = await askOperation<{ role: string }>(cli, flags, '/grants/grant', body);
  const { username: user } = asked;
  const place = placeText(cli, asked);
  if (expiresAt === undefined) note(say(cli, accessTexts.granted, { user, role, place }));
  else note(say(cli, accessTexts.grantedUntil, { user, role, place, until: timeText(expiresAt) }));
  nextStep(cli, `berth access list --${asked.isGroup ? 'group' : 'user'} ${user}`);
  return exitCodes.done;
}

function untilOf(flags: Flags): number | undefined {
  const until = flags['until'];
  if (typeof until !== 'string') return undefined;
  const ms = parseUntil(until);
  if (ms === undefined) throw new WrongUsage(accessTexts.badUntil);
  return ms;
}
