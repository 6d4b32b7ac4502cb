import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { keepOwnRole } from './role-reads.ts';

/**
 * Before a role of the registry's own is given: it is there, stays until the transaction ends, and is for that place.
 * @throws AppError NOT_FOUND, BAD_REQUEST
 */
export async function requireOwnRole(tx: Tx, name: string, level: 'system' | 'project'): Promise<void> {
  const role = await keepOwnRole(tx, name);
  if (role === undefined)
    throw new AppError('NOT_FOUND', { message: `there is no role "${name.slice(0, 64)}"` });
  if (role.level === level) return;
  const place = role.level === 'system' ? 'the system, not in projects' : 'projects, not on the system';
  throw new AppError('BAD_REQUEST', { message: `the role "${name}" is for ${place}` });
}
