import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const insert = prepare(
  (db, values: { idHash: string; userId: number; passwordVersion: number; now: number; expiresAt: number }) =>
    db.insertInto('session').values({
      id_hash: values.idHash,
      user_id: values.userId,
      password_version: values.passwordVersion,
      created_at: values.now,
      expires_at: values.expiresAt,
    }),
);

export async function insertSession(
  tx: Tx,
  input: { idHash: string; userId: number; passwordVersion: number; now: number; expiresAt: number },
): Promise<void> {
  await tx.run(insert, input);
}

const renew = prepare((db, values: { idHash: string; expiresAt: number }) =>
  db
    .updateTable('session')
    .set({ expires_at: values.expiresAt })
    .where('id_hash', '=', values.idHash)
    .where('expires_at', '<', values.expiresAt),
);

export async function renewSession(tx: Tx, input: { idHash: string; expiresAt: number }): Promise<void> {
  await tx.run(renew, input);
}

const remove = prepare((db, values: { idHash: string }) =>
  db.deleteFrom('session').where('id_hash', '=', values.idHash).returning('user_id'),
);

/** Whose it was. */
export async function deleteSession(tx: Tx, idHash: string): Promise<number | undefined> {
  return (await tx.first(remove, { idHash }))?.user_id;
}

const removeEnded = prepare((db, values: { now: number }) =>
  db.deleteFrom('session').where('expires_at', '<=', values.now),
);

export async function deleteEndedSessions(tx: Tx, now: number): Promise<void> {
  await tx.run(removeEnded, { now });
}
