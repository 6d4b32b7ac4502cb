import { matchesRepository, matchesTag, parseRepositoryPattern } from '../lib/oci/repository-pattern.ts';
import { listAllows, listAllowsSomething, listDenies } from './grants/access-list.ts';
import { gives, isAboutSystem } from './grants/gives.ts';
import type { Grant } from './grants/grant-reads.ts';
import { isAboutContent, isPublic, type Permission, showsProjects, systemAdmin } from './grants/roles.ts';
import { dutyAllows, type SystemPermission } from './grants/system-permissions.ts';
import type { Project } from './projects/project-reads.ts';

/** A project, or a repository in it, or a tag there; a repository need not exist yet. */
export interface Resource {
  readonly project: Pick<Project, 'id' | 'public'>;
  /** Relative to the project; undefined: the project itself. */
  readonly path?: string;
  readonly tag?: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** Whether the caller may know that it exists. */
  readonly visible: boolean;
  readonly reason: Reason;
}

/** Why: what gave the right, or which roles the caller has there that do not. */
export type Reason =
  | { readonly kind: 'public' }
  | { readonly kind: 'grant'; readonly grant: Grant }
  | { readonly kind: 'role missing'; readonly held: readonly Grant[] };

/**
 * May somebody with these grants do this to that? Pure: the one place where it is decided. Grants add up. A grant
 * on repositories confers what is done with their content and nothing else. A grant for some tags confers nothing
 * on other tags and no deletion by digest, which takes every tag; content itself has no tags, so what else is done
 * without naming one is allowed. Of a robot, what is denied is denied, whoever else may do it.
 */
export function can(
  grants: readonly Grant[],
  permission: Permission,
  resource: Resource,
  now: number,
): Decision {
  let giving: Grant | undefined;
  let { public: visible } = resource.project;
  let refused = false;
  // Asked at each request: nothing is gathered where it is allowed.
  for (const grant of grants) {
    if (!isValid(grant, now) || !covers(grant, resource)) continue;
    visible ||= allowsSomething(grant);
    refused ||= denies(grant, permission);
    giving ??= confers(grant, permission, resource.tag) ? grant : undefined;
  }
  if (!refused && giving !== undefined)
    return { allowed: true, visible, reason: { kind: 'grant', grant: giving } };
  if (!refused && resource.project.public && isPublic(permission))
    return { allowed: true, visible, reason: { kind: 'public' } };
  const held = grants.filter((grant) => isValid(grant, now) && covers(grant, resource));
  return { allowed: false, visible, reason: { kind: 'role missing', held } };
}

export function isValid(grant: Grant, now: number): boolean {
  return grant.expiresAt === null || grant.expiresAt > now;
}

/** Whether these are the grants of an administrator of the system. */
export function administersSystem(grants: readonly Grant[], now: number): boolean {
  return grants.some(
    (grant) => grant.scope === 'system' && grant.role === systemAdmin && isValid(grant, now),
  );
}

/** Whether these are the grants of somebody who may know everything about the system: its administrators, auditors. */
export function readsSystem(grants: readonly Grant[], now: number): boolean {
  return (
    administersSystem(grants, now) ||
    grants.some((grant) => grant.scope === 'system' && grant.role === 'auditor' && isValid(grant, now))
  );
}

/** May somebody with these grants do this to the system as a whole? */
export function canOnSystem(grants: readonly Grant[], permission: SystemPermission, now: number): boolean {
  if (administersSystem(grants, now)) return true;
  const held = grants.filter((grant) => grant.scope === 'system' && isValid(grant, now));
  if (held.some(({ role }) => dutyAllows(role, permission))) return true;
  const lists = held.filter(isAboutSystem).map((grant) => grant.permissions ?? '');
  return (
    lists.some((list) => listAllows(list, permission)) && !lists.some((list) => listDenies(list, permission))
  );
}

function allowsSomething({ role, permissions }: Grant): boolean {
  return typeof permissions === 'string' ? listAllowsSomething(permissions) : showsProjects(role);
}

/** Whether a robot's grant takes that right, where it is, from whatever gives it. */
export function denies(grant: Grant, permission: Permission): boolean {
  return (
    typeof grant.permissions === 'string' &&
    !isAboutSystem(grant) &&
    listDenies(grant.permissions, permission)
  );
}

/** Whether the resource is where the grant is. */
export function covers(grant: Grant, resource: Resource): boolean {
  if (isAboutSystem(grant)) return false;
  if (grant.scope === 'system') return true;
  if (grant.projectId !== resource.project.id) return false;
  if (grant.scope === 'project') return true;
  const pattern = parseRepositoryPattern(grant.repositoryPattern ?? '');
  return pattern !== undefined && resource.path !== undefined && matchesRepository(pattern, resource.path);
}

/** Whether this grant gives the right, to somebody whom it covers, on that tag or on what has none. */
export function confers(grant: Grant, permission: Permission, tag: string | undefined): boolean {
  if (!gives(grant, permission)) return false;
  const forSome = grant.scope === 'repository' || grant.tagPattern !== null;
  if (forSome && !isAboutContent(permission)) return false;
  if (grant.tagPattern === null) return true;
  return tag === undefined
    ? permission !== 'repository:delete' && permission !== 'artifact:delete'
    : matchesTag(grant.tagPattern, tag);
}
