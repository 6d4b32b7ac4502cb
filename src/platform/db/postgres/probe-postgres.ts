import pg from 'pg';
import { requirePrimary } from './require-primary.ts';

const patienceMs = 5000;

/**
 * Asks the server something by a connection of its own. One that refuses for a reason of its own, such as too many
 * connections, lives; one that is starting or stopping (class 57 of SQLSTATE) does not serve yet.
 * @throws when nobody answers in time, or one who takes no changes
 */
export async function probePostgres(config: pg.ClientConfig): Promise<void> {
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  });
  // What fails here fails the query, too; an error that nobody hears ends the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await requirePrimary(client, patienceMs);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  } finally {
    // Not with a goodbye, for which one that stands still would be waited for.
    client.connection.stream.destroy();
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !/^(08|57)/.test(error.code ?? '');
}
