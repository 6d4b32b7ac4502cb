import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { permissionsText } from './create-role.ts';
import { requireSeparateDuties } from './require-separate-duties.ts';
import { lockOwnRole } from './role-reads.ts';
import { setRolePermissions } from './role-writes.ts';

/**
 * Puts other permissions in the place of a role's. Whoever holds it has them from now on, on every instance.
 * @param parse what was sent, as permissions of a role of that level
 * @throws AppError NOT_FOUND, CONFLICT where duties are separated, and what `parse` throws
 */
export async function updateRole(
  deps: { readonly db: Database },
  input: {
    readonly name: string;
    readonly parse: (level: 'system' | 'project') => readonly string[];
    readonly actor: Actor;
  },
): Promise<void> {
  const { name, parse, actor } = input;
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const role = await lockOwnRole(tx, name);
    if (role === undefined) throw noSuchRole(name);
    const permissions = permissionsText(parse(role.level));
    if (permissions === role.permissions) return;
    await setRolePermissions(tx, { name, permissions, now });
    if (role.level === 'system') await requireSeparateDuties(tx, { kind: 'everybody' }, now);
    await append(tx, {
      type: 'role.updated',
      at: now,
      actor,
      projectId: null,
      object: name,
      data: { permissionsBefore: role.permissions, permissions },
    });
  });
}

export function noSuchRole(name: string): AppError {
  return new AppError('NOT_FOUND', { message: `role "${name.slice(0, 64)}" not found` });
}
