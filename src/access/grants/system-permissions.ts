import { type Duty, duties, isDuty, resourcesOfDuty } from '../roles/duties.ts';

/**
 * What can be done to the system as a whole, resource by action, in Harbor's words (harbor
 * `src/common/rbac/const.go`, system level). A `system-admin` may do all of it.
 */
const crudl = ['create', 'read', 'update', 'delete', 'list'] as const;

const actions = {
  'audit-log': ['list'],
  // Berth's own: which digests must not come back.
  'blocked-digest': ['list', 'delete'],
  catalog: ['read'],
  configuration: ['read', 'update'],
  // Berth's own: in Harbor it goes with the configuration.
  'cve-allowlist': ['update'],
  'garbage-collection': ['create', 'read', 'update', 'list', 'stop'],
  // Berth's own: which images run in which cluster.
  'in-use': ['list', 'update', 'delete'],
  'jobservice-monitor': ['list', 'stop'],
  label: ['create', 'read', 'update', 'delete'],
  'ldap-user': ['create', 'list'],
  'preheat-instance': crudl,
  project: ['create', 'list'],
  'purge-audit': ['create', 'read', 'update', 'list', 'stop'],
  quota: ['read', 'list', 'update'],
  registry: crudl,
  replication: ['create', 'read', 'list'],
  'replication-adapter': ['list'],
  'replication-policy': crudl,
  robot: crudl,
  // Berth's own. Which there are everybody may know who signs in.
  role: ['create', 'update', 'delete'],
  'scan-all': ['create', 'read', 'update', 'stop'],
  scanner: crudl,
  'security-hub': ['read', 'list'],
  'system-volumes': ['read'],
  // Berth's own: sees the whole trash, and removes what is in it for good.
  trash: ['purge'],
  user: crudl,
  'user-group': crudl,
} as const;

type Actions = typeof actions;
/** `resource:action`; not to be mixed up with a `Permission`, which is about a project. */
export type SystemPermission = { [R in keyof Actions]: `${R}:${Actions[R][number]}` }[keyof Actions];

export const systemPermissions: readonly SystemPermission[] = Object.entries(actions).flatMap(
  ([resource, names]) => names.map((action) => `${resource}:${action}` as SystemPermission),
);

const ofResources = (...resources: readonly string[]): SystemPermission[] =>
  systemPermissions.filter((permission) => resources.includes(permission.slice(0, permission.indexOf(':'))));

/** What comes with a duty on the system. None of them gives roles. */
const withDuty: Readonly<Record<Duty, ReadonlySet<SystemPermission>>> = {
  operator: new Set(ofResources(...resourcesOfDuty.operator)),
  'security-officer': new Set<SystemPermission>([
    ...ofResources(...resourcesOfDuty['security-officer']),
    'project:list',
    'robot:read',
    'robot:list',
    'user:read',
    'user:list',
    'user-group:read',
    'user-group:list',
  ]),
  auditor: new Set(systemPermissions.filter((permission) => /:(?:read|list)$/.test(permission))),
};

/** Whether a duty, given on the system, brings that. */
export function dutyAllows(role: string, permission: SystemPermission): boolean {
  return isDuty(role) && withDuty[role].has(permission);
}

/**
 * The role of the system that is enough and no more than that: to read, the auditor's, which changes nothing.
 * Undefined: only administrators may.
 */
export function weakestDutyFor(permission: SystemPermission): Duty | undefined {
  return duties.toReversed().find((duty) => dutyAllows(duty, permission));
}
