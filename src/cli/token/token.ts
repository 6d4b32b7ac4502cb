import { exitCodes } from '../../lib/start-problem.ts';
import { machine } from '../../platform/config/machine.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import type { RestClient } from '../client/rest-client.ts';
import { findUserId } from '../rest/find-user-id.ts';
import { notFound } from '../rest/not-found.ts';
import { ownersClient, restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne, showRows, textFlag } from '../rest/show.ts';
import { restTexts } from '../rest/text.ts';
import { openSecretFile } from '../robot/open-secret-file.ts';
import { timeText } from '../time-text.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { parseExpires } from './parse-expires.ts';
import { type PersonalToken, personalTokensOf, personalTokensPath } from './personal-tokens-of.ts';
import { tokenTexts } from './text.ts';

export async function createToken(cli: Cli, flags: Flags, [name]: Args): Promise<number> {
  const form = formOf(flags);
  const scopes = scopesOf(flags['scope']);
  const expires = expiresOf(textFlag(flags, 'expires'));
  const client = await ownersClient(cli, flags);
  if (client === undefined) throw new WrongUsage(tokenTexts.ownerOnly);
  using file = openSecretFile(cli, flags, false);
  const { text } = await client.call('POST', personalTokensPath(await ownId(client)), {
    name,
    ...(scopes === undefined ? {} : { scopes }),
    ...(expires === undefined ? {} : { expires_at: timeText(expires) }),
  });
  const { token, ...made } = JSON.parse(text) as PersonalToken & { readonly token: string };
  file?.keep(token);
  showOne(form, file === undefined ? { ...rowOf(made), token } : rowOf(made));
  return exitCodes.done;
}

/** `pull,push pay/api` */
function scopesOf(given: unknown): { where: string; actions: string[] }[] | undefined {
  if (!Array.isArray(given)) return undefined;
  return given.map((each) => {
    const [, actions, where] = /^([a-z]+(?:,[a-z]+)*)\s+(\S+)$/.exec(String(each).trim()) ?? [];
    if (actions === undefined || where === undefined) throw new WrongUsage(tokenTexts.scopeWrong);
    return { where, actions: actions.split(',') };
  });
}

function expiresOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const at = parseExpires(text, machine.now());
  if (at === undefined) throw new WrongUsage(tokenTexts.expiresWrong);
  return at;
}

async function ownId(client: RestClient): Promise<number> {
  return (await client.get<{ user_id: number }>('/api/v2.0/users/current')).user_id;
}

async function holderOf(cli: Cli, client: RestClient, flags: Flags): Promise<number> {
  const holder = textFlag(flags, 'holder');
  return holder === undefined ? ownId(client) : findUserId({ cli, client }, holder);
}

export async function listTokens(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const client = await restClient(cli, flags);
  const tokens = await personalTokensOf(client, await holderOf(cli, client, flags));
  showRows(form, tokens.map(rowOf), {
    columns: ['name', 'id', 'expires_at', 'last_used_at', 'scopes'],
    more: ['created_at', 'last_used_address', 'last_used_client'],
  });
  return exitCodes.done;
}

/** Limits as `--scope` takes them. */
function rowOf({ scopes, ...token }: PersonalToken): Row {
  const limits = scopes?.map(({ actions, where }) => `${actions.join(',')} ${where}`);
  return { ...token, ...(limits === undefined ? {} : { scopes: limits.join('; ') }) };
}

export async function revokeToken(cli: Cli, flags: Flags, [given = '']: Args): Promise<number> {
  const own = textFlag(flags, 'holder') === undefined ? await ownersClient(cli, flags) : undefined;
  const client = own ?? (await restClient(cli, flags));
  const userId = await holderOf(cli, client, flags);
  const tokens = await personalTokensOf(client, userId);
  const token = tokens.find(({ name }) => name === given) ?? tokens.find(({ id }) => String(id) === given);
  if (token === undefined) throw notFound(cli, given);
  await client.call('DELETE', `${personalTokensPath(userId)}/${token.id}`);
  note(say(cli, restTexts.done, { what: given }));
  return exitCodes.done;
}
