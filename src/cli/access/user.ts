import { exitCodes } from '../../lib/start-problem.ts';
import { generatePassword } from '../../lib/text/generate-password.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { readGivenPassword } from '../read-given-password.ts';
import { manage } from './manage.ts';
import { printTable } from './table.ts';
import { accessTexts } from './text.ts';

export async function addUser(cli: Cli, flags: Flags, [username = '']: readonly string[]): Promise<number> {
  const password = await passwordFor(cli, flags, username);
  const { email, realname } = flags;
  await manage(cli, flags, 'users/add', { username, password: password.text, email, realname });
  note(say(cli, accessTexts.userAdded, { user: username }));
  password.show();
  note(say(cli, accessTexts.userNext, { user: username }));
  return exitCodes.done;
}

export async function changePassword(
  cli: Cli,
  flags: Flags,
  [username = '']: readonly string[],
): Promise<number> {
  const password = await passwordFor(cli, flags, username);
  await manage(cli, flags, 'users/set-password', { username, password: password.text });
  note(say(cli, accessTexts.passwordSet, { user: username }));
  password.show();
  return exitCodes.done;
}

/** The one that was given, or a new one, which is shown once it counts. */
async function passwordFor(
  cli: Cli,
  flags: Flags,
  user: string,
): Promise<{ readonly text: string; readonly show: () => void }> {
  const given = await readGivenPassword(cli, flags);
  if (given !== undefined) return { text: given, show: () => {} };
  const text = generatePassword();
  const show = (): void => {
    note(say(cli, accessTexts.passwordGenerated, { user }));
    print(text);
  };
  return { text, show };
}

export async function disableUser(
  cli: Cli,
  flags: Flags,
  [username = '']: readonly string[],
): Promise<number> {
  await manage(cli, flags, 'users/disable', { username });
  note(say(cli, accessTexts.userDisabled, { user: username }));
  return exitCodes.done;
}

export async function enableUser(
  cli: Cli,
  flags: Flags,
  [username = '']: readonly string[],
): Promise<number> {
  await manage(cli, flags, 'users/enable', { username });
  note(say(cli, accessTexts.userEnabled, { user: username }));
  return exitCodes.done;
}

interface ListedUser {
  readonly id: number;
  readonly username: string;
  readonly email: string | null;
  readonly admin: boolean;
  readonly disabled: boolean;
  readonly createdAt: number;
}

export async function listUsers(cli: Cli, flags: Flags): Promise<number> {
  const users = await manage<ListedUser[]>(cli, flags, 'users/list', {});
  if (flags['json'] === true) {
    const shown = users.map(({ createdAt, ...user }) => ({
      ...user,
      created: new Date(createdAt).toISOString(),
    }));
    print(JSON.stringify(shown, null, 2));
    return exitCodes.done;
  }
  const head = [accessTexts.name, accessTexts.email, accessTexts.state].map((text) => say(cli, text));
  const rows = users.map(({ username, email, admin, disabled }) => [
    username,
    email ?? '',
    [admin ? 'system-admin' : '', disabled ? say(cli, accessTexts.disabled) : ''].filter(Boolean).join(' '),
  ]);
  printTable(head, rows);
  return exitCodes.done;
}
