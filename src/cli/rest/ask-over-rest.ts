import { type Cli, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

const api = '/api/v2.0';

/** What the commands ask of the admin socket, as they send it. */
interface Asked {
  readonly name?: string;
  readonly username?: string;
  readonly password?: string;
  readonly email?: string;
  readonly realname?: string;
  readonly type?: string;
  readonly role?: string;
  readonly project?: string;
  readonly group?: string;
  readonly repositories?: string;
  readonly tags?: string;
  readonly expiresAt?: number;
  readonly isGroup?: boolean;
  readonly public?: boolean;
  readonly sparseManifests?: boolean;
  readonly owner?: string;
}

interface Call {
  readonly cli: Cli;
  readonly client: RestClient;
  readonly asked: Asked;
}

/** The numbers of Harbor's roles. */
const roleIds: Readonly<Record<string, number>> = {
  projectadmin: 1,
  developer: 2,
  guest: 3,
  maintainer: 4,
  limitedguest: 5,
};
/** By Harbor's numbers. */
const groupTypes = ['local', 'ldap', 'http', 'oidc'];
const systemAdmin = 'system-admin';

/** The operations of the admin socket that Harbor's REST API has, too. */
const operations: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  '/users/create': async ({ client, asked: { username, password, email, realname } }) =>
    client.call('POST', `${api}/users`, { username, password, email, realname }),
  '/users/list': listUsers,
  '/users/reset-password': async (call) => {
    const id = await userId(call, call.asked.username ?? '');
    return call.client.call('PUT', `${api}/users/${id}/password`, { new_password: call.asked.password });
  },
  '/grants/grant': grant,
  '/grants/revoke': revoke,
  '/grants/list': listMembers,
  '/groups/create': async ({ client, asked: { name, type } }) =>
    client.call('POST', `${api}/usergroups`, { group_name: name, group_type: typeNumber(type) ?? 0 }),
  '/groups/list': async ({ client }) => ({
    rows: (await client.all<Group>(`${api}/usergroups`)).map(
      ({ id, group_name: name, group_type: type }) => ({
        id,
        name,
        type: type ?? 0,
      }),
    ),
  }),
  '/groups/members': async (call) => ({
    rows: (await call.client.all<GroupMember>(await membersPath(call))).map((row) => ({
      userId: row.user_id,
      username: row.username,
      source: row.source,
      createdAt: Date.parse(row.creation_time),
    })),
  }),
  '/groups/delete': async (call) =>
    call.client.call('DELETE', `${api}/usergroups/${(await groupOf(call, call.asked.name ?? '')).id}`),
  '/groups/add': addToGroup,
  '/groups/remove': async (call) => {
    const path = await membersPath(call);
    return call.client.call('DELETE', `${path}/${await userId(call, call.asked.username ?? '')}`);
  },
  '/projects/create': createProject,
  '/projects/list': async ({ client }) => ({
    rows: (await client.all<Project>(`${api}/projects?with_detail=true`)).map(projectRow),
  }),
  '/projects/show': async ({ client, asked }) =>
    projectRow(await client.get<Project>(`${api}/projects/${encodeURIComponent(asked.name ?? '')}`)),
  '/projects/delete': async ({ client, asked }) =>
    client.call('DELETE', `${api}/projects/${encodeURIComponent(asked.name ?? '')}`),
};

/** @throws WrongUsage for what only the server's own machine can do */
export async function askOverRest(
  cli: Cli,
  client: RestClient,
  path: string,
  asked: Asked,
): Promise<unknown> {
  const operation = operations[path];
  if (operation === undefined) throw new WrongUsage(restTexts.onlyOnMachine);
  return operation({ cli, client, asked });
}

function notFound(cli: Cli, what: string): Refused {
  return new Refused(say(cli, restTexts.notFound, { what: what.replace(/\p{C}/gu, ' ') }), 404);
}

interface User {
  readonly user_id: number;
  readonly username: string;
  readonly email?: string;
  readonly realname?: string;
  readonly sysadmin_flag?: boolean;
  readonly creation_time: string;
}

async function listUsers({ client }: Call): Promise<unknown> {
  const users = await client.all<User>(`${api}/users`);
  const rows = users.map((row) => ({
    id: row.user_id,
    username: row.username,
    email: row.email || null,
    realname: row.realname ?? '',
    systemAdmin: row.sysadmin_flag === true,
    createdAt: Date.parse(row.creation_time),
  }));
  return { rows };
}

/** The shortest name that has this in it comes first, so the name itself is on the first page. */
async function userId({ cli, client }: Call, name: string): Promise<number> {
  const query = `username=${encodeURIComponent(name)}&page_size=100`;
  const found = await client.get<User[]>(`${api}/users/search?${query}`);
  const id = found.find(({ username }) => username === name)?.user_id;
  if (id !== undefined) return id;
  // The first administrator is in no list.
  const own = await client.get<User>(`${api}/users/current`);
  if (own.username === name) return own.user_id;
  throw notFound(cli, name);
}

interface Group {
  readonly id: number;
  readonly group_name: string;
  readonly group_type?: number;
}

interface GroupMember {
  readonly user_id: number;
  readonly username: string;
  readonly source: string;
  readonly creation_time: string;
}

function typeNumber(type: string | undefined): number | undefined {
  if (type === undefined) return undefined;
  const found = groupTypes.indexOf(type.toLowerCase());
  if (found < 0) throw new WrongUsage(restTexts.groupTypeUnknown);
  return found;
}

async function groupOf({ cli, client, asked }: Call, name: string): Promise<Group> {
  const type = typeNumber(asked.type);
  const groups = await client.all<Group>(`${api}/usergroups?group_name=${encodeURIComponent(name)}`);
  const found = groups.filter(
    (group) => group.group_name === name && (type === undefined || (group.group_type ?? 0) === type),
  );
  const [first] = found;
  if (first === undefined) throw notFound(cli, name);
  if (found.length > 1) throw new WrongUsage(restTexts.groupAmbiguous);
  return first;
}

async function membersPath(call: Call): Promise<string> {
  return `/api/berth/v1/groups/${(await groupOf(call, call.asked.name ?? '')).id}/members`;
}

async function addToGroup(call: Call): Promise<unknown> {
  const { client, asked } = call;
  const path = await membersPath(call);
  const members = await client.all<GroupMember>(path);
  if (members.some(({ username, source }) => username === asked.username && source === 'local'))
    return { changed: false };
  await client.call('POST', path, { username: asked.username });
  return { changed: true };
}

interface Project {
  readonly project_id: number;
  readonly name: string;
  readonly owner_name?: string;
  readonly repo_count?: number;
  readonly creation_time: string;
  readonly update_time: string;
  readonly metadata?: { readonly public?: string; readonly sparse_manifests?: string };
}

function projectRow(row: Project) {
  return {
    id: row.project_id,
    name: row.name,
    ownerName: row.owner_name ?? '',
    public: row.metadata?.public === 'true',
    sparseManifests: row.metadata?.sparse_manifests === 'true',
    createdAt: Date.parse(row.creation_time),
    updatedAt: Date.parse(row.update_time),
    repositoryCount: row.repo_count ?? 0,
  };
}

async function createProject({ client, asked }: Call): Promise<unknown> {
  if (asked.owner !== undefined) throw new WrongUsage(restTexts.onlyOnMachine);
  return client.call('POST', `${api}/projects`, {
    project_name: asked.name,
    metadata: {
      public: String(asked.public === true),
      ...(asked.sparseManifests === true ? { sparse_manifests: 'true' } : {}),
    },
  });
}

interface Member {
  readonly id: number;
  readonly entity_name: string;
  readonly entity_type: string;
  readonly role_name: string;
  readonly role_id: number;
}

/** @throws WrongUsage for what Harbor's roles cannot express */
function roleOf({ role = '', repositories, tags, expiresAt }: Asked): number | typeof systemAdmin {
  if (repositories !== undefined || tags !== undefined || expiresAt !== undefined)
    throw new WrongUsage(restTexts.onlyOnMachine);
  if (role.toLowerCase() === systemAdmin) return systemAdmin;
  const id = roleIds[role.toLowerCase()];
  if (id === undefined) throw new WrongUsage(restTexts.roleUnknown);
  return id;
}

function membersOf({ project }: Asked): string {
  if (project === undefined) throw new WrongUsage(restTexts.projectNeeded);
  return `${api}/projects/${encodeURIComponent(project)}/members`;
}

async function setSystemAdmin(call: Call, flag: boolean): Promise<{ role: string }> {
  const { asked, client } = call;
  if (asked.isGroup === true || asked.project !== undefined) throw new WrongUsage(restTexts.adminWhere);
  const id = await userId(call, asked.username ?? '');
  await client.call('PUT', `${api}/users/${id}/sysadmin`, { sysadmin_flag: flag });
  return { role: systemAdmin };
}

async function grant(call: Call): Promise<{ role: string | undefined }> {
  const { asked, client } = call;
  const role = roleOf(asked);
  if (role === systemAdmin) return setSystemAdmin(call, true);
  const path = membersOf(asked);
  const name = asked.username ?? '';
  const member =
    asked.isGroup === true
      ? { member_group: { id: (await groupOf(call, name)).id } }
      : { member_user: { username: name } };
  await client.call('POST', path, { role_id: role, ...member });
  return { role: asked.role };
}

async function revoke(call: Call): Promise<{ role: string | undefined }> {
  const { asked, cli, client } = call;
  const role = roleOf(asked);
  if (role === systemAdmin) return setSystemAdmin(call, false);
  const path = membersOf(asked);
  const name = asked.username ?? '';
  const kind = asked.isGroup === true ? 'g' : 'u';
  const members = await client.all<Member>(`${path}?entityname=${encodeURIComponent(name)}`);
  const found = members.find((each) => each.entity_type === kind && each.role_id === role);
  if (found === undefined) throw notFound(cli, `${name} ${asked.role ?? ''}`);
  await client.call('DELETE', `${path}/${found.id}`);
  return { role: asked.role };
}

async function listMembers({ client, asked }: Call): Promise<unknown> {
  const name = asked.username ?? asked.group;
  const query = name === undefined ? '' : `?entityname=${encodeURIComponent(name)}`;
  const members = await client.all<Member>(`${membersOf(asked)}${query}`);
  const kind = asked.username === undefined ? (asked.group === undefined ? undefined : 'g') : 'u';
  const rows = members
    .filter((each) => kind === undefined || each.entity_type === kind)
    .map((each) => ({
      kind: each.entity_type === 'g' ? 'group' : 'user',
      holder: each.entity_name,
      role: each.role_name,
      projectName: asked.project,
      repositoryPattern: null,
      tagPattern: null,
      expiresAt: null,
    }));
  return { rows };
}
