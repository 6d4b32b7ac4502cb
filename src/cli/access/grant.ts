import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { nextStep } from '../next-step.ts';
import { asksOverHttp, restClient } from '../rest/rest-client.ts';
import { timeText } from '../time-text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { askedRole, isActions, placeText } from './asked-role.ts';
import type { Granted } from './find-grant.ts';
import { parseUntil } from './parse-until.ts';
import { accessTexts } from './text.ts';

export async function grant(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const asked = askedRole(flags, args);
  const expiresAt = endOf(flags);
  const client = await restClient(cli, flags);
  const body = {
    ...asked,
    expires_at: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
  };
  const { text } = await client.call('POST', '/api/berth/v1/grants', body);
  const { who, role } = JSON.parse(text) as Granted;
  const given = { user: who.replace(/^group:/, ''), role, place: placeText(cli, asked) };
  const [plain, untilThen] = isActions(role)
    ? [accessTexts.grantedActions, accessTexts.grantedActionsUntil]
    : [accessTexts.granted, accessTexts.grantedUntil];
  if (expiresAt === undefined) note(say(cli, plain, given));
  else note(say(cli, untilThen, { ...given, until: timeText(expiresAt) }));
  nextStep(cli, `berth access list ${holderFlag(who, asksOverHttp(cli, flags))}`);
  return exitCodes.done;
}

function endOf(flags: Flags): number | undefined {
  const end = flags['expires'] ?? flags['until'];
  if (typeof end !== 'string') return undefined;
  const ms = parseUntil(end);
  if (ms === undefined) throw new WrongUsage(accessTexts.badUntil);
  return ms;
}

/** There `--user` says who signs in. */
function holderFlag(who: string, elsewhere: boolean): string {
  const word = (text: string): string => (/^[\w.:@/+-]+$/.test(text) ? text : `'${text}'`);
  if (who.startsWith('group:')) return `--group ${word(who.slice('group:'.length))}`;
  return elsewhere || who.startsWith('robot:') ? `--holder ${word(who)}` : `--user ${word(who)}`;
}
