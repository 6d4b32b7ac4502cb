import { type Cli, configOf, type Flags } from '../cli.ts';
import { withServer } from '../client/with-server.ts';

/** Asks the running server for an operation of `src/access/manage.ts`, or does it directly where none runs. */
export function manage<T>(
  cli: Cli,
  flags: Flags,
  operation: string,
  body: Record<string, unknown>,
): Promise<T> {
  return withServer(cli, configOf(cli, flags).config, {
    path: `/${operation}`,
    body,
    offline: async (server) => (await server.manage(operation, body)) as T,
  });
}
