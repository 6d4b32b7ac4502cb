import type { Cli } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { findGroup, type Group, typeNumber } from './find-group.ts';
import { findUserId } from './find-user-id.ts';
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
  readonly public?: boolean;
  readonly sparseManifests?: boolean;
  readonly owner?: string;
}

interface Call {
  readonly cli: Cli;
  readonly client: RestClient;
  readonly asked: Asked;
}

/** The operations of the admin socket that Harbor's REST API has, too. */
const operations: Readonly<Record<string, (call: Call) => Promise<unknown>>> = {
  '/users/create': createUser,
  '/users/list': listUsers,
  '/users/reset-password': async (call) => {
    const id = await findUserId(call, call.asked.username ?? '');
    return call.client.call('PUT', `${api}/users/${id}/password`, { new_password: call.asked.password });
  },
  '/grants/grant': setSystemAdmin,
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

/** What `berth user add --admin` asks for. */
async function setSystemAdmin(call: Call): Promise<unknown> {
  const id = await findUserId(call, call.asked.username ?? '');
  return call.client.call('PUT', `${api}/users/${id}/sysadmin`, { sysadmin_flag: true });
}
