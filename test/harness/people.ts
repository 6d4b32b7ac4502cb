import { berth } from './berth-command.ts';
import type { BerthServer } from './start-server.ts';
import { password } from './start-server.ts';

/** Accounts without any role, all with the administrator's password. */
export async function addUsers(server: BerthServer, usernames: readonly string[]): Promise<void> {
  for (const username of usernames)
    await run(['user', 'add', username, '--password-stdin', '--data', server.data], password);
}

export function grantRole(
  server: BerthServer,
  { username, role, project }: { readonly username: string; readonly role: string; readonly project: string },
): Promise<void> {
  return run(['access', 'grant', username, role, project, '--data', server.data]);
}

async function run(args: readonly string[], input?: string): Promise<void> {
  const { code, stderr } = await berth(args, input === undefined ? {} : { input });
  if (code !== 0) throw new Error(`berth ${args.join(' ')} ended with ${code}: ${stderr}`);
}
