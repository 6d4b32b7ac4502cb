/**
 * What can be done to the system as a whole, resource by action, in Harbor's words (harbor
 * `src/common/rbac/const.go`, system level). A `system-admin` may do all of it.
 */
const actions = {
  'audit-log': ['list'],
  catalog: ['read'],
  configuration: ['read', 'update'],
  label: ['create', 'read', 'update', 'delete'],
  project: ['create', 'list'],
  quota: ['read', 'list', 'update'],
  robot: ['create', 'read', 'update', 'delete', 'list'],
  'system-volumes': ['read'],
  user: ['create', 'read', 'update', 'delete', 'list'],
  'user-group': ['create', 'read', 'update', 'delete', 'list'],
} as const;

type Actions = typeof actions;
/** `resource:action`; not to be mixed up with a `Permission`, which is about a project. */
export type SystemPermission = { [R in keyof Actions]: `${R}:${Actions[R][number]}` }[keyof Actions];

export const systemPermissions: readonly SystemPermission[] = Object.entries(actions).flatMap(
  ([resource, names]) => names.map((action) => `${resource}:${action}` as SystemPermission),
);
