import { type Permission, permissions } from './roles.ts';
import { type SystemPermission, systemPermissions } from './system-permissions.ts';

/** What robots cannot hold in projects, which roles can (harbor `src/common/rbac/const.go`, `PoliciesMap`). */
const notInProjects: readonly Permission[] = [
  'configuration:read',
  'configuration:update',
  'export-cve:list',
  'repository:create',
  'robot:update',
  'security-policy:update',
  'tag-retention:operate',
];

const notOnSystem: readonly SystemPermission[] = [
  'blocked-digest:list',
  'blocked-digest:delete',
  'configuration:read',
  'configuration:update',
  'cve-allowlist:update',
  'in-use:list',
  'in-use:delete',
  'robot:update',
  'role:create',
  'role:update',
  'role:delete',
  'trash:purge',
];

/** Harbor's 70 permissions that a robot can hold in a project, its 70 that one can hold on the system, and Berth's own `in-use:update`. */
export const robotPermissions = {
  project: permissions.filter((permission) => !notInProjects.includes(permission)),
  system: systemPermissions.filter((permission) => !notOnSystem.includes(permission)),
} as const;

const inProjects: ReadonlySet<string> = new Set(robotPermissions.project);
const onSystem: ReadonlySet<string> = new Set(robotPermissions.system);

export function isRobotProjectPermission(text: string): text is Permission {
  return inProjects.has(text);
}

export function isRobotSystemPermission(text: string): text is SystemPermission {
  return onSystem.has(text);
}
