import { AppError } from '../lib/errors.ts';
import { administersSystem, can, canOnSystem, confers, denies, isValid } from './authorize.ts';
import { gives } from './grants/gives.ts';
import type { Grant } from './grants/grant-reads.ts';
import { isWithin, parseRepositoryPattern, type RepositoryPattern } from './grants/repository-pattern.ts';
import { robotPermissions } from './grants/robot-permissions.ts';
import {
  isAboutContent,
  type Permission,
  type ProjectRole,
  permissions,
  systemAdmin,
} from './grants/roles.ts';
import type { SystemPermission } from './grants/system-permissions.ts';
import { principalName, type SignedInPrincipal } from './principal.ts';
import type { RobotBlock } from './robots/robot-reads.ts';
import { visibleTo } from './visible.ts';

interface Giver {
  readonly principal: SignedInPrincipal;
  readonly grants: readonly Grant[];
  readonly now: number;
}

/**
 * A robot hands out no more than it holds. What users hand out goes by their role, which was asked before: an
 * administrator of a project anything in it, one of the system anything.
 * @param own whether the blocks are of a robot that belongs to a project, to which pushing brings pulling
 * @throws AppError DENIED
 */
export function requireHeld(
  { principal, grants, now }: Giver,
  blocks: readonly RobotBlock[],
  own: boolean,
): void {
  if (principal.kind === 'user') return;
  for (const block of blocks) {
    const missing = allowedBy(block, own).find((permission) => !holds(grants, permission, block, now));
    if (missing === undefined) continue;
    const where = block.kind === 'system' ? 'the system' : (block.project?.name ?? 'all projects');
    throw new AppError('DENIED', {
      message: `${principal.robotName} cannot hand out ${missing} on ${where}, which it does not hold itself`,
    });
  }
}

/**
 * Nor does anybody give people more: by a role, by a group that has roles, by the password of an account that has some.
 * Of a robot what robots can hold is compared.
 * @param given what people would have by it
 * @throws AppError DENIED
 */
export function requireGrantsHeld(
  { principal, grants, now }: Giver,
  given: readonly Pick<Grant, 'role' | 'scope' | 'projectId' | 'repositoryPattern'>[],
): void {
  const isUser = principal.kind === 'user';
  const comparable = isUser ? permissions : robotPermissions.project;
  for (const { role, scope, projectId, repositoryPattern } of given) {
    const block: RobotBlock = {
      kind: 'project',
      ...(projectId === null ? {} : { project: { id: projectId, name: '' } }),
      access: [],
      repositories: repositoryPattern === null ? [] : [repositoryPattern],
    };
    const missing = comparable.find(
      (permission) =>
        gives(grantOf(role), permission) &&
        (scope !== 'repository' || isAboutContent(permission)) &&
        !holds(grants, permission, block, now),
    );
    const administers = isUser && administersSystem(grants, now);
    const more = role === systemAdmin && !administers ? 'the administration of the system' : missing;
    if (more === undefined) continue;
    throw new AppError('DENIED', {
      message: `${principalName(principal)} cannot give anybody what ${role} is about: ${isUser ? 'this account' : 'it'} does not hold ${more} itself`,
      detail: 'a user who administers the project or the system can',
    });
  }
}

/** @throws AppError DENIED for a role of a project that holds more than the robot that gives it */
export function requireRoleHeld(giver: Giver, role: ProjectRole, projectId: number): void {
  requireGrantsHeld(giver, [{ role, scope: 'project', projectId, repositoryPattern: null }]);
}

/** @throws AppError DENIED to whoever does not administer the system as a user */
export function requireAdministrationHeld(giver: Giver): void {
  requireGrantsHeld(giver, [
    { role: systemAdmin, scope: 'system', projectId: null, repositoryPattern: null },
  ]);
}

/** What counts of it is its role, or its actions. */
function grantOf(role: string): Grant {
  const place = { scope: 'system', projectId: null, repositoryPattern: null } as const;
  return { role, ...place, tagPattern: null, expiresAt: null };
}

function allowedBy({ access }: RobotBlock, own: boolean): string[] {
  const allowed = access.filter(({ effect }) => effect !== 'deny');
  const texts = allowed.map(({ resource, action }) => `${resource}:${action}`);
  return own && texts.includes('repository:push') ? [...texts, 'repository:pull'] : texts;
}

function holds(grants: readonly Grant[], text: string, block: RobotBlock, now: number): boolean {
  if (block.kind === 'system') return canOnSystem(grants, text as SystemPermission, now);
  const permission = text as Permission;
  const { project, repositories } = block;
  if (project === undefined) return visibleTo(grants, permission, now).kind === 'all';
  if (can(grants, permission, { project: { id: project.id, public: false } }, now).allowed) return true;
  const isDenied = grants.some(
    (grant) =>
      (grant.projectId === null || grant.projectId === project.id) &&
      isValid(grant, now) &&
      denies(grant, permission),
  );
  if (repositories.length === 0 || isDenied) return false;
  const held = grants.filter(
    (grant) =>
      grant.projectId === project.id &&
      grant.scope === 'repository' &&
      isValid(grant, now) &&
      confers(grant, permission, undefined),
  );
  const patterns = held.flatMap(({ repositoryPattern }) => parsePattern(repositoryPattern ?? ''));
  return repositories
    .flatMap(parsePattern)
    .every((inner) => patterns.some((outer) => isWithin(inner, outer)));
}

function parsePattern(text: string): RepositoryPattern[] {
  const pattern = parseRepositoryPattern(text);
  return pattern === undefined ? [] : [pattern];
}
