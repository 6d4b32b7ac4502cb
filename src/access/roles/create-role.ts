import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { OwnRole } from './role-reads.ts';
import { insertRole } from './role-writes.ts';

/**
 * Makes a role. What may be in it is known higher up, where rights are.
 * @throws AppError CONFLICT
 */
export async function createRole(
  deps: { readonly db: Database },
  input: OwnRole & { readonly actor: Actor },
): Promise<void> {
  const { name, level, actor } = input;
  const permissions = permissionsText(input.permissions);
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    if (!(await insertRole(tx, { name, level, permissions, now })))
      throw new AppError('CONFLICT', {
        message: `there is a role "${name}" already`,
        because: because('role exists', { name }),
      });
    await append(tx, {
      type: 'role.created',
      at: now,
      actor,
      projectId: null,
      object: name,
      data: { level, permissions },
    });
  });
}

/** As a role's permissions are stored: each once, in order. */
export function permissionsText(permissions: readonly string[]): string {
  return [...new Set(permissions)].toSorted().join(' ');
}
