import type { Command } from 'commander';
import type { ArchiveServer } from '../../archives.ts';
import type { Language } from '../../lib/text/language.ts';
import { type Context, readContexts } from '../../platform/config/contexts.ts';
import { asRefused, givenServer, withServerFlags } from '../archive/given-server.ts';
import { archiveTexts } from '../archive/text.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { RestClient } from '../client/rest-client.ts';
import { givenPassword } from '../given-password.ts';
import { promptForOwnPassword } from '../prompt.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

export function withRestFlags(command: Command, lang: Language): Command {
  return withServerFlags(command, lang)
    .option('--context <name>', restTexts.context[lang])
    .option('-o, --output <form>', restTexts.output[lang])
    .option('--no-header', restTexts.noHeader[lang]);
}

/** `--server`, `--context`, `--data`, else the data folder of the environment, the context in use, the default folder. */
export async function restClient(cli: Cli, flags: Flags): Promise<RestClient> {
  const context = meantContext(cli, flags);
  if (context !== undefined) return clientOf(cli, { ...flags, server: context.server }, serverOf(context));
  return clientOf(cli, flags, (await givenServer(cli, flags)).server);
}

/**
 * Whether another server is asked than the one that runs on the data folder.
 * @throws WrongUsage, Refused
 */
export function asksOverHttp(cli: Cli, flags: Flags): boolean {
  return flags['server'] !== undefined || meantContext(cli, flags) !== undefined;
}

/** Host and port of another server than the one on the data folder. */
export function askedHost(cli: Cli, flags: Flags): string | undefined {
  const { server = meantContext(cli, flags)?.server } = flags;
  return typeof server === 'string' ? URL.parse(server)?.host : undefined;
}

const signIn = ['user', 'passwordStdin', 'passwordFile', 'ca'];

/**
 * For what no token may do: a context that keeps a token says who signs in where, and the password is given, or typed.
 * Undefined: the server on the data folder would be asked, as which nobody signs in.
 * @throws WrongUsage, Refused
 */
export async function ownersClient(cli: Cli, flags: Flags): Promise<RestClient | undefined> {
  const { passwordStdin: _stdin, passwordFile: _file, ...others } = flags;
  const context = flags['server'] === undefined ? meantContext(cli, others) : undefined;
  if (context?.token === undefined) return asksOverHttp(cli, flags) ? restClient(cli, flags) : undefined;
  const password =
    (await givenPassword(cli, flags)) ?? (await promptForOwnPassword(cli, context, restTexts.ownPassword));
  const signsIn = { ...context, token: undefined, password };
  return clientOf(cli, { ...flags, server: context.server }, serverOf(signsIn));
}

/** A context says who signs in, and how: what is said beside it would count for nothing. */
function meantContext(cli: Cli, flags: Flags): Context | undefined {
  const servers = ['server', 'context', 'data'].filter((name) => flags[name] !== undefined);
  if (servers.length > 1) throw new WrongUsage(restTexts.oneServer);
  if (flags['server'] !== undefined) return undefined;
  const context = keptContext(cli, flags);
  if (signIn.some((name) => flags[name] !== undefined))
    throw new WrongUsage(context === undefined ? archiveTexts.onlyWithServer : restTexts.contextSignsIn);
  return context;
}

export function clientOf(cli: Cli, flags: Flags, server: ArchiveServer): RestClient {
  return new RestClient(server, (problem) => asRefused(cli, flags, problem));
}

function keptContext(cli: Cli, flags: Flags): Context | undefined {
  const { current, contexts } = readContexts(cli.env);
  const { context: named } = flags;
  if (typeof named === 'string') {
    const found = Object.hasOwn(contexts, named) ? contexts[named] : undefined;
    if (found === undefined) throw new Refused(say(cli, restTexts.contextUnknown), 404);
    return found;
  }
  const ofData = flags['data'] !== undefined || cli.env['BERTH_DATA'] !== undefined;
  return ofData || current === undefined || !Object.hasOwn(contexts, current) ? undefined : contexts[current];
}

export function serverOf({ server, user, token, password, ca }: Context): ArchiveServer {
  const authorization = `Basic ${Buffer.from(`${user}:${token ?? password ?? ''}`).toString('base64')}`;
  return { url: new URL(server), authorities: ca, authorization };
}
