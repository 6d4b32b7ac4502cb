import type { Cli } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { notFound } from '../rest/not-found.ts';
import { projectId } from '../rest/repository-path.ts';

const api = '/api/v2.0';

export interface RobotRow {
  readonly id: number;
  readonly name: string;
}

/** Robots of the system, or of one project. */
export async function robotsOf(
  client: RestClient,
  project: unknown,
  conditions: readonly string[] = [],
): Promise<RobotRow[]> {
  const place =
    typeof project === 'string'
      ? ['Level=project', `ProjectID=${String(await projectId(client, project))}`]
      : [];
  const q = [...place, ...conditions].join(',');
  return client.all<RobotRow>(`${api}/robots${q === '' ? '' : `?q=${encodeURIComponent(q)}`}`);
}

/** By its whole name, in which that of its project stands (`robot$team+ci`), or by its id. */
export async function robotId(cli: Cli, client: RestClient, given: string, project: unknown) {
  if (/^\d+$/.test(given)) return Number(given);
  // Whole names begin with the server's prefix, and those of projects with the project: robot$team+ci.
  const own = given.slice(Math.max(given.lastIndexOf('$'), given.lastIndexOf('+')) + 1);
  if (/^[\w.-]+$/.test(own)) {
    const named = project ?? /\$([^$+]+)\+[^+]+$/.exec(given)?.[1];
    const rows = await robotsOf(client, named, [`name=~${own}`]);
    const found = rows.find(({ name }) => name === given);
    if (found !== undefined) return found.id;
  }
  throw notFound(cli, given);
}
