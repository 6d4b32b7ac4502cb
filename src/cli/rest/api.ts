import { text } from 'node:stream/consumers';
import { exitCodes } from '../../lib/start-problem.ts';
import { readSecretFile } from '../../platform/config/load-config.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, print } from '../cli.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { restClient } from './rest-client.ts';
import { restTexts } from './text.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** `berth api`: the answer is printed as it came. */
export async function callApi(cli: Cli, flags: Flags, [given = '', path = '']: Args): Promise<number> {
  const method = given.toUpperCase();
  if (!methods.includes(method)) throw new WrongUsage(restTexts.methodUnknown);
  const body = await bodyOf(cli, flags);
  const whole = path.startsWith('/api/') ? path : `/api/v2.0/${path.replace(/^\/+/, '')}`;
  const client = await restClient(cli, flags);
  // As it was given: numbers are ids.
  const answer = await client.call(method, asAddress(whole), body, {});
  if (answer.text !== '') print(answer.text.trimEnd());
  else if (answer.location !== undefined) print(answer.location);
  return exitCodes.done;
}

/** Blanks and Chinese signs may stand in the path as they are; what is encoded stays so. */
function asAddress(path: string): string {
  return encodeURI(path).replaceAll('%25', '%');
}

async function bodyOf(cli: Cli, flags: Flags): Promise<unknown> {
  const { input } = flags;
  if (typeof input !== 'string') return undefined;
  const given = input === '-' ? await text(process.stdin) : readSecretFile(input, cli.cwd, '--input');
  try {
    return JSON.parse(given);
  } catch {
    throw new WrongUsage(restTexts.inputInvalid);
  }
}
