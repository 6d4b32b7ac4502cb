import { parseRepositoryPattern, type RepositoryPattern } from '../lib/oci/repository-pattern.ts';
import { confers, denies, isValid } from './authorize.ts';
import { parseBlockRole } from './grants/access-list.ts';
import type { Grant } from './grants/grant-reads.ts';
import { isPublic, type Permission } from './grants/roles.ts';
import type { Project } from './projects/project-reads.ts';
import type { Asker } from './rest-route.ts';

/** Where somebody may do something: what `can` says one by one, as a set that a query can be joined with. */
export type Visible =
  | { readonly kind: 'all' }
  | {
      readonly kind: 'some';
      /** Public projects belong to it. */
      readonly public: boolean;
      /** All others, too. */
      readonly everywhere?: true;
      /** Projects that do not belong to it, whatever else is said. */
      readonly except?: readonly number[];
      readonly projectIds: readonly number[];
      readonly names: readonly { readonly projectId: number; readonly pattern: RepositoryPattern }[];
    };

const nothing: Visible = { kind: 'some', public: false, projectIds: [], names: [] };

/** The twin of `can` for lists, counts and searches; a property test holds the two together. */
export function visibleTo(grants: readonly Grant[], permission: Permission, now: number): Visible {
  const valid = grants.filter((grant) => isValid(grant, now));
  const denying = valid.filter((grant) => denies(grant, permission));
  if (denying.some((grant) => grant.scope === 'system')) return nothing;
  const except = denying.flatMap(({ projectId }) => (projectId === null ? [] : [projectId]));
  const giving = valid.filter((grant) => confers(grant, permission, undefined));
  const everywhere = giving.some((grant) => grant.scope === 'system');
  if (everywhere && except.length === 0) return { kind: 'all' };
  const projectIds = new Set<number>();
  const names: { projectId: number; pattern: RepositoryPattern }[] = [];
  for (const { scope, projectId, repositoryPattern } of giving) {
    if (projectId === null) continue;
    if (scope === 'project') projectIds.add(projectId);
    const pattern = scope === 'repository' ? parseRepositoryPattern(repositoryPattern ?? '') : undefined;
    if (pattern !== undefined) names.push({ projectId, pattern });
  }
  return {
    kind: 'some',
    public: isPublic(permission),
    ...(everywhere ? { everywhere } : {}),
    ...(except.length === 0 ? {} : { except }),
    projectIds: [...projectIds],
    names,
  };
}

/** Whether somebody may do it with some repositories of the project that a grant names. */
export function holdsPart(
  { grants, now }: Pick<Asker, 'grants' | 'now'>,
  permission: Permission,
  { id }: Pick<Project, 'id'>,
): boolean {
  const visible = visibleTo(grants, permission, now);
  if (visible.kind === 'all' || visible.except?.includes(id) === true) return false;
  return visible.names.some(({ projectId }) => projectId === id);
}

/** Projects that belong to the first set, and those of which only repositories that a grant names belong to the second. */
export function wholeOrInPart(whole: Visible, part: Visible): Visible {
  if (whole.kind === 'all' || part.kind === 'all') return whole;
  const inPart = new Set(part.names.map(({ projectId }) => projectId));
  for (const id of part.except ?? []) inPart.delete(id);
  const { except = [], ...rest } = whole;
  const projectIds = [...new Set([...rest.projectIds, ...inPart])];
  return { ...rest, except: except.filter((id) => !inPart.has(id)), projectIds };
}

/** The projects that a robot has to do with, which it lists even if it may not read each of them. */
export function workplaces(grants: readonly Grant[], now: number): Visible {
  const inProjects = grants.filter(
    (grant) =>
      grant.scope !== 'repository' && isValid(grant, now) && parseBlockRole(grant.role)?.kind !== 'system',
  );
  if (inProjects.some((grant) => grant.scope === 'system')) return { kind: 'all' };
  const projectIds = inProjects.flatMap(({ projectId }) => (projectId === null ? [] : [projectId]));
  return { kind: 'some', public: true, projectIds: [...new Set(projectIds)], names: [] };
}
