import { type Cli, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

const api = '/api/v2.0';
/** By Harbor's numbers. */
const groupTypes = ['local', 'ldap', 'http', 'oidc'];

interface Asking {
  readonly cli: Cli;
  readonly client: RestClient;
}

interface Found {
  readonly user_id: number;
  readonly username: string;
}

export function notFound(cli: Cli, what: string): Refused {
  return new Refused(say(cli, restTexts.notFound, { what: what.replace(/\p{C}/gu, ' ') }), 404);
}

/** The shortest name that has this in it comes first, so the name itself is on the first page. */
export async function findUserId({ cli, client }: Asking, name: string): Promise<number> {
  const query = `username=${encodeURIComponent(name)}&page_size=100`;
  const found = await client.get<Found[]>(`${api}/users/search?${query}`);
  const id = found.find(({ username }) => username === name)?.user_id;
  if (id !== undefined) return id;
  // The first administrator is in no list.
  const own = await client.get<Found>(`${api}/users/current`);
  if (own.username === name) return own.user_id;
  throw notFound(cli, name);
}

export interface Group {
  readonly id: number;
  readonly group_name: string;
  readonly group_type?: number;
}

export function typeNumber(type: string | undefined): number | undefined {
  if (type === undefined) return undefined;
  const found = groupTypes.indexOf(type.toLowerCase());
  if (found < 0) throw new WrongUsage(restTexts.groupTypeUnknown);
  return found;
}

export async function findGroup(
  { cli, client }: Asking,
  { name, type: given }: { readonly name: string; readonly type: string | undefined },
): Promise<Group> {
  const type = typeNumber(given);
  const groups = await client.all<Group>(`${api}/usergroups?group_name=${encodeURIComponent(name)}`);
  const found = groups.filter(
    (group) => group.group_name === name && (type === undefined || (group.group_type ?? 0) === type),
  );
  const [first] = found;
  if (first === undefined) throw notFound(cli, name);
  if (found.length > 1) throw new WrongUsage(restTexts.groupAmbiguous);
  return first;
}
