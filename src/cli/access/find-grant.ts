import type { Cli } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { notFound } from '../rest/not-found.ts';
import type { AskedRole } from './asked-role.ts';

/** As the REST API shows it. */
export interface Granted {
  readonly id: number;
  readonly who: string;
  readonly role: string;
  readonly where: string;
  readonly tag?: string;
  readonly expires_at?: string;
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
 * @throws Refused
 */
export async function findGrant(cli: Cli, client: RestClient, asked: AskedRole): Promise<Granted> {
  const { who, role, where, tag } = asked;
  const project = where === 'system' ? undefined : where.split('/', 1)[0];
  const found = (await grantsOf(client, { holder: who, role, project })).find(
    (each) => each.where === where && each.tag === tag,
  );
  if (found === undefined)
    throw notFound(cli, `${who} ${role} ${where}${tag === undefined ? '' : ` (${tag})`}`);
  return found;
}
