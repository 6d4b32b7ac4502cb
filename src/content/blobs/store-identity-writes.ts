import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

/** The same three values stand in the store's marker. */
export interface StoreIdentity {
  readonly storeId: string;
  readonly epoch: number;
  readonly nonce: string;
}

export interface StoredIdentity extends StoreIdentity {
  /** What the marker may hold instead, while a change of it is under way. */
  readonly nextNonce: string | null;
}

const read = prepare((db, _values: Record<string, never>) =>
  db
    .selectFrom('store_identity')
    .select(['store_id as storeId', 'epoch', 'nonce', 'next_nonce as nextNonce']),
);

export function findStoreIdentity(db: Queries): Promise<StoredIdentity | undefined> {
  return db.first(read, {});
}

const insert = prepare((db, values: { storeId: string; epoch: number; nonce: string }) =>
  db
    .insertInto('store_identity')
    .values({
      id: 1,
      store_id: values.storeId,
      epoch: values.epoch,
      nonce: values.nonce,
      next_nonce: values.nonce,
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

/** Until `confirmNonce` it counts as being made: its marker may not be there yet. */
export async function insertStoreIdentity(tx: Tx, identity: StoreIdentity): Promise<void> {
  await tx.run(insert, { ...identity });
}

const announce = prepare((db, values: { nonce: string }) =>
  db.updateTable('store_identity').set({ next_nonce: values.nonce }),
);

export async function announceNonce(tx: Tx, nonce: string): Promise<void> {
  await tx.run(announce, { nonce });
}

const confirm = prepare((db, values: { nonce: string }) =>
  db.updateTable('store_identity').set({ nonce: values.nonce, next_nonce: null }),
);

export async function confirmNonce(tx: Tx, nonce: string): Promise<void> {
  await tx.run(confirm, { nonce });
}

const raise = prepare((db, values: { epoch: number; nonce: string }) =>
  db
    .updateTable('store_identity')
    .set({ epoch: values.epoch, nonce: values.nonce, next_nonce: values.nonce }),
);

/** As `insertStoreIdentity`: the marker is still to follow. */
export async function raiseEpoch(tx: Tx, to: { epoch: number; nonce: string }): Promise<void> {
  await tx.run(raise, to);
}
