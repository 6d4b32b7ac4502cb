import { exitCodes } from '../../lib/start-problem.ts';
import type { Text } from '../../lib/text/language.ts';
import { type Context, contextsPath, readContexts, writeContexts } from '../../platform/config/contexts.ts';
import { readSecretFile } from '../../platform/config/load-config.ts';
import { machine } from '../../platform/config/machine.ts';
import type { Args } from '../action.ts';
import { givenServer } from '../archive/given-server.ts';
import { type Cli, type Flags, note, print, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import type { RestClient } from '../client/rest-client.ts';
import { deviceLogin } from '../device/device-login.ts';
import { deviceTexts } from '../device/text.ts';
import { clientOf, restClient, serverOf } from '../rest/rest-client.ts';
import { formOf, showOne, showRows, textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { timeText } from '../time-text.ts';
import {
  currentTokenPath,
  type PersonalToken,
  personalTokensOf,
  personalTokensPath,
  tokenMark,
} from '../token/personal-tokens-of.ts';
import { tokenTexts } from '../token/text.ts';
import { WrongUsage } from '../wrong-usage.ts';

/** What cannot sign in is not kept, nor is the password where the server gives a token for it. */
export async function login(cli: Cli, flags: Flags): Promise<number> {
  if (flags['device'] !== undefined) return loginByDevice(cli, flags);
  const { server: given, user, ca } = flags;
  if (typeof given !== 'string' || typeof user !== 'string') throw new WrongUsage(restTexts.loginNeeds);
  const { server, host } = await givenServer(cli, flags);
  if (!('url' in server) || server.authorization === undefined) throw new WrongUsage(restTexts.loginNeeds);
  const client = clientOf(cli, flags, server);
  const pair = Buffer.from(server.authorization.slice('Basic '.length), 'base64').toString();
  const secret = pair.slice(user.length + 1);
  const { id } = await accountOf(client);
  const got: Kept = secret.startsWith(tokenMark) ? { token: secret } : await exchange(cli, client, id);
  const authorities = typeof ca === 'string' ? readSecretFile(ca, cli.cwd, '--ca') : undefined;
  const context = {
    server: server.url.origin,
    user,
    ca: authorities,
    ...(got.token === undefined ? { password: secret } : { token: got.token }),
  };
  await keepContext(cli, textFlag(flags, 'name') ?? host, context);
  note(saidOf(cli, got, context));
  return exitCodes.done;
}

/** No password is typed here: somebody who has it says yes elsewhere. */
async function loginByDevice(cli: Cli, flags: Flags): Promise<number> {
  if (['server', 'user', 'passwordStdin', 'passwordFile'].some((name) => flags[name] !== undefined))
    throw new WrongUsage(deviceTexts.flagAlone);
  const at = { ...flags, server: textFlag(flags, 'device') };
  const { server, host } = await givenServer(cli, at);
  if (!('url' in server)) throw new WrongUsage(restTexts.loginNeeds);
  const got = await deviceLogin(cli, at, server);
  const { authorities: ca } = server;
  const authorization = `Bearer ${got.token}`;
  const { username: user } = await accountOf(clientOf(cli, at, { ...server, authorization }));
  const context = { server: server.url.origin, user, ca, token: got.token };
  await keepContext(cli, textFlag(flags, 'name') ?? host, context);
  note(saidOf(cli, got, context));
  return exitCodes.done;
}

/** What a context keeps: a token, or the password where there is none. */
type Kept =
  | { readonly token: string; readonly name?: string; readonly end?: string }
  | { readonly token: undefined; readonly why: Text };

function saidOf(cli: Cli, got: Kept, { server, user }: Context): string {
  const of = { server, user, file: contextsPath(cli.env) };
  if (got.token === undefined) return say(cli, tokenTexts.passwordKept, { ...of, why: say(cli, got.why) });
  const { name, end } = got;
  return name === undefined || end === undefined
    ? say(cli, tokenTexts.givenTokenKept, of)
    : say(cli, tokenTexts.tokenKept, { ...of, name, end });
}

/** Long enough to be no burden, and what a lost machine leaves behind ends by itself. */
const loginTokenMs = 90 * 24 * 60 * 60 * 1000;

/** A token for the password, named after this machine. */
async function exchange(cli: Cli, client: RestClient, userId: number | undefined): Promise<Kept> {
  if (userId === undefined) return { token: undefined, why: tokenTexts.robotHasNone };
  const others = await tokensIfOffered(client, userId);
  if (others === undefined) return { token: undefined, why: tokenTexts.serverHasNone };
  const name = freeName(say(cli, tokenTexts.nameOfLogin, { host: machine.name() }).slice(0, 90), others);
  const end = timeText(machine.now() + loginTokenMs);
  const { text } = await client.call('POST', personalTokensPath(userId), { name, expires_at: end });
  return { token: (JSON.parse(text) as { token: string }).token, name, end };
}

/** Undefined from Harbor, and from versions of Berth that had none. */
async function tokensIfOffered(client: RestClient, userId: number): Promise<PersonalToken[] | undefined> {
  try {
    return await personalTokensOf(client, userId);
  } catch (error) {
    if (error instanceof Refused && [404, 405, 502].includes(error.status)) return undefined;
    throw error;
  }
}

/** A second login on a machine does not end the first one's token. */
function freeName(wanted: string, others: readonly PersonalToken[]): string {
  const taken = new Set(others.map(({ name }) => name));
  for (let count = 2, name = wanted; ; count += 1) {
    if (!taken.has(name)) return name;
    name = `${wanted} (${count})`;
  }
}

/** The token of the context that it takes the place of ends: nobody would know it any more. */
async function keepContext(cli: Cli, name: string, context: Context): Promise<void> {
  const { contexts } = readContexts(cli.env);
  const before = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  writeContexts(cli.env, { current: name, contexts: { ...contexts, [name]: context } });
  if (before === undefined || before.token === context.token) return;
  const problem = await revokeOf(cli, before);
  if (problem !== undefined)
    note(say(cli, tokenTexts.notRevoked, { name: before.server, reason: problem.message }));
}

interface Account {
  /** Undefined: a robot. */
  readonly id: number | undefined;
  readonly username: string;
  readonly administrator: boolean;
}

/** Who signs in. Robots are no users, and the server says so: they have an address of their own. */
async function accountOf(client: RestClient): Promise<Account> {
  try {
    const user = await client.get<{ user_id: number; username: string; sysadmin_flag?: boolean }>(
      '/api/v2.0/users/current',
    );
    return { id: user.user_id, username: user.username, administrator: user.sysadmin_flag === true };
  } catch (error) {
    if (!(error instanceof Refused && error.status === 412)) throw error;
    const robot = await client.get<{ name: string }>('/api/berth/v1/robots/current');
    return { id: undefined, username: robot.name, administrator: false };
  }
}

/** Forgotten in any case; a token that the server did not end is told of, and the exit code says why. */
export async function logout(cli: Cli, flags: Flags): Promise<number> {
  const { current, contexts } = readContexts(cli.env);
  const name = knownName(cli, textFlag(flags, 'name') ?? current ?? '');
  const others = Object.fromEntries(Object.entries(contexts).filter(([each]) => each !== name));
  const problem = await revokeOf(cli, contexts[name]);
  writeContexts(cli.env, { current: current === name ? undefined : current, contexts: others });
  note(
    problem === undefined
      ? say(cli, restTexts.loggedOut, { name })
      : say(cli, tokenTexts.notRevoked, { name, reason: problem.message }),
  );
  return problem?.exitCode ?? exitCodes.done;
}

/** Gives the token of a context back; one that has ended already is none any more. */
async function revokeOf(cli: Cli, context: Context | undefined): Promise<Refused | undefined> {
  if (context?.token === undefined) return undefined;
  try {
    const client = clientOf(cli, { server: context.server }, serverOf(context));
    await client.call('DELETE', currentTokenPath);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.status === 401 ? undefined : error;
  }
}

/** Without the secrets. */
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

/** With the token by which the account signs in, and when that ends. */
export async function whoami(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const client = await restClient(cli, flags);
  const { username, administrator } = await accountOf(client);
  const token = await currentToken(client);
  const shown = token === undefined ? {} : { token: token.name, token_ends: token.expires_at ?? 'never' };
  showOne(form, { username, administrator, ...shown }, 'username');
  return exitCodes.done;
}

/** Undefined for a password, a robot, and a server that has no tokens. */
async function currentToken(client: RestClient): Promise<PersonalToken | undefined> {
  try {
    return await client.get<PersonalToken>(currentTokenPath);
  } catch (error) {
    if (error instanceof Refused && [404, 405, 412, 502].includes(error.status)) return undefined;
    throw error;
  }
}
