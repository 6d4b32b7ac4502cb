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
    values: {
      username: string;
      email: string | null;
      realname: string;
      comment: string;
      passwordHash: string;
      now: number;
    },
  ) =>
    db
      .insertInto('user')
      .values({
        username: values.username,
        email: values.email,
        realname: values.realname,
        comment: values.comment,
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
  input: {
    username: string;
    email: string | null;
    realname: string;
    comment?: string;
    passwordHash: string;
    now: number;
  },
): Promise<number | undefined> {
  return (await tx.first(add, { comment: '', ...input }))?.id;
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

/** The live account, locked on PostgreSQL; on SQLite writers take turns anyway. */
function locking(strength: 'forUpdate' | 'forKeyShare') {
  return prepare((db, values: { id: number }, dialect) => {
    const query = db
      .selectFrom('user')
      .select(['id', 'username', 'email', 'realname', 'comment'])
      .where('id', '=', values.id)
      .where('deleted_at', 'is', null);
    return dialect === 'postgres' ? query[strength]() : query;
  });
}

const lock = locking('forUpdate');

/** Whoever gives it something waits until the transaction ends. */
export async function lockUser(tx: Tx, id: number) {
  return tx.first(lock, { id });
}

const keep = locking('forKeyShare');

/** Kept from being deleted until the transaction ends. */
export async function keepUser(tx: Tx, id: number): Promise<{ username: string } | undefined> {
  return tx.first(keep, { id });
}

const updateProfile = prepare(
  (db, values: { id: number; email: string | null; realname: string; comment: string; now: number }) =>
    db
      .updateTable('user')
      .set({
        email: values.email,
        realname: values.realname,
        comment: values.comment,
        updated_at: values.now,
      })
      .where('id', '=', values.id),
);

export async function updateUserProfile(
  tx: Tx,
  input: { id: number; email: string | null; realname: string; comment: string; now: number },
): Promise<void> {
  await tx.run(updateProfile, input);
}

const rename = prepare((db, values: { id: number; username: string; now: number }) =>
  db
    .updateTable('user')
    .set({ username: values.username, updated_at: values.now })
    .where('id', '=', values.id),
);

export async function renameUser(
  tx: Tx,
  input: { id: number; username: string; now: number },
): Promise<void> {
  await tx.run(rename, input);
}

const replaceHash = prepare((db, values: { id: number; old: string; passwordHash: string }) =>
  db
    .updateTable('user')
    .set({ password_hash: values.passwordHash })
    .where('id', '=', values.id)
    .where('password_hash', '=', values.old),
);

/** Another hash of the same password: what was made with it goes on. Nothing when it has been changed meanwhile. */
export async function replacePasswordHash(
  tx: Tx,
  input: { id: number; old: string; passwordHash: string },
): Promise<void> {
  await tx.run(replaceHash, input);
}

const close = prepare((db, values: { id: number; now: number }) =>
  db
    .updateTable('user')
    .set((set) => ({
      password_hash: null,
      password_version: set('password_version', '+', 1),
      updated_at: values.now,
      deleted_at: values.now,
    }))
    .where('id', '=', values.id),
);

const removeGrants = prepare((db, values: { id: number }) =>
  db.deleteFrom('grant').where('principal_kind', '=', 'user').where('principal_id', '=', values.id),
);
const removeMemberships = prepare((db, values: { id: number }) =>
  db.deleteFrom('user_group_member').where('user_id', '=', values.id),
);
const removeTokens = prepare((db, values: { id: number }) =>
  db.deleteFrom('token').where('user_id', '=', values.id),
);

/** With all that let it do something; the row stays, for what the account has made and done. */
export async function closeUser(tx: Tx, input: { id: number; now: number }): Promise<void> {
  const { id } = input;
  await tx.run(close, input);
  for (const remove of [removeGrants, removeMemberships, removeTokens]) await tx.run(remove, { id });
  await endSessionsOf(tx, id);
}
