import { hostname } from 'node:os';
import type { Config } from '../../platform/config/load-config.ts';
import { type Cli, configOf, type Flags, print } from '../cli.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { withAuthority } from './print-authority.ts';
import { tlsTexts } from './text.ts';
import { isClient, trustScript } from './trust-script.ts';

export async function printTrust(cli: Cli, flags: Flags): Promise<number> {
  const { config } = configOf(cli, flags);
  const client = String(flags['print']);
  if (!isClient(client)) throw new WrongUsage(tlsTexts.clientUnknown);
  const given = flags['host'];
  const host = typeof given === 'string' ? given : hostOf(config);
  // It becomes a part of paths and of a script.
  if (!/^([a-z0-9][a-z0-9.-]*|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(host))
    throw new WrongUsage(tlsTexts.hostWrong);
  return withAuthority(cli, config, (pem) => print(trustScript(client, host.toLowerCase(), pem)));
}

function hostOf({ externalUrl, listen }: Config): string {
  if (externalUrl !== undefined) return new URL(externalUrl).host;
  return `${listen.loopback ? 'localhost' : hostname()}:${listen.port}`;
}
