import { exitCodes } from '../../lib/start-problem.ts';
import { contextsPath, readContexts, writeContexts } from '../../platform/config/contexts.ts';
import { readSecretFile } from '../../platform/config/load-config.ts';
import type { Args } from '../action.ts';
import { givenServer } from '../archive/given-server.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { clientOf, restClient } from '../rest/rest-client.ts';
import { formOf, showOne, showRows, textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { WrongUsage } from '../wrong-usage.ts';

/** What cannot sign in is not kept. */
export async function login(cli: Cli, flags: Flags): Promise<number> {
  const { server: given, user, ca } = flags;
  if (typeof given !== 'string' || typeof user !== 'string') throw new WrongUsage(restTexts.loginNeeds);
  const { server, host } = await givenServer(cli, flags);
  if (!('url' in server) || server.authorization === undefined) throw new WrongUsage(restTexts.loginNeeds);
  await accountOf(clientOf(cli, flags, server));
  const name = textFlag(flags, 'name') ?? host;
  const pair = Buffer.from(server.authorization.slice('Basic '.length), 'base64').toString();
  const context = {
    server: server.url.origin,
    user,
    password: pair.slice(user.length + 1),
    ca: typeof ca === 'string' ? readSecretFile(ca, cli.cwd, '--ca') : undefined,
  };
  const { contexts } = readContexts(cli.env);
  writeContexts(cli.env, { current: name, contexts: { ...contexts, [name]: context } });
  note(say(cli, restTexts.loggedIn, { server: context.server, user, file: contextsPath(cli.env) }));
  return exitCodes.done;
}

interface Account {
  readonly username: string;
  readonly administrator: boolean;
}

/** Who signs in. Robots are no users, and the server says so: they have an address of their own. */
async function accountOf(client: RestClient): Promise<Account> {
  try {
    const user = await client.get<{ username: string; sysadmin_flag?: boolean }>('/api/v2.0/users/current');
    return { username: user.username, administrator: user.sysadmin_flag === true };
  } catch (error) {
    if (!(error instanceof Refused && error.status === 412)) throw error;
    const robot = await client.get<{ name: string }>('/api/berth/v1/robots/current');
    return { username: robot.name, administrator: false };
  }
}

export function logout(cli: Cli, flags: Flags): Promise<number> {
  const { current, contexts } = readContexts(cli.env);
  const name = knownName(cli, textFlag(flags, 'name') ?? current ?? '');
  const others = Object.fromEntries(Object.entries(contexts).filter(([each]) => each !== name));
  writeContexts(cli.env, { current: current === name ? undefined : current, contexts: others });
  note(say(cli, restTexts.loggedOut, { name }));
  return Promise.resolve(exitCodes.done);
}

/** Without the passwords. */
export function listContexts(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const { current, contexts } = readContexts(cli.env);
  const rows = Object.entries(contexts).map(([name, { server, user }]) => ({
    name,
    server,
    user,
    current: name === current,
  }));
  showRows(form, rows, {
    columns: ['name', 'server', 'user', 'current'],
    table: {
      header: ['', 'NAME', 'SERVER', 'USER'],
      cells: rows.map((row) => [row.current ? '*' : '', row.name, row.server, row.user]),
    },
  });
  return Promise.resolve(exitCodes.done);
}

export function useContext(cli: Cli, _flags: Flags, [given = '']: Args): Promise<number> {
  const { contexts } = readContexts(cli.env);
  const name = knownName(cli, given);
  writeContexts(cli.env, { current: name, contexts });
  print(say(cli, restTexts.used, { name }));
  return Promise.resolve(exitCodes.done);
}

function knownName(cli: Cli, name: string): string {
  if (Object.hasOwn(readContexts(cli.env).contexts, name)) return name;
  throw new Refused(say(cli, restTexts.contextUnknown), 404);
}

export async function whoami(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const account = await accountOf(await restClient(cli, flags));
  showOne(form, { ...account }, 'username');
  return exitCodes.done;
}
