import { type Duty, isDuty } from '../roles/duties.ts';

/**
 * Harbor's five project roles (harbor `src/common/rbac/project/rbac_role.go`), resource by action. A projectAdmin,
 * M maintainer, D developer, G guest, L limitedGuest, P everybody in a public project, signed in or not.
 */
const matrix = {
  project: { read: 'AMDGLP', update: 'A', delete: 'A' },
  accessory: { list: 'AMDGLP' },
  artifact: { create: 'AMD', read: 'AMDGLP', delete: 'AM', list: 'AMDGLP' },
  'artifact-addition': { read: 'AMDGLP' },
  'artifact-label': { create: 'AMD', delete: 'AMD' },
  configuration: { read: 'AMDGL', update: 'A' },
  'export-cve': { create: 'AMD', read: 'AMD', list: 'AMD' },
  'immutable-tag': { create: 'AM', update: 'AM', delete: 'AM', list: 'AM' },
  label: { create: 'AM', read: 'AMDGP', update: 'AM', delete: 'AM', list: 'AMDGP' },
  log: { list: 'A' },
  member: { create: 'A', read: 'AMDG', update: 'A', delete: 'A', list: 'AMDG' },
  // In Harbor nobody may list what maintainers may read key by key.
  metadata: { create: 'A', read: 'AM', update: 'A', delete: 'A', list: 'AM' },
  'notification-policy': { create: 'A', read: 'AM', update: 'A', delete: 'A', list: 'AM' },
  'preheat-policy': { create: 'A', read: 'A', update: 'A', delete: 'A', list: 'A' },
  quota: { read: 'AMDGL' },
  repository: {
    create: 'AMD',
    read: 'AMDGL',
    update: 'AMD',
    delete: 'AM',
    list: 'AMDGLP',
    pull: 'AMDGLP',
    push: 'AMD',
  },
  robot: { create: 'A', read: 'AMDG', update: 'A', delete: 'A', list: 'AMDG' },
  sbom: { create: 'AM', read: 'AMDGL', stop: 'AM' },
  scan: { create: 'AM', read: 'AMDGLP', stop: 'AM' },
  scanner: { create: 'A', read: 'AMDGLP' },
  // Berth's own: a part of what updating the project brings, for whom the rest of it is none of their duty.
  'security-policy': { update: 'A' },
  tag: { create: 'AMD', delete: 'AM', list: 'AMDGLP' },
  'tag-retention': {
    create: 'AMD',
    read: 'AMD',
    update: 'AMD',
    delete: 'AMD',
    list: 'AMD',
    operate: 'AMD',
  },
} as const;

type Matrix = typeof matrix;
/** `resource:action`, in Harbor's words. */
export type Permission = {
  [R in keyof Matrix]: `${R}:${keyof Matrix[R] & string}`;
}[keyof Matrix];

const letters = {
  projectAdmin: 'A',
  maintainer: 'M',
  developer: 'D',
  guest: 'G',
  limitedGuest: 'L',
} as const;

export type ProjectRole = keyof typeof letters;

/** Harbor's numbers of the roles. */
export const roleIds: Readonly<Record<ProjectRole, number>> = {
  projectAdmin: 1,
  developer: 2,
  guest: 3,
  maintainer: 4,
  limitedGuest: 5,
};

/** From the strongest to the weakest. */
export const projectRoles = Object.keys(letters) as readonly ProjectRole[];

/** May do everything everywhere. */
export const systemAdmin = 'system-admin';

export type RoleName = ProjectRole | typeof systemAdmin | Duty;

export const permissions: readonly Permission[] = Object.entries(matrix).flatMap(([resource, actions]) =>
  Object.keys(actions).map((action) => `${resource}:${action}` as Permission),
);

const holdersOf = new Map<Permission, string>(
  Object.entries(matrix).flatMap(([resource, actions]) =>
    Object.entries(actions).map(([action, holders]: [string, string]): [Permission, string] => [
      `${resource}:${action}` as Permission,
      holders,
    ]),
  ),
);

function isHeldBy(letter: string, permission: Permission): boolean {
  return holdersOf.get(permission)?.includes(letter) === true;
}

/** What comes with a duty in every project. An operator has nothing to do in them. */
const inEveryProject: Readonly<Record<Duty, ReadonlySet<Permission>>> = {
  operator: new Set(),
  'security-officer': new Set([
    'project:read',
    'configuration:read',
    'immutable-tag:create',
    'immutable-tag:update',
    'immutable-tag:delete',
    'immutable-tag:list',
    'member:read',
    'member:list',
    'metadata:read',
    'metadata:list',
    'robot:read',
    'robot:list',
    'scanner:create',
    'scanner:read',
    'security-policy:update',
  ]),
  auditor: new Set(permissions.filter((permission) => /:(?:read|list|pull)$/.test(permission))),
};

/** What anybody may do in a public project. */
export function isPublic(permission: Permission): boolean {
  return isHeldBy('P', permission);
}

export function roleAllows(role: string, permission: Permission): boolean {
  if (role === systemAdmin) return true;
  if (isDuty(role)) return inEveryProject[role].has(permission);
  return isProjectRole(role) && isHeldBy(letters[role], permission);
}

/** Whether a role lets its holder see what it is given on. */
export function showsProjects(role: string): boolean {
  return !isDuty(role) || inEveryProject[role].size > 0;
}

export function isProjectRole(role: string): role is ProjectRole {
  return Object.hasOwn(letters, role);
}

/** The weakest role that is enough. */
export function weakestRoleFor(permission: Permission): RoleName {
  return projectRoles.findLast((role) => roleAllows(role, permission)) ?? systemAdmin;
}

const contentResources: readonly string[] = [
  'accessory',
  'artifact',
  'artifact-addition',
  'artifact-label',
  'repository',
  'sbom',
  'scan',
  'tag',
];

/** What a grant on some repositories of a project can confer: what is done with their content. */
export function isAboutContent(permission: Permission): boolean {
  return contentResources.includes(permission.slice(0, permission.indexOf(':')));
}
