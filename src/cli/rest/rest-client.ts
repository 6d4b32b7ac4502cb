import type { Command } from 'commander';
import type { ArchiveServer } from '../../archives.ts';
import type { Language } from '../../lib/text/language.ts';
import { type Context, readContexts } from '../../platform/config/contexts.ts';
import { asRefused, givenServer, withServerFlags } from '../archive/given-server.ts';
import { type Cli, type Flags, say } from '../cli.ts';
import { Refused } from '../client/refused.ts';
import { RestClient } from '../client/rest-client.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restTexts } from './text.ts';

export function withRestFlags(command: Command, lang: Language): Command {
  return withServerFlags(command, lang)
    .option('--context <name>', restTexts.context[lang])
    .option('-o, --output <form>', restTexts.output[lang]);
}

/** `--server`, else `--context`, else the data folder where one is named, else the context in use, else the data folder. */
export async function restClient(cli: Cli, flags: Flags): Promise<RestClient> {
  if (flags['server'] !== undefined && flags['context'] !== undefined)
    throw new WrongUsage(restTexts.oneServer);
  const context = flags['server'] === undefined ? keptContext(cli, flags) : undefined;
  if (context !== undefined && flags['user'] === undefined)
    return clientOf(cli, { ...flags, server: context.server }, serverOf(context));
  return clientOf(cli, flags, (await givenServer(cli, flags)).server);
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

export function serverOf({ server, user, password, ca }: Context): ArchiveServer {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { url: new URL(server), authorities: ca, authorization };
}
