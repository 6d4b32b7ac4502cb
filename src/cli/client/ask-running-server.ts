import type { Config } from '../../platform/config/load-config.ts';
import { type Cli, say } from '../cli.ts';
import { cliTexts } from '../text.ts';
import { askServer, NoServer } from './ask-server.ts';
import { Refused } from './refused.ts';

/**
 * Asks the server, which has to run.
 * @throws Refused
 */
export async function askRunningServer<T>(cli: Cli, config: Config, path: string, body: object): Promise<T> {
  try {
    return (await askServer(config.adminSocket, path, body)) as T;
  } catch (error) {
    if (!(error instanceof NoServer)) throw error;
    throw new Refused(say(cli, cliTexts.noServer, { folder: config.data }), 503, { cause: error });
  }
}

/** All pages of a list. */
export async function askForAll<T>(cli: Cli, config: Config, path: string, of: object = {}): Promise<T[]> {
  const all: T[] = [];
  for (;;) {
    const page = { ...of, offset: all.length };
    const { rows, count } = await askRunningServer<{ rows: T[]; count: number }>(cli, config, path, page);
    all.push(...rows);
    if (rows.length === 0 || all.length >= count) return all;
  }
}
