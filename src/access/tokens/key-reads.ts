import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface WrappedKey {
  readonly id: number;
  readonly wrapped: Uint8Array;
  /** Fingerprint of the master key. */
  readonly wrappedBy: string;
  readonly createdAt: number;
}

const inUse = prepare((db, values: { purpose: string }) =>
  db
    .selectFrom('crypto_key')
    .select(['id', 'wrapped', 'wrapped_by as wrappedBy', 'created_at as createdAt'])
    .where('purpose', '=', values.purpose)
    .where('retired_at', 'is', null)
    .orderBy('id'),
);

/** The oldest first. */
export function keysInUse(db: Queries, purpose: string): Promise<WrappedKey[]> {
  return db.all(inUse, { purpose });
}

const wrappers = prepare((db) =>
  db.selectFrom('crypto_key').select('wrapped_by').where('retired_at', 'is', null).distinct(),
);

/** Fingerprints of the master keys that something in the database needs. */
export async function masterKeysNeeded(db: Queries): Promise<string[]> {
  return (await db.all(wrappers, {})).map((row) => row.wrapped_by);
}
