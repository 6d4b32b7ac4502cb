/** What can be done with a repository's content. */
export const repositoryActions = ['pull', 'push', 'delete'] as const;
export type RepositoryAction = (typeof repositoryActions)[number];

/** A role is a set of actions; a grant gives a role to somebody somewhere. */
export const roles = {
  'system-admin': repositoryActions,
} as const satisfies Record<string, readonly RepositoryAction[]>;

export type RoleName = keyof typeof roles;

/** What anybody may do in a public project, signed in or not. */
export const publicActions: readonly RepositoryAction[] = ['pull'];

export function roleAllows(role: string, action: RepositoryAction): boolean {
  return Object.hasOwn(roles, role) && roles[role as RoleName].includes(action);
}
