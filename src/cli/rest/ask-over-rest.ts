import type { Cli } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { findGroup, type Group, typeNumber } from './find-group.ts';
import { findUserId } from './find-user-id.ts';
import { notFound } from './not-found.ts';
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
const systemAdmin = 'system-admin';

/** The operations of the admin socket that Harbor's REST API has, too. */
const operations: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  '/users/create': createUser,
  '/users/list': listUsers,
  '/users/reset-password': async (call) => {
    const id = await findUserId(call, call.asked.username ?? '');
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
    call.client.call(
      'DELETE',
      `${api}/usergroups/${(await findGroup(call, { name: call.asked.name ?? '', type: call.asked.type })).id}`,
    ),
  '/groups/add': addToGroup,
  '/groups/remove': async (call) => {
    const path = await membersPath(call);
    return call.client.call('DELETE', `${path}/${await findUserId(call, call.asked.username ?? '')}`);
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

interface User {
  readonly user_id: number;
  readonly username: string;
  readonly email?: string;
  readonly realname?: string;
  readonly sysadmin_flag?: boolean;
  readonly creation_time: string;
}

/** Harbor's API wants a name of a person and an address of everybody. */
async function createUser({
  client,
  asked: { username, password, email, realname },
}: Call): Promise<unknown> {
  if (email === undefined) throw new WrongUsage(restTexts.emailNeeded);
  return client.call('POST', `${api}/users`, { username, password, email, realname: realname ?? username });
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

interface GroupMember {
  readonly user_id: number;
  readonly username: string;
  readonly source: string;
  readonly creation_time: string;
}

async function membersPath(call: Call): Promise<string> {
  return `/api/berth/v1/groups/${(await findGroup(call, { name: call.asked.name ?? '', type: call.asked.type })).id}/members`;
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
  const id = await findUserId(call, asked.username ?? '');
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
      ? { member_group: { id: (await findGroup(call, { name, type: asked.type })).id } }
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
