import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { askedRole, isActions, placeText } from './asked-role.ts';
import { findGrant, grantsPath } from './find-grant.ts';
import { accessTexts } from './text.ts';

export async function revoke(cli: Cli, flags: Flags, args: Args): Promise<number> {
  const asked = askedRole(flags, args);
  const client = await restClient(cli, flags);
  const { id, who, role } = await findGrant(cli, client, asked);
  await client.call('DELETE', `${grantsPath}/${id}`);
  const given = { user: who.replace(/^group:/, ''), role, place: placeText(cli, asked) };
  note(say(cli, isActions(role) ? accessTexts.revokedActions : accessTexts.revoked, given));
  return exitCodes.done;
}
