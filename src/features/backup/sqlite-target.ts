import { join } from 'node:path';
import { loadSqlite } from '../../platform/db/sqlite/load-sqlite.ts';
import {
  pathOfNew,
  removeUnfinished,
  replaceDatabase,
  settlePresent,
} from '../../platform/db/sqlite/replace-database.ts';
import { SqliteDatabase, type SqliteDeps } from '../../platform/db/sqlite/sqlite-database.ts';
import type { RestoreTarget } from './restore-database.ts';

export interface SqliteTargetInput {
  /** Of the database. */
  readonly path: string;
  readonly snapshots: string;
  /** Where what is replaced is kept, in a folder of its own. */
  readonly data: string;
}

/** A file beside the present database, until it takes its place. The lock of the data folder has to be held. */
export async function openSqliteTarget(
  { path, snapshots, data }: SqliteTargetInput,
  deps: SqliteDeps,
): Promise<RestoreTarget> {
  const { files, clock } = deps;
  await removeUnfinished(files, path);
  const present = await settlePresent(files, path);
  const paths = { database: pathOfNew(path), snapshots };
  return {
    presentEpoch: present?.epoch ?? 0,
    load: (input) => loadSqlite(paths, input, { files, clock }),
    open: () => SqliteDatabase.open(paths, deps),
    putInPlace: async () => {
      const keptIn = join(data, `replaced-${new Date(clock()).toISOString().replace(/[-:]/g, '')}`);
      return (await replaceDatabase(files, path, keptIn)) ? keptIn : undefined;
    },
    discard: () => removeUnfinished(files, path),
  };
}
