import { randomUUID } from 'node:crypto';
import { StartProblem } from '../../lib/start-problem.ts';
import type { Database } from '../../platform/db/database.ts';
import { beginEpoch } from './begin-epoch.ts';
import { holdsRegistry, type IdentityDeps, matches, readStoreMarker, type StoreName } from './claim-store.ts';
import { findStoreIdentity, raiseEpoch, type StoreIdentity } from './store-identity-writes.ts';

/**
 * How a database stands to a store: it is the store's; it is an older state of the store's, such as a copy that was put
 * back; or it knows of no store, and the store has lost its own.
 */
export type StoreState = 'bound' | 'older' | 'lost';

/** Undefined: it is no registry's yet, or was lost. */
export function identityOf(db: Database): Promise<StoreIdentity | undefined> {
  return findStoreIdentity(db.reader);
}

export async function knowsStore(db: Database): Promise<boolean> {
  return (await identityOf(db)) !== undefined;
}

/** @throws StartProblem storeOfAnother, storeMarkerMissing, storeUnmarked */
export async function compareWithStore(deps: IdentityDeps, name: StoreName): Promise<StoreState> {
  const known = await findStoreIdentity(deps.db.reader);
  const marker = await readStoreMarker(deps.store, name);
  if (marker === undefined) {
    const unmarked = known === undefined && (await holdsRegistry(deps.store));
    throw new StartProblem(unmarked ? 'storeUnmarked' : 'storeMarkerMissing', { storage: name });
  }
  if (known === undefined) return 'lost';
  if (known.storeId !== marker.storeId) throw new StartProblem('storeOfAnother', { storage: name });
  return matches(marker, known) ? 'bound' : 'older';
}

/**
 * Makes the database the store's, with a later epoch than either has seen: `claimStore` writes it to the marker, and from
 * then on the store refuses every other database, also one that is being served at the moment.
 */
export async function takeOverStore(deps: IdentityDeps, name: StoreName): Promise<void> {
  const { db, store } = deps;
  const known = await findStoreIdentity(db.reader);
  const marker = await readStoreMarker(store, name);
  if (marker === undefined) throw new StartProblem('storeMarkerMissing', { storage: name });
  const epoch = Math.max(known?.epoch ?? 0, marker.epoch) + 1;
  if (known === undefined) await beginEpoch(db, { storeId: marker.storeId, epoch });
  else await db.transaction((tx) => raiseEpoch(tx, { epoch, nonce: randomUUID() }));
}
