import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { confirmed } from './confirmed.ts';
import { notFound } from './not-found.ts';
import { artifactPath, projectId } from './repository-path.ts';
import { restClient } from './rest-client.ts';
import { formOf, showRows, textFlag } from './show.ts';
import { restTexts } from './text.ts';

const labels = '/api/v2.0/labels';

interface Label {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
  readonly color?: string;
}

/** Where labels are: in a project, or undefined for those of the system. */
type Place = number | undefined;

function placeOf(client: RestClient, flags: Flags): Promise<Place> {
  const project = textFlag(flags, 'project');
  return project === undefined ? Promise.resolve(undefined) : projectId(client, project);
}

function listOf(place: Place): string {
  return place === undefined ? `${labels}?scope=g` : `${labels}?scope=p&project_id=${place}`;
}

export async function listLabels(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const client = await restClient(cli, flags);
  const rows = await client.all<Label>(listOf(await placeOf(client, flags)));
  showRows(
    form,
    rows.map((row) => ({ ...row })),
    {
      columns: ['name', 'id', 'color', 'description'],
      more: ['scope', 'project_id', 'creation_time', 'update_time'],
    },
  );
  return exitCodes.done;
}

export async function createLabel(cli: Cli, flags: Flags, [name = '']: Args): Promise<number> {
  const { description = '', color = '' } = flags;
  const client = await restClient(cli, flags);
  const place = await placeOf(client, flags);
  const scope = place === undefined ? { scope: 'g' } : { scope: 'p', project_id: place };
  await client.call('POST', labels, { name, description, color, ...scope });
  note(say(cli, restTexts.done, { what: name }));
  return exitCodes.done;
}

export async function updateLabel(cli: Cli, flags: Flags, [given = '']: Args): Promise<number> {
  const { name, description, color } = flags;
  if (name === undefined && description === undefined && color === undefined)
    throw new WrongUsage(restTexts.nothingToChange);
  const client = await restClient(cli, flags);
  const before = await requireLabel(cli, client, given, await placeOf(client, flags));
  await client.call('PUT', `${labels}/${before.id}`, {
    name: name ?? before.name,
    description: description ?? before.description,
    color: color ?? before.color,
  });
  note(say(cli, restTexts.done, { what: before.name }));
  return exitCodes.done;
}

export async function deleteLabel(cli: Cli, flags: Flags, [given = '']: Args): Promise<number> {
  const client = await restClient(cli, flags);
  const { id, name } = await requireLabel(cli, client, given, await placeOf(client, flags));
  return confirmed(cli, flags, { what: name, run: () => client.call('DELETE', `${labels}/${id}`) });
}

/** A label of the project, else one of the system. */
export async function labelArtifact(cli: Cli, flags: Flags, [reference = '', given = '']: Args) {
  const path = artifactPath(reference);
  const client = await restClient(cli, flags);
  const { id } = await labelFor(cli, client, reference, given);
  await client.call('POST', `${path}/labels`, { id });
  note(say(cli, restTexts.done, { what: reference }));
  return exitCodes.done;
}

/** The one that is on the artifact. */
export async function unlabelArtifact(cli: Cli, flags: Flags, [reference = '', given = '']: Args) {
  const path = artifactPath(reference);
  const client = await restClient(cli, flags);
  const artifact = await client.get<{ labels?: Label[] | null }>(`${path}?with_label=true`);
  const found = artifact.labels?.find(({ id, name }) => name === given || String(id) === given);
  if (found === undefined) throw notFound(cli, given);
  await client.call('DELETE', `${path}/labels/${found.id}`);
  note(say(cli, restTexts.done, { what: reference }));
  return exitCodes.done;
}

async function labelFor(cli: Cli, client: RestClient, reference: string, given: string): Promise<Label> {
  const place = await projectId(client, reference.slice(0, reference.indexOf('/')));
  const own = await findLabel(client, given, place);
  return own ?? requireLabel(cli, client, given, undefined);
}

/** By its name; the server finds parts of names. */
async function findLabel(client: RestClient, name: string, place: Place): Promise<Label | undefined> {
  const found = await client.all<Label>(`${listOf(place)}&name=${encodeURIComponent(name)}`);
  return found.find((each) => each.name === name);
}

async function requireLabel(cli: Cli, client: RestClient, given: string, place: Place): Promise<Label> {
  const found = await findLabel(client, given, place);
  if (found !== undefined) return found;
  if (/^\d+$/.test(given)) return client.get<Label>(`${labels}/${given}`);
  throw notFound(cli, given);
}
