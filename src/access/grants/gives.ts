import { listAllows, parseBlockRole } from './access-list.ts';
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

/** What a robot may do to the system as a whole is nothing that it may do in projects. */
export function isAboutSystem({ role, permissions }: Grant): boolean {
  return typeof permissions === 'string' && parseBlockRole(role)?.kind === 'system';
}
