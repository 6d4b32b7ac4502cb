import type { Database, Tx } from '../../platform/db/database.ts';

/** A database whose transactions wait before they commit: `open` when the first one has got so far. */
export function stopsBeforeCommit(real: Database) {
  const open = Promise.withResolvers<void>();
  const commit = Promise.withResolvers<void>();
  const db: Database = {
    dialect: real.dialect,
    reader: real.reader,
    now: () => real.now(),
    transaction: (body, options) =>
      real.transaction(async (tx: Tx) => {
        const value = await body(tx);
        open.resolve();
        await commit.promise;
        return value;
      }, options),
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
  return { db, open: open.promise, commit: () => commit.resolve() };
}
