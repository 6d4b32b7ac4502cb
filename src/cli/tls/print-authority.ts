import { exitCodes } from '../../lib/start-problem.ts';
import { authorityOf } from '../../offline.ts';
import type { Config } from '../../platform/config/load-config.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { tlsTexts } from './text.ts';

export async function printAuthority(cli: Cli, flags: Flags): Promise<number> {
  return withAuthority(cli, configOf(cli, flags).config, (pem) => print(pem));
}

/** @param use is given the certificate in PEM form, without a newline at its end */
export async function withAuthority(cli: Cli, config: Config, use: (pem: string) => void): Promise<number> {
  const pem = await authorityOf(config);
  if (pem === undefined) {
    note(`berth: ${say(cli, tlsTexts.noAuthority, { data: config.data })}`);
    return exitCodes.notFound;
  }
  use(pem.trimEnd());
  return exitCodes.done;
}
