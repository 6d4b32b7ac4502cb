import { permissions, projectRoles, roleAllows, systemAdmin } from '../../access/grants/roles.ts';
import { dutyAllows, systemPermissions } from '../../access/grants/system-permissions.ts';
import { duties } from '../../access/roles/duties.ts';
import type { OwnRole } from '../../access/roles/role-reads.ts';

/**
 * What every registry has: Harbor's roles of projects, and those of the system. Of these the list is about the system;
 * that an auditor reads every project, and an administrator does everything in it, comes on top.
 */
export const builtInRoles: readonly OwnRole[] = [
  ...projectRoles.map(
    (name): OwnRole => ({
      name,
      level: 'project',
      permissions: permissions.filter((permission) => roleAllows(name, permission)),
    }),
  ),
  { name: systemAdmin, level: 'system', permissions: systemPermissions },
  ...duties.map(
    (name): OwnRole => ({
      name,
      level: 'system',
      permissions: systemPermissions.filter((permission) => dutyAllows(name, permission)),
    }),
  ),
];
