import { WrongUsage } from '../wrong-usage.ts';
import type { Asking } from './find-user-id.ts';
import { notFound } from './not-found.ts';
import { restTexts } from './text.ts';

const api = '/api/v2.0';
/** By Harbor's numbers. */
const groupTypes = ['local', 'ldap', 'http', 'oidc'];

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
