import type { ClientBase, QueryConfig } from 'pg';
import { UnusableServer } from './unusable-server.ts';

/** PostgreSQL 15. */
const oldestVersion = 150_000;

/**
 * Whether a new connection has come to a server that Berth can work on. It also leaves off the compilation of queries
 * to machine code: that takes tens of milliseconds for a list that is read in five, and pays for no query of Berth.
 * @throws UnusableServer readOnly, tooOld
 */
export async function requirePrimary(client: ClientBase, limitMs: number): Promise<void> {
  // The driver knows the limit, its types do not.
  const query: QueryConfig & { query_timeout: number } = {
    text: `select pg_is_in_recovery() or current_setting('transaction_read_only')::boolean as read_only,
      current_setting('server_version_num')::integer as number, current_setting('server_version') as version,
      set_config('jit', 'off', false)`,
    query_timeout: limitMs,
  };
  const { rows } = await client.query<{ read_only: boolean; number: number; version: string }>(query);
  const [row] = rows;
  if (row === undefined) throw new Error('the server says nothing of itself');
  if (row.number < oldestVersion)
    throw new UnusableServer('tooOld', `the server is PostgreSQL ${row.version}`, row.version);
  if (row.read_only) throw new UnusableServer('readOnly', 'the server takes no changes: it is a standby');
}
