import { AppError } from '../lib/errors.ts';
import { can, canOnSystem, confers, denies, isValid } from './authorize.ts';
import type { Grant } from './grants/grant-reads.ts';
import { isWithin, parseRepositoryPattern, type RepositoryPattern } from './grants/repository-pattern.ts';
import type { Permission } from './grants/roles.ts';
import type { SystemPermission } from './grants/system-permissions.ts';
import type { SignedInPrincipal } from './principal.ts';
import type { RobotBlock } from './robots/robot-reads.ts';
import { visibleTo } from './visible.ts';

/**
 * A robot hands out no more than it holds. What users hand out goes by their role, which was asked before: an
 * administrator of a project anything in it, one of the system anything.
 * @param own whether the blocks are of a robot that belongs to a project, to which pushing brings pulling
 * @throws AppError DENIED
 */
export function requireHeld(
  asker: { readonly principal: SignedInPrincipal; readonly grants: readonly Grant[]; readonly now: number },
  blocks: readonly RobotBlock[],
  own: boolean,
): void {
  const { principal, grants, now } = asker;
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
