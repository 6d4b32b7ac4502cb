import { type ProviderClient, Unexpected } from './provider-client.ts';

/** What the provider's data sources find, each by its own way through the lists. */
type Found = readonly Readonly<Record<string, unknown>>[];

interface Project {
  readonly project_id: number;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** By name, which finds others that contain it, too; and its scanner, which need not be there. */
export async function findProject(api: ProviderClient, name: string): Promise<Found> {
  const all = await api.get<readonly Project[]>(`/projects?name=${name}`);
  const found = all.filter((each) => each.name === name);
  for (const { project_id: id } of found) {
    try {
      await api.get(`/projects/${id}/scanner`);
    } catch (error) {
      if (!(error instanceof Unexpected && error.status === 404)) throw error;
    }
  }
  return found.map((each) => ({ name: each.name, public: each.metadata['public'] === 'true' }));
}

export async function findProjects(api: ProviderClient, name: RegExp): Promise<Found> {
  const all = await api.pages<Project>('/projects?page={page}');
  return all
    .filter((each) => name.test(each.name))
    .map((each) => ({ name: each.name, public: each.metadata['public'] === 'true' }));
}

export async function findUsers(api: ProviderClient, username: string, email: string): Promise<Found> {
  const q = `username=${username},email=${email}`;
  const all = await api.pages<Readonly<Record<string, unknown>>>(`/users?page={page}&q=${q}`);
  return all.map((each) => ({ username: each['username'], admin: each['sysadmin_flag'] ?? false }));
}

export async function findGroups(api: ProviderClient, name: string): Promise<Found> {
  const all = await api.pages<Readonly<Record<string, unknown>>>('/usergroups?page={page}');
  return all
    .filter((each) => each['group_name'] === name)
    .map((each) => ({ group_name: each['group_name'], group_type: each['group_type'] }));
}

export async function findRobots(
  api: ProviderClient,
  { name, projectId }: { readonly name: string; readonly projectId?: string },
): Promise<Found> {
  const q = projectId === undefined ? 'Level=system' : `Level=project,ProjectID=${projectId}`;
  const all = await api.pages<{ readonly name: string; readonly disable?: boolean }>(
    `/robots?page={page}&q=${q}`,
  );
  let prefix: string | undefined;
  const found: { name: string; disable: boolean }[] = [];
  for (const each of all) {
    if (projectId === undefined && prefix === undefined) prefix = await robotPrefix(api);
    const short = projectId === undefined ? each.name.slice(prefix?.length) : each.name.split('+')[1];
    if (short === name) found.push({ name: each.name, disable: each.disable ?? false });
  }
  return found;
}

async function robotPrefix(api: ProviderClient): Promise<string> {
  const settings = await api.get<{ readonly robot_name_prefix: { readonly value: string } }>(
    '/configurations',
  );
  return settings.robot_name_prefix.value;
}

export async function findMembers(api: ProviderClient, project: string, kind: 'u' | 'g'): Promise<Found> {
  const all = await api.pages<Readonly<Record<string, unknown>>>(`${project}/members?page={page}`);
  return all
    .filter((each) => each['entity_type'] === kind)
    .map((each) => ({ name: each['entity_name'], role_id: each['role_id'] }));
}

/** What the data sources of the file ask. */
export async function readEveryDataSource(
  api: ProviderClient,
  { email, project, name }: { readonly email: string; readonly project: string; readonly name: string },
): Promise<void> {
  await findProject(api, name);
  await findProjects(api, new RegExp(name));
  await findUsers(api, 'ada', email);
  await findGroups(api, 'builders');
  await findRobots(api, { name: 'ci' });
  await findRobots(api, { name: 'deploy', projectId: project.replace('/projects/', '') });
  await findMembers(api, project, 'u');
  await findMembers(api, project, 'g');
}
