import { can, canOnSystem, type Decision } from '../../access/authorize.ts';
import { denied } from '../../access/denied.ts';
import { systemRefusal } from '../../access/explain.ts';
import type { Permission } from '../../access/grants/roles.ts';
import { findProjectById } from '../../access/projects/project-reads.ts';
import type { SignedInAsker } from '../../access/rest-route.ts';
import { findRobot, type Robot } from '../../access/robots/robot-reads.ts';
import { visibleTo } from '../../access/visible.ts';
import { AppError } from '../../lib/errors.ts';
import type { Database } from '../../platform/db/database.ts';

type Action = 'create' | 'read' | 'update' | 'delete' | 'list';

/** @throws AppError DENIED */
export function requireOnSystem({ principal, grants, now }: SignedInAsker, action: Action): void {
  const permission = `robot:${action}` as const;
  if (canOnSystem(grants, permission, now)) return;
  throw new AppError('DENIED', systemRefusal(principal, permission));
}

export function mayWith(
  { grants, now }: SignedInAsker,
  action: Action,
  projectId: number | undefined,
): boolean {
  return projectId === undefined
    ? canOnSystem(grants, `robot:${action}`, now)
    : decideIn(projectId, { grants, now }, action).allowed;
}

/** A robot of a project is nothing that a public project shows. */
function decideIn(
  projectId: number,
  { grants, now }: Pick<SignedInAsker, 'grants' | 'now'>,
  action: Action,
): Decision {
  return can(grants, `robot:${action}`, { project: { id: projectId, public: false } }, now);
}

/**
 * A robot that the asker may do that to. Who may read robots somewhere is told that there is none, of one that is
 * missing and of one that is elsewhere; all others that it is forbidden, of both. A robot may always read itself and
 * change its own secret.
 * @param own the robot itself may
 * @throws AppError NOT_FOUND, DENIED
 */
export async function requireRobot(
  deps: { readonly db: Database },
  asker: SignedInAsker,
  input: { readonly id: number; readonly action: Action; readonly own?: true },
): Promise<Robot> {
  const { id, action, own } = input;
  const { principal } = asker;
  const robot = await findRobot(deps.db.reader, id);
  if (robot !== undefined) {
    if (own === true && principal.kind === 'robot' && principal.robotId === id) return robot;
    if (mayWith(asker, action, robot.projectId)) return robot;
    if (mayWith(asker, 'read', robot.projectId)) throw await refusal(deps, asker, action, robot);
  }
  if (readsSomewhere(asker)) throw new AppError('NOT_FOUND', { message: `robot ${id} not found` });
  throw new AppError('DENIED', { message: 'forbidden' });
}

/** Of somebody who may know that the robot is there. */
async function refusal(
  deps: { readonly db: Database },
  asker: SignedInAsker,
  action: Action,
  { projectId }: Robot,
): Promise<AppError> {
  const { principal } = asker;
  const permission: Permission = `robot:${action}`;
  const project = projectId === undefined ? undefined : await findProjectById(deps.db.reader, projectId);
  if (project === undefined) return new AppError('DENIED', systemRefusal(principal, `robot:${action}`));
  const decision = decideIn(project.id, asker, action);
  return denied(deps, { principal, grants: asker.grants, permission, project, place: { project }, decision });
}

function readsSomewhere({ grants, now }: SignedInAsker): boolean {
  if (canOnSystem(grants, 'robot:read', now)) return true;
  const places = visibleTo(grants, 'robot:read', now);
  return places.kind === 'all' || places.everywhere === true || places.projectIds.length > 0;
}
