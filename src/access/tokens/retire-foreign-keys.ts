import type { Database } from '../../platform/db/database.ts';
import { retireKeysOfOthers } from './key-writes.ts';

/**
 * For a restored database: keys that only another master key could unwrap are of no use; new ones are made where one is
 * needed. Returns how many.
 * @param fingerprint of the master key there is; undefined when there is none yet
 */
export async function retireForeignKeys(db: Database, fingerprint: string | undefined): Promise<number> {
  const now = await db.now();
  return db.transaction((tx) => retireKeysOfOthers(tx, { wrappedBy: fingerprint ?? '', now }));
}
