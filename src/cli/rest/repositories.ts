import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { confirmed } from './confirmed.ts';
import { artifactPath, repositoryPath } from './repository-path.ts';
import { restClient } from './rest-client.ts';
import { formOf, type Row, showOne, showRows } from './show.ts';
import { restTexts } from './text.ts';

export async function listRepositories(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const { project } = flags;
  const place = typeof project === 'string' ? `/projects/${encodeURIComponent(project)}` : '';
  const client = await restClient(cli, flags);
  const rows = await client.all<Row>(`/api/v2.0${place}/repositories`);
  showRows(form, rows, ['name', 'artifact_count', 'pull_count', 'update_time']);
  return exitCodes.done;
}

export async function showRepository(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const path = repositoryPath(name);
  showOne(form, await (await restClient(cli, flags)).get<Row>(path));
  return exitCodes.done;
}

export async function updateRepository(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { description } = flags;
  if (typeof description !== 'string') throw new WrongUsage(restTexts.descriptionNeeded);
  const path = repositoryPath(name);
  await (await restClient(cli, flags)).call('PUT', path, { description });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

export async function deleteRepository(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const path = repositoryPath(name);
  const client = await restClient(cli, flags);
  return confirmed(cli, flags, { what: name, run: () => client.call('DELETE', path) });
}

export async function listArtifacts(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const path = repositoryPath(name);
  const rows = await (await restClient(cli, flags)).all<Row>(`${path}/artifacts?with_tag=true`);
  showRows(form, rows, ['digest', 'type', 'size', 'push_time']);
  return exitCodes.done;
}

export async function showArtifact(cli: Cli, flags: Flags, [reference = '']: Args): Promise<number> {
  const form = formOf(flags);
  const path = artifactPath(reference);
  showOne(form, await (await restClient(cli, flags)).get<Row>(path), 'digest');
  return exitCodes.done;
}

export async function deleteArtifact(cli: Cli, flags: Flags, [reference = '']: Args): Promise<number> {
  const path = artifactPath(reference);
  const client = await restClient(cli, flags);
  return confirmed(cli, flags, { what: reference, run: () => client.call('DELETE', path) });
}

export async function listTags(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const form = formOf(flags);
  const path = repositoryPath(name);
  const client = await restClient(cli, flags);
  const artifacts = await client.all<{ digest: string; tags?: Row[] | null }>(
    `${path}/artifacts?with_tag=true`,
  );
  const rows = artifacts.flatMap(({ digest, tags }) => (tags ?? []).map((tag) => ({ ...tag, digest })));
  showRows(form, rows, ['name', 'digest', 'push_time', 'pull_time']);
  return exitCodes.done;
}

export async function search(cli: Cli, flags: Flags, [term = '']: Args): Promise<number> {
  const form = formOf(flags);
  const client = await restClient(cli, flags);
  const found = await client.get<{ project: Row[]; repository: Row[] }>(
    `/api/v2.0/search?q=${encodeURIComponent(term)}`,
  );
  const projects = found.project.map(({ name }) => ({ name, kind: 'project' }));
  const repositories = found.repository.map((row) => ({ name: row['repository_name'], kind: 'repository' }));
  showRows(form, [...projects, ...repositories], ['name', 'kind']);
  return exitCodes.done;
}
