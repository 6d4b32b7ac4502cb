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
  showRows(form, rows, {
    columns: ['name', 'artifact_count', 'pull_count', 'update_time'],
    more: ['id', 'description', 'creation_time'],
  });
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

export async function moveRepository(cli: Cli, flags: Flags, [name = '', to = '']: Args): Promise<number> {
  const path = repositoryPath(name).replace('/api/v2.0/', '/api/berth/v1/');
  await (await restClient(cli, flags)).call('POST', `${path}/move`, { to });
  note(say(cli, restTexts.done, { what: to }));
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
  const rows = await (await restClient(cli, flags)).all<Row>(
    `${path}/artifacts?with_tag=true&with_label=true`,
  );
  showRows(form, rows, {
    columns: ['digest', 'type', 'size', 'push_time'],
    more: ['id', 'media_type', 'artifact_type', 'pull_time', 'tags', 'labels'],
  });
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
    `${path}/artifacts?with_tag=true&with_immutable_status=true`,
  );
  const rows = artifacts.flatMap(({ digest, tags }) => (tags ?? []).map((tag) => ({ ...tag, digest })));
  showRows(form, rows, {
    columns: ['name', 'digest', 'push_time', 'pull_time'],
    more: ['id', 'immutable'],
  });
  return exitCodes.done;
}

/** One more tag for what the reference names. */
export async function createTag(cli: Cli, flags: Flags, [reference = '', name = '']: Args): Promise<number> {
  const path = artifactPath(reference);
  await (await restClient(cli, flags)).call('POST', `${path}/tags`, { name });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

/** The artifact stays. */
export async function deleteTag(cli: Cli, flags: Flags, [reference = '']: Args): Promise<number> {
  const path = artifactPath(reference);
  if (reference.includes('@')) throw new WrongUsage(restTexts.tagNeeded);
  const tag = path.slice(path.lastIndexOf('/') + 1);
  const client = await restClient(cli, flags);
  return confirmed(cli, flags, { what: reference, run: () => client.call('DELETE', `${path}/tags/${tag}`) });
}

export async function copyArtifact(cli: Cli, flags: Flags, [from = '', to = '']: Args): Promise<number> {
  artifactPath(from);
  const path = `${repositoryPath(to)}/artifacts?from=${encodeURIComponent(from)}`;
  await (await restClient(cli, flags)).call('POST', path);
  note(say(cli, restTexts.done, { what: to }));
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
  showRows(form, [...projects, ...repositories], { columns: ['name', 'kind'] });
  return exitCodes.done;
}
