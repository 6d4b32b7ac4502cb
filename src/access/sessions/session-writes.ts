import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

type NewSession = {
  readonly idHash: string;
  readonly userId: number;
  readonly passwordVersion: number;
  readonly now: number;
  readonly expiresAt: number;
  readonly address: string;
  readonly client: string;
};

const insert = prepare((db, values: NewSession) =>
  db.insertInto('session').values({
    id_hash: values.idHash,
    user_id: values.userId,
    password_version: values.passwordVersion,
    created_at: values.now,
    expires_at: values.expiresAt,
    last_used_at: values.now,
    last_used_address: values.address,
    last_used_client: values.client,
  }),
);

export async function insertSession(tx: Tx, input: NewSession): Promise<void> {
  await tx.run(insert, { ...input });
}

type SessionUse = {
  readonly idHash: string;
  readonly expiresAt: number;
  readonly now: number;
  readonly address: string;
  readonly client: string;
};

const renew = prepare((db, values: SessionUse) =>
  db
    .updateTable('session')
    .set({
      expires_at: values.expiresAt,
      last_used_at: values.now,
      last_used_address: values.address,
      last_used_client: values.client,
    })
    .where('id_hash', '=', values.idHash)
    .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', values.now)])),
);

/** Nothing where it was used later than that. */
export async function renewSession(tx: Tx, input: SessionUse): Promise<void> {
  await tx.run(renew, { ...input });
}

const remove = prepare((db, values: { idHash: string }) =>
  db.deleteFrom('session').where('id_hash', '=', values.idHash).returning('user_id'),
);

/** Whose it was. */
export async function deleteSession(tx: Tx, idHash: string): Promise<number | undefined> {
  return (await tx.first(remove, { idHash }))?.user_id;
}

const removeOf = prepare((db, values: { userId: number; idHash: string }) =>
  db.deleteFrom('session').where('user_id', '=', values.userId).where('id_hash', '=', values.idHash),
);

/** False: the account has none of that hash. */
export async function deleteSessionOf(
  tx: Tx,
  of: { readonly userId: number; readonly idHash: string },
): Promise<boolean> {
  return (await tx.run(removeOf, { ...of })) > 0;
}

const removeOthers = prepare((db, values: { userId: number; kept: string }) =>
  db.deleteFrom('session').where('user_id', '=', values.userId).where('id_hash', '<>', values.kept),
);

/** @returns how many there were */
export function deleteOtherSessions(
  tx: Tx,
  of: { readonly userId: number; readonly kept: string },
): Promise<number> {
  return tx.run(removeOthers, { ...of });
}

const removeEnded = prepare((db, values: { now: number }) =>
  db.deleteFrom('session').where('expires_at', '<=', values.now),
);

export async function deleteEndedSessions(tx: Tx, now: number): Promise<void> {
  await tx.run(removeEnded, { now });
}
