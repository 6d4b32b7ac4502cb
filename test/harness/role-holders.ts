import { readFileSync } from 'node:fs';
import { berth } from './berth-command.ts';
import { expectStatus, RegistryClient } from './registry-client.ts';
import { jsonOf, sendJson } from './rest.ts';
import { type BerthServer, password } from './start-server.ts';

export type Way = 'project' | 'pattern' | 'group' | 'robot' | 'token' | 'public' | 'none';

interface RoleMatrix {
  readonly ownRole: { readonly name: string; readonly permissions: readonly string[] };
  /** By their letters. */
  readonly roles: Readonly<Record<string, string>>;
  readonly matrix: readonly (Readonly<Record<Way, string>> & { readonly permission: string })[];
}

/** What the letters and the ways are stands in the file. */
export const roleMatrix: RoleMatrix = JSON.parse(
  readFileSync(new URL('../../docs/design/role-matrix.json', import.meta.url), 'utf8'),
) as RoleMatrix;
const { ownRole, roles: names, matrix } = roleMatrix;

/** Somebody who has a role by some way, and the project that they try. */
export interface Holder {
  readonly way: Way;
  /** The matrix's letter of the role. */
  readonly letter: string;
  readonly client: RegistryClient;
  readonly project: string;
}

const members: Readonly<Record<string, number>> = { A: 1, D: 2, G: 3, M: 4, L: 5 };
const project = 'matrix';
const api = '/api/v2.0';

interface Making {
  readonly server: BerthServer;
  readonly admin: RegistryClient;
  readonly clientOf: (username: string, secret?: string) => RegistryClient;
}

/** The project `matrix` is there; all the rest is made, by Harbor's operations where it has some. */
export async function plantHolders(server: BerthServer, port: number): Promise<Holder[]> {
  const admin = server.client();
  const clientOf = (username: string, secret = password) =>
    new RegistryClient(() => ({ host: '127.0.0.1', port }), { username, password: secret });
  const making: Making = { server, admin, clientOf };
  const roles = '/api/berth/v1/roles';
  expectStatus(await sendJson(admin, 'POST', roles, { ...ownRole, level: 'project' }), 201);
  for (const [name, open] of [
    ['matrix-open', 'true'],
    ['matrix-other', 'false'],
  ]) {
    const body = { project_name: name, metadata: { public: open } };
    expectStatus(await sendJson(admin, 'POST', `${api}/projects`, body), 201);
  }
  const nobody = new RegistryClient(() => ({ host: '127.0.0.1', port }));
  const holders: Holder[] = [
    { way: 'project', letter: 'N', client: nobody, project },
    { way: 'public', letter: 'N', client: nobody, project: 'matrix-open' },
  ];
  for (const letter of 'AMDGLCXOSU') holders.push(...(await plantAccount(making, letter)));
  for (const letter of 'AMDGLC') {
    const username = await addAccount(making, `pattern-${letter}`);
    await command(server, 'access', 'grant', username, names[letter] ?? '', `${project}/app/**`);
    holders.push({ way: 'pattern', letter, client: clientOf(username), project });
    holders.push({ way: 'robot', letter, client: await plantRobot(making, letter), project });
  }
  for (const letter of 'AMDGLCOSU')
    holders.push({ way: 'group', letter, client: await plantGroup(making, letter), project });
  return holders;
}

/** One account, with and without a token, in its project, in a public one and in one that is not its own. */
async function plantAccount(making: Making, letter: string): Promise<Holder[]> {
  const { server, admin, clientOf } = making;
  const username = await addAccount(making, `role-${letter}`);
  if (letter in members) await addMember(admin, letter, { member_user: { username } });
  else await command(server, 'access', 'grant', username, ...ofOwnOrSystem(letter));
  const client = clientOf(username);
  const { user_id: id } = jsonOf<{ user_id: number }>(await client.get(`${api}/users/current`));
  const made = await sendJson(client, 'POST', `/api/berth/v1/users/${id}/tokens`, {
    name: 'any',
    scopes: [{ where: project, actions: ['pull', 'push', 'delete', 'read'] }],
  });
  const { token } = jsonOf<{ token: string }>(made, 201);
  return [
    { way: 'project', letter, client, project },
    { way: 'public', letter, client, project: 'matrix-open' },
    { way: 'none', letter, client, project: 'matrix-other' },
    { way: 'token', letter, client: clientOf(username, token), project },
  ];
}

async function plantGroup(making: Making, letter: string): Promise<RegistryClient> {
  const { server, admin, clientOf } = making;
  const username = await addAccount(making, `group-${letter}`);
  const name = `${username}-group`;
  await command(server, 'group', 'create', name);
  await command(server, 'group', 'add', name, username);
  if (letter in members) {
    const [found] = jsonOf<{ id: number }[]>(await admin.get(`${api}/usergroups?group_name=${name}`));
    await addMember(admin, letter, { member_group: { id: found?.id } });
  } else await command(server, 'access', 'grant', name, ...ofOwnOrSystem(letter), '--group');
  return clientOf(username);
}

/** It has of the role's permissions what robots can hold. */
async function plantRobot({ admin, clientOf }: Making, letter: string): Promise<RegistryClient> {
  const access = matrix
    .filter((row) => row.robot.includes(letter))
    .map(({ permission }) => {
      const [resource, action] = permission.split(':');
      return { resource, action };
    });
  const permissions = [{ kind: 'project', namespace: project, access }];
  const body = { name: `role-${letter.toLowerCase()}`, duration: -1, level: 'project', permissions };
  const made = await sendJson(admin, 'POST', `${api}/robots`, body);
  const { name, secret } = jsonOf<{ name: string; secret: string }>(made, 201);
  return clientOf(name, secret);
}

async function addAccount({ admin }: Making, text: string): Promise<string> {
  const username = text.toLowerCase();
  const body = { username, password, email: `${username}@example.org`, realname: username };
  expectStatus(await sendJson(admin, 'POST', `${api}/users`, body), 201);
  return username;
}

async function addMember(admin: RegistryClient, letter: string, who: object): Promise<void> {
  const body = { role_id: members[letter], ...who };
  expectStatus(await sendJson(admin, 'POST', `${api}/projects/${project}/members`, body), 201);
}

function ofOwnOrSystem(letter: string): readonly string[] {
  return [names[letter] ?? '', letter === 'C' ? project : 'system'];
}

async function command(server: BerthServer, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await berth([...args, '--data', server.data]);
  if (code !== 0) throw new Error(`berth ${args.join(' ')} ended with ${code}: ${stderr}`);
}
