import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/db/database.ts';
import { insertStoreIdentity } from './store-identity-writes.ts';

/**
 * Gives a database that was restored, and has no identity yet, that of its store. The epoch has to be later than any
 * that the store has seen; `claimStore` writes it to the marker, and from then on the store refuses older states.
 */
export async function beginEpoch(
  db: Database,
  { storeId, epoch }: { readonly storeId: string; readonly epoch: number },
): Promise<void> {
  await db.transaction((tx) => insertStoreIdentity(tx, { storeId, epoch, nonce: randomUUID() }));
}
