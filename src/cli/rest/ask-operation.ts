import { type Cli, configOf, type Flags } from '../cli.ts';
import { askForAll, askRunningServer } from '../client/ask-running-server.ts';
import { asksOverHttp, restClient } from './rest-client.ts';

/**
 * Does what the operator's commands do: over the admin socket, or by Harbor's REST API at another server.
 * @throws Refused, WrongUsage
 */
export async function askOperation<T>(cli: Cli, flags: Flags, path: string, body: object): Promise<T> {
  if (!asksOverHttp(cli, flags)) return askRunningServer<T>(cli, configOf(cli, flags).config, path, body);
  const client = await restClient(cli, flags);
  const { askOverRest } = await import('./ask-over-rest.ts');
  return (await askOverRest(cli, client, path, body)) as T;
}

/** All rows of a list. */
export async function askForRows<T>(cli: Cli, flags: Flags, path: string, of: object = {}): Promise<T[]> {
  if (!asksOverHttp(cli, flags)) return askForAll<T>(cli, configOf(cli, flags).config, path, of);
  return (await askOperation<{ rows: T[] }>(cli, flags, path, of)).rows;
}
