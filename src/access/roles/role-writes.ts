import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

type NewRole = {
  readonly name: string;
  readonly level: 'system' | 'project';
  readonly permissions: string;
  readonly now: number;
};

const insert = prepare((db, values: NewRole) =>
  db
    .insertInto('role')
    .values({
      name: values.name,
      level: values.level,
      permissions: values.permissions,
      created_at: values.now,
      updated_at: values.now,
    })
    .onConflict((conflict) => conflict.column('name').doNothing()),
);

/** False: there is one of that name. */
export async function insertRole(tx: Tx, role: NewRole): Promise<boolean> {
  return (await tx.run(insert, role)) > 0;
}

const update = prepare((db, values: { name: string; permissions: string; now: number }) =>
  db
    .updateTable('role')
    .set({ permissions: values.permissions, updated_at: values.now })
    .where('name', '=', values.name),
);

export async function setRolePermissions(
  tx: Tx,
  input: { name: string; permissions: string; now: number },
): Promise<void> {
  await tx.run(update, input);
}

const removeGrants = prepare((db, values: { name: string }) =>
  db.deleteFrom('grant').where('role', '=', values.name),
);
const remove = prepare((db, values: { name: string }) =>
  db.deleteFrom('role').where('name', '=', values.name),
);

/** With the grants of it, which have all ended. */
export async function removeRole(tx: Tx, name: string): Promise<void> {
  await tx.run(removeGrants, { name });
  await tx.run(remove, { name });
}
