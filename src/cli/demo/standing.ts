import type { RestClient } from '../client/rest-client.ts';
import { Registry, unlessRefused } from '../config-files/registry/registry.ts';
import type { Artifact } from './content/artifact.ts';
import { groups, mark, markLabel, people, robots, role, systemLabels } from './content/people.ts';
import type { DemoProject } from './content/project.ts';

export const api = '/api/v2.0';
export const own = '/api/berth/v1';

/** What is there by its name, and its id. */
export type Ids = ReadonlyMap<string, number>;

/** What of the demo data is there, and what bears one of its names and is none of it. */
export interface Standing {
  readonly projects: Ids;
  readonly users: Ids;
  readonly groups: Ids;
  readonly labels: Ids;
  readonly systemRobots: Ids;
  readonly hasRole: boolean;
  /** Each with its kind. */
  readonly taken: readonly string[];
}

export async function standing(client: RestClient, wanted: readonly DemoProject[]): Promise<Standing> {
  const taken: string[] = [];
  const projects = new Map<string, number>();
  for (const { name } of wanted) {
    const id = await projectIdOf(client, name);
    if (id === undefined) continue;
    if (await isMarked(client, id)) projects.set(name, id);
    else taken.push(`project ${name}`);
  }
  const keep = <Row extends { readonly id: number; readonly name: string }>(
    kind: string,
    rows: readonly Row[],
    isOurs: (row: Row) => boolean,
  ): Ids => {
    taken.push(...rows.filter((row) => !isOurs(row)).map(({ name }) => `${kind} ${name}`));
    return new Map(rows.filter(isOurs).map(({ name, id }) => [name, id]));
  };
  const roles = await client.get<{ name: string; permissions: string[] }[]>(`${own}/roles`);
  const standingRole = roles.find(({ name }) => name === role.name);
  const hasRole = standingRole?.permissions.toSorted().join() === role.permissions.join();
  if (standingRole !== undefined && !hasRole) taken.push(`role ${role.name}`);
  const users = keep('account', await standingUsers(client), ({ comment }) => comment === mark);
  const described = ({ description }: { readonly description?: string }): boolean => description === mark;
  return {
    projects,
    users,
    groups: keep('group', await standingGroups(client, users), ({ isOurs }) => isOurs),
    labels: keep('label', await standingLabels(client), described),
    systemRobots: keep('robot', await standingSystemRobots(client), described),
    hasRole,
    taken,
  };
}

async function projectIdOf(client: RestClient, name: string): Promise<number | undefined> {
  const found = await unlessRefused([404], () =>
    client.get<{ project_id: number }>(`${api}/projects/${name}`),
  );
  return found?.project_id;
}

async function isMarked(client: RestClient, projectId: number): Promise<boolean> {
  const labels = await client.all<{ name: string; description?: string }>(
    `${api}/labels?scope=p&project_id=${projectId}`,
  );
  return labels.some(({ name, description }) => name === markLabel.name && description === mark);
}

async function standingUsers(client: RestClient) {
  const found: { id: number; name: string; comment?: string }[] = [];
  for (const { username } of people) {
    const rows = await client.get<{ user_id: number; username: string; comment?: string }[]>(
      `${api}/users?q=${encodeURIComponent(`username=${username}`)}`,
    );
    found.push(...rows.map(({ user_id: id, username: name, comment = '' }) => ({ id, name, comment })));
  }
  return found;
}

/** Groups have no description: ours has members, all of them accounts that we have made. */
async function standingGroups(client: RestClient, users: Ids) {
  const found: { id: number; name: string; isOurs: boolean }[] = [];
  for (const { name } of groups) {
    const rows = await client.all<{ id: number; group_name: string; group_type?: number }>(
      `${api}/usergroups?group_name=${name}`,
    );
    for (const { id, group_name: label, group_type: type = 0 } of rows) {
      if (label !== name || type !== 0) continue;
      const members = await client.all<{ username: string }>(`${own}/groups/${id}/members`);
      const others = members.map(({ username }) => username).filter((each) => !users.has(each));
      const isOurs = members.length > 0 && others.length === 0;
      found.push({ id, name: [name, ...others].join(', '), isOurs });
    }
  }
  return found;
}

async function standingLabels(client: RestClient) {
  const rows = await client.all<{ id: number; name: string; description?: string }>(`${api}/labels?scope=g`);
  return rows.filter((row) => systemLabels.some(({ name }) => name === row.name));
}

interface RobotRow {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
}

async function standingSystemRobots(client: RestClient) {
  const rows = await client.all<RobotRow>(`${api}/robots`);
  const prefix = await new Registry(client).prefix();
  return robots.flatMap(({ name, project }) => {
    if (project !== undefined) return [];
    const found = rows.find((row) => row.name === prefix + name);
    return found === undefined ? [] : [{ ...found, name }];
  });
}

export async function projectRobots(client: RestClient, projectId: number): Promise<RobotRow[]> {
  return client.all(`${api}/robots?q=${encodeURIComponent(`Level=project,ProjectID=${projectId}`)}`);
}

export interface WebhookRow {
  readonly id: number;
  readonly name: string;
  readonly description?: string;
}

export async function projectWebhooks(client: RestClient, project: string): Promise<WebhookRow[]> {
  return client.all(`${api}/projects/${project}/webhook/policies`);
}

export interface TrashRow {
  readonly id: number;
  readonly kind: string;
  readonly name: string;
  readonly project_id: number;
  readonly repository?: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** What was deleted in a project of that name by its id: there may have been others of the name. */
export async function trashOf(client: RestClient, project: string, projectId: number): Promise<TrashRow[]> {
  const rows = await client.all<TrashRow>(`${own}/trash?q=${encodeURIComponent(`project=${project}`)}`);
  return rows.filter((row) => row.project_id === projectId);
}

/** Whether nothing else was deleted than what is called and was pushed as the demo data is. */
export async function isPlanned(
  client: RestClient,
  { name, repositories }: DemoProject,
  row: TrashRow,
): Promise<boolean> {
  const found = repositories.find((each) => `${name}/${each.name}` === row.repository);
  if (found === undefined) return false;
  if (row.tag !== undefined && !found.pushes.some(({ tag }) => tag === row.tag)) return false;
  const planned = new Set(found.pushes.flatMap(({ artifact }) => digestsOf(artifact)));
  if (row.digest !== undefined && !planned.has(row.digest)) return false;
  const { artifacts, artifact_count: count } = await client.get<{
    readonly artifacts: readonly { readonly digest: string }[];
    readonly artifact_count: number;
  }>(`${own}/trash/${row.id}`);
  return count <= planned.size && artifacts.every(({ digest }) => planned.has(digest));
}

function digestsOf({ digest, children, about }: Artifact): string[] {
  return [digest, ...[...children, ...about].flatMap(digestsOf)];
}
