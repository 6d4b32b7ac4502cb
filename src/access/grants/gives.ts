import { listAllows, parseBlockRole, systemMark } from './access-list.ts';
import { actionsAllow } from './actions.ts';
import type { Grant } from './grant-reads.ts';
import { type Permission, roleAllows } from './roles.ts';

/** Whether this grant is about that right, wherever and for whatever tags. */
export function gives(grant: Grant, permission: Permission): boolean {
  const { role, permissions } = grant;
  if (typeof permissions !== 'string') return roleAllows(role, permission) || actionsAllow(role, permission);
  if (isAboutSystem(grant)) return false;
  if (listAllows(permissions, permission)) return true;
  // Harbor's rule for the robots of projects.
  return (
    permission === 'repository:pull' &&
    parseBlockRole(role)?.kind === 'own' &&
    listAllows(permissions, 'repository:push')
  );
}

/** What may be done to the system as a whole, by a robot or a role of the registry's own, is nothing in projects. */
export function isAboutSystem({ role, permissions }: Pick<Grant, 'role' | 'permissions'>): boolean {
  if (typeof permissions !== 'string') return false;
  return permissions.startsWith(systemMark) || parseBlockRole(role)?.kind === 'system';
}
