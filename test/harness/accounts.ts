import { berth } from './berth-command.ts';
import { password as anyPassword } from './start-server.ts';

/** What a person does with accounts, projects and grants before clients come, by the command line. */
export interface Registry {
  /** The data folder of a running server. */
  readonly data: string;
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

export async function addUser(
  server: Registry,
  { username, password }: Account,
  ...flags: readonly string[]
): Promise<void> {
  await run(server, ['user', 'add', username, '--password-stdin', ...flags], `${password}\n`);
}

/** Accounts without any role, all with the administrator's password. */
export async function addUsers(server: Registry, usernames: readonly string[]): Promise<void> {
  for (const username of usernames) await addUser(server, { username, password: anyPassword });
}

export async function createProject(
  server: Registry,
  name: string,
  ...flags: readonly string[]
): Promise<void> {
  await run(server, ['project', 'create', name, ...flags]);
}

/** The place is a project, or `project/repository`, or `project/prefix/**`. */
export async function grantRole(
  server: Registry,
  { username, role, place }: { readonly username: string; readonly role: string; readonly place: string },
): Promise<void> {
  await run(server, ['access', 'grant', username, role, place]);
}

async function run(server: Registry, args: readonly string[], input?: string): Promise<void> {
  const all = [...args, '--data', server.data];
  const { code, stderr } = await berth(all, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`berth ${all.join(' ')} ended with ${code}: ${stderr}`);
}
