import type { Secret } from '../../lib/secret.ts';
import { StartProblem } from '../../lib/start-problem.ts';
import { DatabaseNotEmpty, loadPostgres } from '../../platform/db/postgres/load-postgres.ts';
import { PostgresDatabase } from '../../platform/db/postgres/postgres-database.ts';
import type { RestoreTarget } from './restore-database.ts';

/** A database that has to be empty: the one before it is another one, and stays as it is. */
export function openPostgresTarget(url: Secret): RestoreTarget {
  return {
    presentEpoch: 0,
    load: async (input) => {
      try {
        return await loadPostgres(url, input);
      } catch (cause) {
        throw cause instanceof DatabaseNotEmpty ? new StartProblem('databaseNotEmpty', {}, { cause }) : cause;
      }
    },
    // It is open for two statements; one that breaks meanwhile fails them.
    open: () => PostgresDatabase.open(url),
    putInPlace: () => Promise.resolve(undefined),
    discard: () => Promise.resolve(),
  };
}
