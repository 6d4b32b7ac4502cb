import { resolve } from 'node:path';
import { Secret } from '../../lib/secret.ts';
import { readSecretFile } from '../../platform/config/load-config.ts';
import type { Cli, Flags } from '../cli.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { dbTexts } from './text.ts';

export interface GivenTarget {
  readonly url: Secret;
  /** The address without its password. */
  readonly name: string;
  /** What to set for a server that is to use it. */
  readonly setting: string;
}

const scheme = /^postgres(?:ql)?:\/\//;

/** @throws WrongUsage, StartProblem configInvalid when the file cannot be read */
export function givenTarget(cli: Pick<Cli, 'cwd'>, flags: Flags): GivenTarget {
  const { to, toFile } = flags;
  if ((to === undefined) === (toFile === undefined)) throw new WrongUsage(dbTexts.toNeeded);
  const url = typeof toFile === 'string' ? readSecretFile(toFile, cli.cwd, '--to-file').trim() : String(to);
  if (url === 'sqlite') throw new WrongUsage(dbTexts.toSqlite);
  if (!scheme.test(url)) throw new WrongUsage(dbTexts.toWrong);
  const name = withoutPassword(url);
  if (typeof toFile === 'string')
    return { url: new Secret(url), name, setting: `BERTH_DATABASE_URL_FILE=${resolve(cli.cwd, toFile)}` };
  if (name !== url.replace(/\?.*$/, '') || /[?&](?:ssl)?password=/i.test(url))
    throw new WrongUsage(dbTexts.passwordShown);
  return { url: new Secret(url), name, setting: `BERTH_DATABASE_URL=${url}` };
}

/** A password may hold an `@` that nobody has encoded, so all up to the last one before the path is its. */
function withoutPassword(url: string): string {
  const [, start = '', rest = ''] = /^(postgres(?:ql)?:\/\/)([^?]*)/.exec(url) ?? [];
  const at = rest.lastIndexOf('@');
  if (at < 0) return start + rest;
  const [user = ''] = rest.slice(0, at).split(':');
  return `${start}${user}${rest.slice(at)}`;
}
