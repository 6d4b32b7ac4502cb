import type { ClientBase, QueryResult } from 'pg';
import { AppError } from '../../../lib/errors.ts';

/** SQLSTATE of messages that are no warnings. */
const successCode = '00000';

/**
 * A transaction that wrote nothing waits for no standby, although what it has seen, and its caller is about to
 * confirm, may be on the primary only: after a crash of the primary, or a commit whose waiting was cancelled. A message
 * in the log is the smallest thing that is waited for, and all before it.
 */
const waitForStandbys = `select pg_logical_emit_message(true, 'berth', '')
  where current_setting('synchronous_standby_names') <> ''`;

/**
 * Ends a transaction, and returns only when it and all it has seen are as safe as the server promises.
 * @param wrote whether it has certainly changed something
 * @throws AppError DATABASE_UNAVAILABLE: it may have been committed, on the primary alone
 */
export async function commitDurably(client: ClientBase, wrote: boolean): Promise<void> {
  let warning: string | undefined;
  // "Canceling wait for synchronous replication": PostgreSQL warns, and then says that all is well.
  const onNotice = ({ code, message }: { code?: string | undefined; message?: string | undefined }): void => {
    if (code !== successCode) warning = message ?? code;
  };
  client.on('notice', onNotice);
  try {
    // Several statements have a result each.
    const results: QueryResult[] = [
      await client.query(wrote ? 'commit' : `${waitForStandbys}; commit`),
    ].flat();
    // What is in a transaction after an error is rolled back, and that is no error.
    if (results.at(-1)?.command !== 'COMMIT')
      throw new Error('a transaction with a failed statement was to be committed');
  } finally {
    client.off('notice', onNotice);
  }
  if (warning !== undefined) {
    const cause = new Error(`it is in doubt whether the standbys have a commit: ${warning}`);
    throw new AppError('DATABASE_UNAVAILABLE', {}, { cause });
  }
}
