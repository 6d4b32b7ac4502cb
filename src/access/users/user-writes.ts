import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const insert = prepare(
  (
    db,
    values: {
      id: number;
      username: string;
      passwordHash: string | null;
      now: number;
      deletedAt: number | null;
    },
  ) =>
    db.insertInto('user').values({
      id: values.id,
      username: values.username,
      email: null,
      realname: '',
      password_hash: values.passwordHash,
      password_version: 1,
      created_at: values.now,
      updated_at: values.now,
      deleted_at: values.deletedAt,
    }),
);

/** With a given id; the sequence is raised by the caller (`raiseSequence`). */
export async function insertUser(
  tx: Tx,
  input: { id: number; username: string; passwordHash: string | null; now: number; deletedAt: number | null },
): Promise<void> {
  await tx.run(insert, input);
}

const setPassword = prepare((db, values: { id: number; passwordHash: string; now: number }) =>
  db
    .updateTable('user')
    .set((set) => ({
      password_hash: values.passwordHash,
      password_version: set('password_version', '+', 1),
      updated_at: values.now,
    }))
    .where('id', '=', values.id),
);

export async function setUserPassword(
  tx: Tx,
  input: { id: number; passwordHash: string; now: number },
): Promise<void> {
  await tx.run(setPassword, input);
}

const add = prepare(
  (
    db,
    values: { username: string; email: string | null; realname: string; passwordHash: string; now: number },
  ) =>
    db
      .insertInto('user')
      .values({
        username: values.username,
        email: values.email,
        realname: values.realname,
        password_hash: values.passwordHash,
        password_version: 1,
        created_at: values.now,
        updated_at: values.now,
        deleted_at: null,
      })
      .onConflict((conflict) => conflict.column('username').where('deleted_at', 'is', null).doNothing())
      .returning('id'),
);

/** Its id; undefined when a live account has the name. */
export async function addUser(
  tx: Tx,
  input: { username: string; email: string | null; realname: string; passwordHash: string; now: number },
): Promise<number | undefined> {
  return (await tx.first(add, input))?.id;
}

const setDisabled = prepare((db, values: { id: number; disabled: number; now: number }) =>
  db
    .updateTable('user')
    .set({ disabled: values.disabled, updated_at: values.now })
    .where('id', '=', values.id)
    .where('disabled', '<>', values.disabled),
);

/** False: it was so already. */
export async function setUserDisabled(
  tx: Tx,
  input: { id: number; disabled: boolean; now: number },
): Promise<boolean> {
  return (await tx.run(setDisabled, { ...input, disabled: input.disabled ? 1 : 0 })) > 0;
}

const clearPassword = prepare((db, values: { id: number; now: number }) =>
  db
    .updateTable('user')
    .set((set) => ({
      password_hash: null,
      password_version: set('password_version', '+', 1),
      updated_at: values.now,
    }))
    .where('id', '=', values.id),
);

/** It cannot sign in any more, and its tokens end. */
export async function clearUserPassword(tx: Tx, input: { id: number; now: number }): Promise<void> {
  await tx.run(clearPassword, input);
}

const endSessions = prepare((db, values: { userId: number }) =>
  db.deleteFrom('session').where('user_id', '=', values.userId),
);

/** Also those that would live on when the account is switched on again. */
export async function endSessionsOf(tx: Tx, userId: number): Promise<void> {
  await tx.run(endSessions, { userId });
}
