import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { parseRepositoryPattern } from '../grants/repository-pattern.ts';
import { isRobotProjectPermission } from '../grants/robot-permissions.ts';
import { isAboutContent } from '../grants/roles.ts';
import { keepProject } from '../projects/project-writes.ts';
import type { RobotBlock } from './robot-reads.ts';

/** A block as somebody asks for it. */
export interface RequestedBlock extends Omit<RobotBlock, 'repositories'> {
  /** Undefined: not said, as by clients that know Harbor's fields only. */
  readonly repositories: readonly string[] | undefined;
}

/**
 * The blocks that a robot is to have. A limit to repositories is Berth's own: a client that does not name it keeps it,
 * and must not get around it. The projects are kept from being deleted until the transaction ends.
 * @param before what the robot has
 * @throws AppError BAD_REQUEST, NOT_FOUND, CONFLICT
 */
export async function keepBlocks(
  tx: Tx,
  requested: readonly RequestedBlock[],
  before: readonly RobotBlock[],
): Promise<RobotBlock[]> {
  for (const { id, name } of projectsOf(requested)) {
    if ((await keepProject(tx, id)) === undefined)
      throw new AppError('NOT_FOUND', { message: `project ${name} not found` });
  }
  const blocks = requested.map(({ repositories, ...block }): RobotBlock => {
    const kept = repositories ?? limitBefore(before, block.project?.id);
    const limited = { ...block, repositories: kept };
    requireLimitable(limited, repositories === undefined);
    return limited;
  });
  requireNotWidened(requested, before);
  return blocks;
}

/** In order, so that two transactions do not wait for each other in a circle. */
function projectsOf(blocks: readonly RequestedBlock[]): { readonly id: number; readonly name: string }[] {
  const byId = new Map(
    blocks.flatMap(({ project }) => (project === undefined ? [] : [[project.id, project]])),
  );
  return [...byId.values()].toSorted((a, b) => a.id - b.id);
}

/** All blocks of the project have to be limited, else the robot was not. */
function limitBefore(before: readonly RobotBlock[], projectId: number | undefined): readonly string[] {
  const there = before.filter((block) => projectId !== undefined && block.project?.id === projectId);
  if (there.length === 0 || there.some(({ repositories }) => repositories.length === 0)) return [];
  return [...new Set(there.flatMap(({ repositories }) => repositories))];
}

/** @param kept the limit is from before, and the client said nothing of it */
function requireLimitable({ project, access, repositories }: RobotBlock, kept: boolean): void {
  if (repositories.length === 0) return;
  const refuse = (message: string): AppError =>
    kept
      ? new AppError('CONFLICT', {
          message: `the robot account is limited to ${repositories.join(', ')}: ${message}`,
          detail: 'send the field "repositories" with the permissions to change the limit',
        })
      : new AppError('BAD_REQUEST', { message });
  if (project === undefined)
    throw refuse('only permissions in one named project can be limited to repositories');
  for (const pattern of repositories) {
    if (parseRepositoryPattern(pattern) === undefined)
      throw refuse(`"${pattern.slice(0, 255)}" names no repositories; write backend/api, backend/** or **`);
  }
  for (const { resource, action, effect } of access) {
    const permission = `${resource}:${action}`;
    if (effect === 'deny') throw refuse('a limited list of permissions only allows, it denies nothing');
    if (!isRobotProjectPermission(permission) || !isAboutContent(permission))
      throw refuse(`${permission} is about the project, not about some of its repositories`);
  }
}

/** What is allowed in every project would be allowed beside the limit. */
function requireNotWidened(requested: readonly RequestedBlock[], before: readonly RobotBlock[]): void {
  const limited = before.find(({ repositories }) => repositories.length > 0);
  if (limited?.project === undefined) return;
  const everywhere = requested.filter(({ kind, project }) => kind === 'project' && project === undefined);
  const allowed = (blocks: readonly { access: RobotBlock['access'] }[]): Set<string> =>
    new Set(
      blocks.flatMap(({ access }) =>
        access.flatMap(({ resource, action, effect }) =>
          effect === 'deny' ? [] : [`${resource}:${action}`],
        ),
      ),
    );
  const had = allowed(before.filter(({ kind, project }) => kind === 'project' && project === undefined));
  const said = requested.some(
    ({ project, repositories }) => project?.id === limited.project?.id && repositories !== undefined,
  );
  const more = [...allowed(everywhere)].find((permission) => !had.has(permission));
  if (said || more === undefined) return;
  throw new AppError('CONFLICT', {
    message: `the robot account is limited to ${limited.repositories.join(', ')} in ${limited.project.name}: ${more} in all projects would reach beyond that`,
    detail: 'send the field "repositories" with the permissions in that project to change the limit',
  });
}
