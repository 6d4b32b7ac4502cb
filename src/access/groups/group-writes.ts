import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { Group } from './require-group-name.ts';

const add = prepare((db, values: { name: string; type: number; now: number }) =>
  db
    .insertInto('user_group')
    .values({ name: values.name, type: values.type, created_at: values.now, updated_at: values.now })
    .onConflict((conflict) => conflict.columns(['name', 'type']).doNothing())
    .returning('id'),
);

/** Its id; undefined when a group of that type has the name. */
export async function addGroup(
  tx: Tx,
  input: { name: string; type: number; now: number },
): Promise<number | undefined> {
  return (await tx.first(add, input))?.id;
}

/** On PostgreSQL locked; on SQLite writers take turns anyway. */
function locking(strength: 'forUpdate' | 'forKeyShare') {
  return prepare((db, values: { id: number }, dialect) => {
    const query = db.selectFrom('user_group').select(['id', 'name', 'type']).where('id', '=', values.id);
    return dialect === 'postgres' ? query[strength]() : query;
  });
}

const lock = locking('forUpdate');

/** Whoever gives it something waits until the transaction ends. */
export function lockGroup(tx: Tx, id: number): Promise<Group | undefined> {
  return tx.first(lock, { id });
}

const keep = locking('forKeyShare');

/** Kept from being deleted until the transaction ends. */
export function keepGroup(tx: Tx, id: number): Promise<Group | undefined> {
  return tx.first(keep, { id });
}

const taken = prepare((db, values: { name: string; type: number; id: number }) =>
  db
    .selectFrom('user_group')
    .select('id')
    .where('name', '=', values.name)
    .where('type', '=', values.type)
    .where('id', '<>', values.id),
);

const rename = prepare((db, values: { id: number; name: string; now: number }) =>
  db.updateTable('user_group').set({ name: values.name, updated_at: values.now }).where('id', '=', values.id),
);

/** False: another group of that type has the name. */
export async function renameGroupRow(tx: Tx, group: Group, now: number): Promise<boolean> {
  const { id, name, type } = group;
  if ((await tx.first(taken, { id, name, type })) !== undefined) return false;
  await tx.run(rename, { id, name, now });
  return true;
}

const removeGrants = prepare((db, values: { id: number }) =>
  db.deleteFrom('grant').where('principal_kind', '=', 'group').where('principal_id', '=', values.id),
);
const remove = prepare((db, values: { id: number }) =>
  db.deleteFrom('user_group').where('id', '=', values.id),
);

/** With its roles; who was in it goes with the row. */
export async function removeGroup(tx: Tx, id: number): Promise<void> {
  await tx.run(removeGrants, { id });
  await tx.run(remove, { id });
}

type Membership = { readonly groupId: number; readonly userId: number; readonly source: string };

const join = prepare((db, values: Membership & { now: number }) =>
  db
    .insertInto('user_group_member')
    .values({
      group_id: values.groupId,
      user_id: values.userId,
      source: values.source,
      created_at: values.now,
    })
    .onConflict((conflict) => conflict.columns(['group_id', 'user_id', 'source']).doNothing()),
);

/** False: it was in it already, by that source. */
export async function addMembership(tx: Tx, input: Membership & { readonly now: number }): Promise<boolean> {
  return (await tx.run(join, { ...input })) > 0;
}

const leave = prepare((db, values: Membership) =>
  db
    .deleteFrom('user_group_member')
    .where('group_id', '=', values.groupId)
    .where('user_id', '=', values.userId)
    .where('source', '=', values.source),
);

/** False: there was none of that source. */
export async function removeMembership(tx: Tx, input: Membership): Promise<boolean> {
  return (await tx.run(leave, { ...input })) > 0;
}

const member = prepare((db, values: { id: number }, dialect) => {
  const query = db
    .selectFrom('user')
    .select('username')
    .where('id', '=', values.id)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forKeyShare() : query;
});

/** The name of a live account, kept from being deleted until the transaction ends. */
export async function keepMemberName(tx: Tx, userId: number): Promise<string | undefined> {
  return (await tx.first(member, { id: userId }))?.username;
}
