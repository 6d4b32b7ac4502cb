import type { Cli } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { notFound } from '../rest/not-found.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import type { AskedRole } from './asked-role.ts';

/** As the REST API shows it. */
export interface Granted {
  readonly id: number;
  readonly who: string;
  readonly role: string;
  readonly where: string;
  readonly tag?: string;
  readonly expires_at?: string;
  readonly group_type?: string;
  readonly created_at: string;
}

export const grantsPath = '/api/berth/v1/grants';

/** Those of some holder, in some project: undefined counts for nothing. */
export function grantsOf(
  client: RestClient,
  filter: Readonly<Record<'holder' | 'project' | 'role', string | undefined>>,
): Promise<Granted[]> {
  const query = Object.entries(filter).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  );
  return client.all<Granted>(`${grantsPath}${query.length === 0 ? '' : `?${query.join('&')}`}`);
}

/**
 * Exactly that, at exactly that place.
 * @throws Refused, WrongUsage for groups of one name
 */
export async function findGrant(cli: Cli, client: RestClient, asked: AskedRole): Promise<Granted> {
  const { who, role, where, tag, group_type: type } = asked;
  const project = where === 'system' ? undefined : where.split('/', 1)[0];
  const [found, second] = (await grantsOf(client, { holder: who, role, project })).filter(
    (each) =>
      each.where === where &&
      each.tag === tag &&
      (type === undefined || each.group_type === type.toLowerCase()),
  );
  if (second !== undefined) throw new WrongUsage(restTexts.groupAmbiguous);
  if (found !== undefined) return found;
  throw notFound(cli, `${who} ${role} ${where}${tag === undefined ? '' : ` (${tag})`}`);
}
