import type { RestClient } from '../client/rest-client.ts';
import { artifactPath, repositoryPath } from '../rest/repository-path.ts';
import { demoAnnotation } from './content/artifact.ts';
import { mark, role } from './content/people.ts';
import type { DemoProject } from './content/project.ts';
import { api, isPlanned, own, projectRobots, projectWebhooks, type Standing, trashOf } from './standing.ts';

interface ArtifactRow {
  readonly digest: string;
  readonly repository_name: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly accessories?: readonly object[] | null;
  readonly references?: readonly { readonly child_digest: string }[] | null;
}

/** What other people put into a project of the demo data, by their names. */
export async function foreignIn(
  client: RestClient,
  wanted: DemoProject,
  projectId: number,
): Promise<readonly string[]> {
  const { name } = wanted;
  const foreign = [...(await foreignArtifacts(client, name))];
  for (const robot of await projectRobots(client, projectId))
    if (robot.description !== mark) foreign.push(`robot ${robot.name}`);
  for (const hook of await projectWebhooks(client, name))
    if (hook.description !== mark) foreign.push(`webhook ${hook.name}`);
  for (const row of await trashOf(client, name, projectId))
    if (!(await isPlanned(client, wanted, row))) foreign.push(`trash: ${row.name}`);
  return foreign;
}

/** What people outside the demo data have by something of it: it would go from them. */
export async function foreignRights(
  client: RestClient,
  { hasRole, groups, projects }: Standing,
): Promise<readonly string[]> {
  const outside = async (query: string) => {
    const grants = await client.all<{ who: string; where: string; group_type?: string }>(
      `${own}/grants?${query}`,
    );
    return grants.filter(({ where }) => !projects.has(where.split('/')[0] ?? ''));
  };
  const foreign: string[] = [];
  for (const name of groups.keys())
    for (const { where, group_type: type } of await outside(`holder=group:${name}`))
      if (type === 'local') foreign.push(`group ${name}, ${where}`);
  if (!hasRole) return foreign;
  for (const { who, where } of await outside(`role=${role.name}`))
    foreign.push(`role ${role.name}: ${who}, ${where}`);
  return foreign;
}

/** Artifacts of other people in a project of the demo data, those that no list shows among them. */
export async function foreignArtifacts(client: RestClient, project: string): Promise<readonly string[]> {
  const path = `${api}/projects/${project}`;
  const foreign: string[] = [];
  const repositories = await client.all<{ name: string }>(`${path}/repositories`);
  const found = new Map(repositories.map(({ name }) => [name, new Contents(client, name, foreign)]));
  const rows = await client.all<ArtifactRow>(`${path}/artifacts?with_accessory=true&with_tag=false`);
  for (const row of rows) await found.get(row.repository_name)?.addListed(row);
  for (const contents of found.values()) await contents.addHidden(project);
  return foreign;
}

/** What there is in a repository; tells which of it is not of the demo data. */
class Contents {
  readonly #client: RestClient;
  readonly #repository: string;
  readonly #foreign: string[];
  readonly #digests = new Set<string>();

  constructor(client: RestClient, repository: string, foreign: string[]) {
    this.#client = client;
    this.#repository = repository;
    this.#foreign = foreign;
  }

  async addListed({ digest, annotations, accessories, references }: ArtifactRow): Promise<void> {
    this.#add(digest, annotations);
    if ((accessories ?? []).length > 0) await this.#addAbout(digest);
    for (const { child_digest: child } of references ?? []) {
      this.#digests.add(child);
      await this.#addAbout(child);
    }
  }

  /** Whatever is about something that is not there is in no list of artifacts: tags and their number tell of it. */
  async addHidden(project: string): Promise<void> {
    const { tags } = await this.#client.get<{ tags: string[] }>(`/v2/${this.#repository}/tags/list`);
    const listed = await this.#client.all<{ name: string }>(
      `${repositoryPath(this.#repository).replace(api, own)}/tags`,
    );
    for (const tag of new Set(tags).difference(new Set(listed.map(({ name }) => name)))) {
      const { digest } = await this.#client.get<ArtifactRow>(artifactPath(`${this.#repository}:${tag}`));
      if (!this.#digests.has(digest)) this.#add(digest, await this.#annotationsOf(digest));
    }
    // Counts nothing where a rule would keep some of it.
    const batch = { action: 'delete-repositories', project, items: [this.#repository], dry_run: true };
    const { text } = await this.#client.call('POST', `${own}/batches`, batch);
    const more = (JSON.parse(text) as { artifacts: number }).artifacts - this.#digests.size;
    if (more > 0) this.#foreign.push(`${this.#repository} (${more} that no list shows)`);
  }

  #add(digest: string, annotations: ArtifactRow['annotations']): void {
    this.#digests.add(digest);
    if (annotations?.[demoAnnotation] === undefined) this.#foreign.push(`${this.#repository}@${digest}`);
  }

  async #addAbout(digest: string): Promise<void> {
    const path = `${artifactPath(`${this.#repository}@${digest}`)}/accessories`;
    for (const row of await this.#client.all<{ digest: string }>(path)) {
      this.#add(row.digest, await this.#annotationsOf(row.digest));
      await this.#addAbout(row.digest);
    }
  }

  async #annotationsOf(digest: string): Promise<ArtifactRow['annotations']> {
    const path = artifactPath(`${this.#repository}@${digest}`).replace(api, own);
    return (await this.#client.get<Pick<ArtifactRow, 'annotations'>>(`${path}/manifest`)).annotations;
  }
}
