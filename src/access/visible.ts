import { confers, isValid } from './authorize.ts';
import type { Grant } from './grants/grant-reads.ts';
import { parseRepositoryPattern, type RepositoryPattern } from './grants/repository-pattern.ts';
import { isPublic, type Permission } from './grants/roles.ts';

/** Where somebody may do something: what `can` says one by one, as a set that a query can be joined with. */
export type Visible =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'some';
      /** Public projects belong to it. */
      readonly public: boolean;
      readonly projectIds: readonly number[];
      readonly names: readonly { readonly projectId: number; readonly pattern: RepositoryPattern }[];
    };

/** The twin of `can` for lists, counts and searches; a property test holds the two together. */
export function visibleTo(grants: readonly Grant[], permission: Permission, now: number): Visible {
  const giving = grants.filter((grant) => isValid(grant, now) && confers(grant, permission, undefined));
  if (giving.some((grant) => grant.scope === 'system')) return { kind: 'all' };
  const projectIds = new Set<number>();
  const names: { projectId: number; pattern: RepositoryPattern }[] = [];
  for (const { scope, projectId, repositoryPattern } of giving) {
    if (projectId === null) continue;
    if (scope === 'project') projectIds.add(projectId);
    const pattern = scope === 'repository' ? parseRepositoryPattern(repositoryPattern ?? '') : undefined;
    if (pattern !== undefined) names.push({ projectId, pattern });
  }
  return { kind: 'some', public: isPublic(permission), projectIds: [...projectIds], names };
}
