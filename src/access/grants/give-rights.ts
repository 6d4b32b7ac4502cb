import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { type Granted, type GrantRoleInput, grantRole, type RoleInput, revokeRole } from './grant-role.ts';
import { grantSystemAdmin, revokeSystemAdmin } from './grant-system-admin.ts';
import { systemAdmin } from './roles.ts';

interface Deps {
  readonly db: Database;
}

/**
 * Gives whatever can be given: a role, actions, or the administration of the system.
 * @throws AppError BAD_REQUEST, NOT_FOUND
 */
export async function giveRights(deps: Deps, input: GrantRoleInput): Promise<Granted> {
  if (input.role !== systemAdmin) return grantRole(deps, input);
  requireWholeSystem(input);
  if (input.expiresAt !== undefined)
    throw new AppError('BAD_REQUEST', {
      message: 'a system administrator stays one until the role is revoked',
    });
  return grantSystemAdmin(deps, { username: input.holder.name, actor: input.actor });
}

/**
 * Takes back exactly that, at exactly that place.
 * @throws AppError BAD_REQUEST, NOT_FOUND, LAST_ADMIN
 */
export async function takeRights(deps: Deps, input: RoleInput): Promise<void> {
  if (input.role !== systemAdmin) return revokeRole(deps, input);
  requireWholeSystem(input);
  return revokeSystemAdmin(deps, { username: input.holder.name, actor: input.actor });
}

function requireWholeSystem({ holder, role, projectId, tagPattern }: RoleInput): void {
  if (holder.kind !== 'user')
    throw new AppError('BAD_REQUEST', { message: `${role} is a role of accounts, not of groups or robots` });
  if (projectId !== null || tagPattern !== undefined)
    throw new AppError('BAD_REQUEST', {
      message: `${role} is a role on everything: name no project and no tags`,
    });
}
