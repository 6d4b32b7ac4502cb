import { readContexts } from '../../platform/config/contexts.ts';
import type { Cli } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { repositoryPath } from '../rest/repository-path.ts';
import { restClient } from '../rest/rest-client.ts';
import { formNames, type Row } from '../rest/show.ts';
import type { Wanted } from './wanted-at.ts';

/** Whoever presses a key does not wait longer. */
const budgetMs = 300;
const most = 'page_size=100';

/** What the server, or the kept contexts, have of such names. Nothing where that cannot be told at once. */
export async function namesFor(cli: Cli, { names, flags, begun }: Wanted): Promise<readonly string[]> {
  if (names === 'output') return formNames;
  if (names === 'context') return Object.keys(readContexts(cli.env).contexts);
  const find = names === undefined ? undefined : finders[names];
  // A password would be needed.
  if (find === undefined || flags['server'] !== undefined) return [];
  setTimeout(() => process.exit(0), budgetMs).unref();
  const { context, data } = flags;
  const asked = { ...(context === undefined ? {} : { context }), ...(data === undefined ? {} : { data }) };
  try {
    return await find(await restClient(cli, asked), begun);
  } catch {
    // In the middle of a line nobody can read a message.
    return [];
  }
}

type Find = (client: RestClient, begun: string) => Promise<string[]>;

const projects: Find = async (client, begun) => {
  const rows = await client.get<Row[]>(`/api/v2.0/projects?${most}&name=${encodeURIComponent(begun)}`);
  return rows.map(({ name }) => String(name));
};

const repositories: Find = async (client, begun) => {
  const q = encodeURIComponent(`name=~${begun}`);
  const rows = await client.get<Row[]>(`/api/v2.0/repositories?${most}&q=${q}`);
  return rows.map(({ name }) => String(name));
};

/** A repository, and after its colon a tag. */
const references: Find = async (client, begun) => {
  const colon = begun.indexOf(':');
  if (colon < 0) return repositories(client, begun);
  const name = begun.slice(0, colon);
  const rows = await client.get<{ tags?: { name: string }[] | null }[]>(
    `${repositoryPath(name)}/artifacts?${most}&with_tag=true`,
  );
  return rows.flatMap(({ tags }) => (tags ?? []).map((tag) => `${name}:${tag.name}`));
};

const finders: Readonly<Record<string, Find>> = {
  project: projects,
  repository: repositories,
  reference: references,
};
