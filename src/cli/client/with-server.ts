import { AppError } from '../../lib/errors.ts';
import { exitCodes } from '../../lib/start-problem.ts';
import type { OfflineServer } from '../../offline.ts';
import type { Config } from '../../platform/config/load-config.ts';
import { createLog } from '../../platform/log/logger.ts';
import { type Cli, note } from '../cli.ts';
import { askServer, NoServer } from './ask-server.ts';
import { refusedBy } from './refused.ts';

/** Does something through the server if one runs, and directly on its data if none does. */
export async function withServer<T>(
  cli: Cli,
  config: Config,
  call: {
    readonly path: string;
    readonly body: object;
    /** For work whose answer comes as lines. */
    readonly onProgress?: (progress: unknown) => void;
    readonly offline: (server: OfflineServer) => Promise<T>;
  },
): Promise<T> {
  try {
    return (await askServer(config.adminSocket, call.path, call.body, call.onProgress)) as T;
  } catch (error) {
    if (!(error instanceof NoServer)) throw error;
  }
  const { openOffline } = await import('../../offline.ts');
  await using log = createLog('warn', undefined);
  await using server = await openOffline(config, { log, entry: cli.entry, die: dieOffline });
  try {
    return await call.offline(server);
  } catch (cause) {
    throw cause instanceof AppError ? refusedBy(cause) : cause;
  }
}

/** Nobody knows any more what is on the disk. */
export function dieOffline(what: string, cause: unknown): void {
  note(`berth: ${what}: ${String(cause)}`);
  process.exit(exitCodes.storageLost);
}
