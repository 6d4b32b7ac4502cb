import { randomUUID } from 'node:crypto';
import { StartProblem } from '../../lib/start-problem.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import { layoutRoot, storeMarkerKey } from '../../platform/blobstore/layout.ts';
import type { Database } from '../../platform/db/database.ts';
import {
  announceNonce,
  confirmNonce,
  findStoreIdentity,
  insertStoreIdentity,
  type StoredIdentity,
  type StoreIdentity,
} from './store-identity-writes.ts';

export interface IdentityDeps {
  readonly db: Database;
  readonly store: BlobStore;
}

const firstEpoch = 1;

/** What is said of the store in problems: its folder or address. */
export type StoreName = string;

/**
 * Whether a database without an identity may take this store: it must be empty.
 * @throws StartProblem storeOfAnother, storeUnmarked
 */
export async function refuseForeignStore(store: BlobStore, name: StoreName): Promise<void> {
  await refuseMarkedStore(store, name);
  if (await holdsRegistry(store)) throw new StartProblem('storeUnmarked', { storage: name });
}

/** @throws StartProblem storeOfAnother */
export async function refuseMarkedStore(store: BlobStore, name: StoreName): Promise<void> {
  if ((await store.get(storeMarkerKey)) !== undefined)
    throw new StartProblem('storeOfAnother', { storage: name });
}

/**
 * Binds the database to its store, or checks that it is the one it is bound to. An empty database on a full store,
 * an old copy of the database, and a mount that is not there are noticed here, before anything is written.
 * @param alone no other instance of this database lives; then a new nonce makes copies of the database noticeable
 * @throws StartProblem storeOfAnother, storeUnmarked, storeMarkerMissing
 */
export async function claimStore(deps: IdentityDeps, name: StoreName, alone: boolean): Promise<void> {
  const known = await findStoreIdentity(deps.db.reader);
  if (known === undefined) {
    await refuseForeignStore(deps.store, name);
    await deps.db.transaction((tx) =>
      insertStoreIdentity(tx, { storeId: randomUUID(), epoch: firstEpoch, nonce: randomUUID() }),
    );
    await claimStore(deps, name, alone);
    return;
  }
  const marker = await readStoreMarker(deps.store, name);
  if (marker === undefined) {
    await finishMaking(deps, known, name);
    return;
  }
  if (isRestored(known, marker)) {
    await finishRestoring(deps, known);
    return;
  }
  if (!matches(marker, known)) throw new StartProblem('storeOfAnother', { storage: name });
  if (alone) await changeNonce(deps, marker);
}

/**
 * Whether the store holds a registry's content without a marker, and the database has none other: it knows of no store,
 * or died when it was about to mark this one.
 * @throws StartProblem storeMarkerDamaged
 */
export async function isUnmarked(deps: IdentityDeps, name: StoreName): Promise<boolean> {
  if ((await readStoreMarker(deps.store, name)) !== undefined) return false;
  const known = await findStoreIdentity(deps.db.reader);
  return (known === undefined || isBeginning(known)) && (await holdsRegistry(deps.store));
}

/**
 * Makes a store of which `isUnmarked` was true the database's. Behind all that was taken over from it: until then a
 * server does not start on the two.
 * @throws StartProblem storeOfAnother when somebody else has marked it since
 */
export async function markStore(deps: IdentityDeps, name: StoreName): Promise<void> {
  await deps.db.transaction((tx) =>
    insertStoreIdentity(tx, { storeId: randomUUID(), epoch: firstEpoch, nonce: randomUUID() }),
  );
  const known = await findStoreIdentity(deps.db.reader);
  if (known === undefined || !(await deps.store.putNew(storeMarkerKey, markerBytes(known))))
    throw new StartProblem('storeOfAnother', { storage: name });
}

/** Whether the store's marker is the database's, right now. */
export async function storeMatches(deps: IdentityDeps): Promise<boolean> {
  const [known, marker] = await Promise.all([
    findStoreIdentity(deps.db.reader),
    readStoreMarker(deps.store, ''),
  ]);
  return known !== undefined && marker !== undefined && matches(marker, known);
}

/**
 * A start that died between the row and the marker is taken up again. A later epoch had a marker before it: that one is
 * gone, with its mount perhaps.
 */
async function finishMaking(deps: IdentityDeps, known: StoredIdentity, name: StoreName): Promise<void> {
  if (!isBeginning(known) || (await holdsRegistry(deps.store))) {
    throw new StartProblem('storeMarkerMissing', { storage: name });
  }
  if (!(await deps.store.putNew(storeMarkerKey, markerBytes(known)))) {
    // Somebody marked it since it was looked at: an instance of this database, or another one.
    await claimStore(deps, name, false);
    return;
  }
  await deps.db.transaction((tx) => confirmNonce(tx, known.nonce));
}

function isBeginning(known: StoredIdentity): boolean {
  return known.epoch === firstEpoch && known.nextNonce === known.nonce;
}

/** A restored database has a later epoch than its store, until the first start on it writes that to the marker. */
function isRestored(known: StoredIdentity, marker: StoreIdentity): boolean {
  return known.nextNonce === known.nonce && known.storeId === marker.storeId && known.epoch > marker.epoch;
}

/** From here on the store refuses every older state of the database. */
async function finishRestoring(deps: IdentityDeps, known: StoredIdentity): Promise<void> {
  await deps.store.put(storeMarkerKey, markerBytes(known));
  await deps.db.transaction((tx) => confirmNonce(tx, known.nonce));
}

/**
 * Takes back what `claimStore` did to an empty store, for a first start that came to nothing. Another database's
 * marker stays.
 */
export async function unclaimStore(deps: IdentityDeps): Promise<void> {
  if (await storeMatches(deps)) await deps.store.delete(storeMarkerKey);
}

/** Announced, written, confirmed: wherever it dies, the marker holds one of the two that the row allows. */
async function changeNonce(deps: IdentityDeps, marker: StoreIdentity): Promise<void> {
  const nonce = randomUUID();
  await deps.db.transaction(async (tx) => {
    await confirmNonce(tx, marker.nonce);
    await announceNonce(tx, nonce);
  });
  await deps.store.put(storeMarkerKey, markerBytes({ ...marker, nonce }));
  await deps.db.transaction((tx) => confirmNonce(tx, nonce));
}

export function matches(marker: StoreIdentity, known: StoredIdentity): boolean {
  return (
    marker.storeId === known.storeId &&
    marker.epoch === known.epoch &&
    (marker.nonce === known.nonce || marker.nonce === known.nextNonce)
  );
}

/** @throws StartProblem storeMarkerDamaged */
export async function readStoreMarker(store: BlobStore, name: StoreName): Promise<StoreIdentity | undefined> {
  const bytes = await store.get(storeMarkerKey);
  if (bytes === undefined) return undefined;
  const marker = parseMarker(Buffer.from(bytes).toString('utf8'));
  if (marker === undefined) throw new StartProblem('storeMarkerDamaged', { storage: name });
  return marker;
}

function parseMarker(text: string): StoreIdentity | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { store_id: storeId, epoch, nonce } = (json ?? {}) as Record<string, unknown>;
  const whole = typeof storeId === 'string' && typeof epoch === 'number' && typeof nonce === 'string';
  return whole ? { storeId, epoch, nonce } : undefined;
}

function markerBytes({ storeId, epoch, nonce }: StoreIdentity): Buffer {
  return Buffer.from(`${JSON.stringify({ store_id: storeId, epoch, nonce }, null, 2)}\n`);
}

export async function holdsRegistry(store: BlobStore): Promise<boolean> {
  for await (const object of store.list(layoutRoot)) return object.key !== '';
  return false;
}
