import assert from 'node:assert/strict';
import { berth, type Outcome } from './berth-command.ts';

/** Everything that a person does with accounts, projects and grants before clients come, by the command line. */
export interface Registry {
  /** The data folder of a running server. */
  readonly data: string;
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

export async function addUser(server: Registry, { username, password }: Account): Promise<void> {
  await done(
    berth(['user', 'add', username, '--password-stdin', '--data', server.data], { input: `${password}\n` }),
  );
}

export async function createProject(
  server: Registry,
  name: string,
  ...flags: readonly string[]
): Promise<void> {
  await done(berth(['project', 'create', name, ...flags, '--data', server.data]));
}

/** The place is a project, or `project/repository`, or `project/prefix/**`. */
export async function grantAccess(
  server: Registry,
  { username, role, place }: { username: string; role: string; place: string },
): Promise<void> {
  await done(berth(['access', 'grant', username, role, place, '--data', server.data]));
}

async function done(command: Promise<Outcome>): Promise<void> {
  const { code, stdout, stderr } = await command;
  assert.equal(code, 0, `${stdout}${stderr}`);
}
