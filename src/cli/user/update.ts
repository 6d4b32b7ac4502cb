import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { confirmed } from '../rest/confirmed.ts';
import { findUserId } from '../rest/find-user-id.ts';
import { restClient } from '../rest/rest-client.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';

const users = '/api/v2.0/users';

interface Profile {
  readonly email?: string;
  readonly realname?: string;
  readonly comment?: string;
}

/** What is not named stays. */
export async function updateUser(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const { email, realname } = flags;
  if (email === undefined && realname === undefined) throw new WrongUsage(restTexts.nothingToChange);
  const client = await restClient(cli, flags);
  const path = `${users}/${await findUserId({ cli, client }, username)}`;
  const before = await client.get<Profile>(path);
  await client.call('PUT', path, {
    email: email ?? before.email,
    // Harbor's API wants one of everybody.
    realname: realname ?? (before.realname || username),
    comment: before.comment ?? '',
  });
  note(say(cli, restTexts.done, { what: username }));
  return exitCodes.done;
}

export async function deleteUser(cli: Cli, flags: Flags, [username = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  const id = await findUserId({ cli, client }, username);
  return confirmed(cli, flags, { what: username, run: () => client.call('DELETE', `${users}/${id}`) });
}
