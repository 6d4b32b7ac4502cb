import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';
import { listOwnRoles } from '../roles/role-reads.ts';
import type { NamedHolder } from './find-holder.ts';
import { type GrantRoleInput, grantRole, type RoleInput, revokeRole } from './grant-role.ts';
import { grantSystemAdmin, revokeSystemAdmin } from './grant-system-admin.ts';
import { grantSystemRole, revokeSystemRole } from './grant-system-role.ts';
import type { Granted } from './grant-writes.ts';
import { kindOfRights } from './written/kind-of-rights.ts';

interface Deps {
  readonly db: Database;
}

/**
 * Gives whatever can be given: a role in projects, actions, a role of the system, or its administration.
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT where duties are separated
 */
export async function giveRights(deps: Deps, input: GrantRoleInput): Promise<Granted> {
  const { role, actor, expiresAt } = input;
  const kind = kindOfRights(role, await listOwnRoles(deps.db.reader));
  if (kind === 'in projects') return grantRole(deps, input);
  const holder = requireOnSystem(input);
  if (kind === 'on system') return grantSystemRole(deps, { holder, role, actor, expiresAt });
  if (expiresAt !== undefined)
    throw new AppError('BAD_REQUEST', {
      message: 'a system administrator stays one until the role is revoked',
    });
  return grantSystemAdmin(deps, { username: requireAccount(input, holder), actor });
}

/**
 * Takes back exactly that, at exactly that place.
 * @throws AppError BAD_REQUEST, NOT_FOUND, LAST_ADMIN
 */
export async function takeRights(deps: Deps, input: RoleInput): Promise<void> {
  const { role, actor } = input;
  const kind = kindOfRights(role, await listOwnRoles(deps.db.reader));
  if (kind === 'in projects') return revokeRole(deps, input);
  const holder = requireOnSystem(input);
  if (kind === 'on system') return revokeSystemRole(deps, { holder, role, actor });
  return revokeSystemAdmin(deps, { username: requireAccount(input, holder), actor });
}

function requireOnSystem({ holder, role, projectId, repositoryPattern, tagPattern }: RoleInput): NamedHolder {
  if (holder.kind === 'robot')
    throw new AppError('BAD_REQUEST', {
      message: `${role} is a role of people, and ${holder.name} is a robot account`,
    });
  if (projectId !== null || repositoryPattern !== undefined || tagPattern !== undefined)
    throw new AppError('BAD_REQUEST', {
      message: `${role} is a role on everything: name no project and no tags`,
    });
  return holder;
}

function requireAccount({ role }: RoleInput, { kind, name }: NamedHolder): string {
  if (kind === 'user') return name;
  throw new AppError('BAD_REQUEST', { message: `${role} is a role of accounts, not of groups or robots` });
}
