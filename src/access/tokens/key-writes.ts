import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const insert = prepare(
  (db, values: { purpose: string; wrapped: Uint8Array; wrappedBy: string; now: number }) =>
    db.insertInto('crypto_key').values({
      purpose: values.purpose,
      wrapped: values.wrapped,
      wrapped_by: values.wrappedBy,
      created_at: values.now,
      retired_at: null,
    }),
);

export async function insertKey(
  tx: Tx,
  input: { purpose: string; wrapped: Uint8Array; wrappedBy: string; now: number },
): Promise<void> {
  await tx.run(insert, input);
}

const retire = prepare((db, values: { id: number; now: number }) =>
  db
    .updateTable('crypto_key')
    .set({ retired_at: values.now })
    .where('id', '=', values.id)
    .where('retired_at', 'is', null),
);

export async function retireKey(tx: Tx, input: { id: number; now: number }): Promise<void> {
  await tx.run(retire, input);
}

const retireOthers = prepare((db, values: { wrappedBy: string; now: number }) =>
  db
    .updateTable('crypto_key')
    .set({ retired_at: values.now })
    .where('wrapped_by', '<>', values.wrappedBy)
    .where('retired_at', 'is', null),
);

/** Of other master keys than the one with this fingerprint. Returns how many. */
export function retireKeysOfOthers(tx: Tx, input: { wrappedBy: string; now: number }): Promise<number> {
  return tx.run(retireOthers, input);
}
