import { exitCodes } from '../../lib/start-problem.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { manage } from './manage.ts';
import { printTable } from './table.ts';
import { accessTexts } from './text.ts';

export async function grantAccess(cli: Cli, flags: Flags, words: readonly string[]): Promise<number> {
  const grant = grantOf(flags, words);
  await manage(cli, flags, 'access/grant', { ...grant, expiresAt: untilOf(cli, flags['until']) });
  note(
    say(cli, accessTexts.granted, { user: grant.username, role: grant.role, place: grant.place ?? 'Berth' }),
  );
  return exitCodes.done;
}

export async function revokeAccess(cli: Cli, flags: Flags, words: readonly string[]): Promise<number> {
  const grant = grantOf(flags, words);
  await manage(cli, flags, 'access/revoke', grant);
  note(
    say(cli, accessTexts.revoked, { user: grant.username, role: grant.role, place: grant.place ?? 'Berth' }),
  );
  return exitCodes.done;
}

function grantOf(
  flags: Flags,
  [username = '', role = '', place]: readonly string[],
): { username: string; role: string; place: string | undefined; tags: unknown } {
  return { username, role: roleNamed(role), place, tags: flags['tags'] };
}

/** `projectadmin`, `project-admin` and Harbor's `projectAdmin` are the same. */
function roleNamed(text: string): string {
  const roles = ['projectAdmin', 'maintainer', 'developer', 'guest', 'limitedGuest', 'system-admin'];
  const plain = (name: string): string => name.toLowerCase().replaceAll('-', '');
  return roles.find((role) => plain(role) === plain(text)) ?? text;
}

/** A day ends with its last moment, in UTC. */
function untilOf(cli: Cli, until: unknown): number | undefined {
  if (typeof until !== 'string') return undefined;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(until);
  const time = Date.parse(day ? `${until}T23:59:59.999Z` : until);
  if (Number.isNaN(time)) throw new Refused(say(cli, accessTexts.noDate, { text: until }), 400);
  return time;
}

interface ListedGrant {
  readonly username: string;
  readonly role: string;
  readonly project: string | null;
  readonly repositories: string | null;
  readonly tags: string | null;
  readonly expiresAt: number | null;
  readonly createdAt: number;
}

export async function listAccess(cli: Cli, flags: Flags): Promise<number> {
  const { project, user: username } = flags;
  const grants = await manage<ListedGrant[]>(cli, flags, 'access/list', { project, username });
  if (flags['json'] === true) {
    const shown = grants.map(({ createdAt, expiresAt, ...grant }) => ({
      ...grant,
      until: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      since: new Date(createdAt).toISOString(),
    }));
    print(JSON.stringify(shown, null, 2));
    return exitCodes.done;
  }
  const { account, role, place, tags, until } = accessTexts;
  const head = [account, role, place, tags, until].map((text) => say(cli, text));
  printTable(
    head,
    grants.map((grant) => [
      grant.username,
      grant.role,
      [grant.project ?? '*', ...(grant.repositories === null ? [] : [grant.repositories])].join('/'),
      grant.tags ?? '',
      grant.expiresAt === null ? '' : new Date(grant.expiresAt).toISOString(),
    ]),
  );
  return exitCodes.done;
}
