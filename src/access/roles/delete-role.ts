import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { lockOwnRole, type RoleUse, usesOfRole } from './role-reads.ts';
import { removeRole } from './role-writes.ts';
import { noSuchRole } from './update-role.ts';

const maxNamed = 3;

/**
 * Deletes a role that nobody holds.
 * @throws AppError NOT_FOUND, CONFLICT
 */
export async function deleteRole(
  deps: { readonly db: Database },
  { name, actor }: { readonly name: string; readonly actor: Actor },
): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    // First: whoever is giving it has given it, or finds it gone.
    const role = await lockOwnRole(tx, name);
    if (role === undefined) throw noSuchRole(name);
    const uses = await usesOfRole(tx, { name, now, limit: maxNamed + 1 });
    if (uses.length > 0)
      throw new AppError('CONFLICT', {
        message: `the role "${name}" is held by ${uses.slice(0, maxNamed).map(textOf).join(', ')}${uses.length > maxNamed ? ' and more' : ''}`,
        detail: 'take it back first: berth access revoke',
      });
    await removeRole(tx, name);
    await append(tx, {
      type: 'role.deleted',
      at: now,
      actor,
      projectId: null,
      object: name,
      data: { permissions: role.permissions },
    });
  });
}

function textOf({ username, groupName, projectName, repositoryPattern }: RoleUse): string {
  const who = username ?? `the group ${groupName ?? ''}`;
  if (projectName === null) return `${who} on the system`;
  return `${who} in ${projectName}${repositoryPattern === null ? '' : `/${repositoryPattern}`}`;
}
