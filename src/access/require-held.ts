import { because } from '../lib/because.ts';
import { AppError } from '../lib/errors.ts';
import { isWithin, parseRepositoryPattern, type RepositoryPattern } from '../lib/oci/repository-pattern.ts';
import type { Database } from '../platform/db/database.ts';
import { administersSystem, can, canOnSystem, confers, denies, isValid } from './authorize.ts';
import { gives, isAboutSystem } from './grants/gives.ts';
import { type Grant, grantsOfUser } from './grants/grant-reads.ts';
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
import { isDuty } from './roles/duties.ts';
import { visibleTo } from './visible.ts';

interface Giver {
  readonly principal: SignedInPrincipal;
  readonly grants: readonly Grant[];
  readonly now: number;
}

/**
 * Nobody hands out more to a robot than they hold: an administrator of a project anything in it, one of the system
 * anything, and a robot, or who has a role of the registry's own, what that says.
 * @param own whether the blocks are of a robot that belongs to a project, to which pushing brings pulling
 * @throws AppError DENIED
 */
export function requireHeld(
  { principal, grants, now }: Giver,
  blocks: readonly RobotBlock[],
  own: boolean,
): void {
  if (administersSystem(grants, now)) return;
  for (const block of blocks) {
    const missing = allowedBy(block, own).find((permission) => !holds(grants, permission, block, now));
    if (missing === undefined) continue;
    const where = block.kind === 'system' ? 'the system' : (block.project?.name ?? 'all projects');
    throw new AppError('DENIED', {
      message: `${principalName(principal)} cannot hand out ${missing} on ${where}, which ${pronoun(principal)} not hold`,
      detail: 'an administrator of the system can',
      because: because('not held', { who: principalName(principal), permission: missing }),
    });
  }
}

function pronoun({ kind }: SignedInPrincipal): string {
  return kind === 'robot' ? 'it does' : 'they do';
}

type Given = Pick<Grant, 'role' | 'scope' | 'projectId' | 'repositoryPattern' | 'permissions'>;

/**
 * Nor does anybody give people more: by a role, by a group that has roles, by the password of an account that has some.
 * Of a robot that gives, what robots can hold is compared. What is about the system only its administrators give.
 * @param given what people would have by it
 * @throws AppError DENIED
 */
export function requireGrantsHeld({ principal, grants, now }: Giver, given: readonly Given[]): void {
  if (administersSystem(grants, now)) return;
  const compared = principal.kind === 'robot' ? robotPermissions.project : permissions;
  for (const each of given) {
    const { role, scope, projectId, repositoryPattern } = each;
    const block: RobotBlock = {
      kind: 'project',
      ...(projectId === null ? {} : { project: { id: projectId, name: '' } }),
      access: [],
      repositories: repositoryPattern === null ? [] : [repositoryPattern],
    };
    const missing = compared.find(
      (permission) =>
        gives({ tagPattern: null, expiresAt: null, ...each }, permission) &&
        (scope !== 'repository' || isAboutContent(permission)) &&
        !holds(grants, permission, block, now),
    );
    const more = isOfSystem(each) ? 'the administration of the system' : missing;
    if (more === undefined) continue;
    throw new AppError('DENIED', {
      message: `${principalName(principal)} cannot give anybody what ${role} is about, because ${pronoun(principal)} not hold ${more}`,
      detail: 'a user who administers the project or the system can',
      because: because('not held', {
        who: principalName(principal),
        permission: isOfSystem(each) ? systemAdmin : (missing ?? ''),
      }),
    });
  }
}

/**
 * Whoever sets a password or an address can sign in as that account, and whoever ends sessions locks it out.
 * @throws AppError DENIED of an account that may do more than the asker
 */
export async function requireNoMore(
  { db }: { readonly db: Database },
  asker: Giver & { readonly account: { readonly id: number }; readonly self: boolean },
): Promise<void> {
  if (!asker.self) requireGrantsHeld(asker, await grantsOfUser(db.reader, asker.account.id));
}

function isOfSystem(given: Given): boolean {
  return given.role === systemAdmin || isDuty(given.role) || isAboutSystem(given);
}

/** @throws AppError DENIED for a role of a project that holds more than who gives it */
export function requireRoleHeld(giver: Giver, role: ProjectRole, projectId: number): void {
  requireGrantsHeld(giver, [{ role, scope: 'project', projectId, repositoryPattern: null }]);
}

/** @throws AppError DENIED to all but administrators of the system */
export function requireAdministrationHeld(giver: Giver): void {
  requireGrantsHeld(giver, [
    { role: systemAdmin, scope: 'system', projectId: null, repositoryPattern: null },
  ]);
}

/**
 * What goes into a role of the registry's own can be given anywhere: its maker has to hold it everywhere.
 * @throws AppError DENIED
 */
export function requirePermissionsHeld(
  { principal, grants, now }: Giver,
  level: 'system' | 'project',
  given: readonly string[],
): void {
  const block: RobotBlock = { kind: level, access: [], repositories: [] };
  const missing = given.find((permission) => !holds(grants, permission, block, now));
  if (missing === undefined) return;
  throw new AppError('DENIED', {
    message: `${principalName(principal)} cannot put ${missing} into a role, because ${pronoun(principal)} not hold it ${level === 'system' ? 'on the system' : 'in all projects'}`,
    detail: 'an administrator of the system can',
    because: because('not held', { who: principalName(principal), permission: missing }),
  });
}

function allowedBy({ access }: RobotBlock, own: boolean): string[] {
  const allowed = access.filter(({ effect }) => effect !== 'deny');
  const texts = allowed.map(({ resource, action }) => `${resource}:${action}`);
  return own && texts.includes('repository:push') ? [...texts, 'repository:pull'] : texts;
}

/** What is held for some tags only is not held for all, which is what is handed out. */
function holds(all: readonly Grant[], text: string, block: RobotBlock, now: number): boolean {
  const grants = all.filter(({ tagPattern }) => tagPattern === null);
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
