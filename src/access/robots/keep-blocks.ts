import { AppError } from '../../lib/errors.ts';
import { parseRepositoryPattern } from '../../lib/oci/repository-pattern.ts';
import type { Tx } from '../../platform/db/database.ts';
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
  const limits = limitsBefore(requested, before);
  const blocks = requested.map(({ repositories, ...block }, index): RobotBlock => {
    const limited = { ...block, repositories: repositories ?? limits[index] ?? [] };
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

/**
 * The limits of those blocks of which nothing is said. A block with the permissions of one that was there is that one, so
 * what was read can be written back. Of another one the limit is known where all there were in its project had the same.
 * @throws AppError CONFLICT
 */
function limitsBefore(
  requested: readonly RequestedBlock[],
  before: readonly RobotBlock[],
): (readonly string[])[] {
  const left = before.filter(({ project }) => project !== undefined);
  const found = requested.map(({ project, access, repositories }) => {
    if (project === undefined || repositories !== undefined) return undefined;
    const at = left.findIndex(
      (block) => block.project?.id === project.id && textOf(block.access) === textOf(access),
    );
    return at === -1 ? undefined : left.splice(at, 1)[0]?.repositories;
  });
  return requested.map(({ project, access, repositories }, index) => {
    const limit = found[index];
    if (limit !== undefined || project === undefined || repositories !== undefined) return limit ?? [];
    return commonLimit(
      before.filter((block) => block.project?.id === project.id),
      access,
    );
  });
}

function commonLimit(there: readonly RobotBlock[], access: RobotBlock['access']): readonly string[] {
  const texts = new Set(there.map(({ repositories }) => repositories.toSorted().join(' ')));
  const [first] = there;
  if (texts.size < 2) return first?.repositories ?? [];
  const free = there.flatMap((block) => (block.repositories.length === 0 ? [...allowed([block])] : []));
  if ([...allowed([{ access }])].every((permission) => free.includes(permission))) return [];
  throw new AppError('CONFLICT', {
    message: `the robot account is limited to ${[...texts].filter(Boolean).join(' and ')} in ${first?.project?.name ?? ''}, each for some permissions: which limit the changed ones have is not said`,
    detail: 'send the field "repositories" with the permissions to change the limit',
  });
}

function textOf(access: RobotBlock['access']): string {
  return access
    .map(({ resource, action, effect }) => `${resource}:${action}${effect === 'deny' ? '=deny' : ''}`)
    .toSorted()
    .join(' ');
}

function allowed(blocks: readonly Pick<RobotBlock, 'access'>[]): Set<string> {
  return new Set(
    blocks.flatMap(({ access }) =>
      access.flatMap(({ resource, action, effect }) => (effect === 'deny' ? [] : [`${resource}:${action}`])),
    ),
  );
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
  const said = new Set(
    requested.flatMap(({ project, repositories }) => (repositories === undefined ? [] : [project?.id])),
  );
  const limited = before.find(
    ({ project, repositories }) => repositories.length > 0 && !said.has(project?.id),
  );
  if (limited?.project === undefined) return;
  const everywhere = requested.filter(({ kind, project }) => kind === 'project' && project === undefined);
  const had = allowed(before.filter(({ kind, project }) => kind === 'project' && project === undefined));
  const more = [...allowed(everywhere)].find((permission) => !had.has(permission));
  if (more === undefined) return;
  throw new AppError('CONFLICT', {
    message: `the robot account is limited to ${limited.repositories.join(', ')} in ${limited.project.name}: ${more} in all projects would reach beyond that`,
    detail: 'send the field "repositories" with the permissions in that project to change the limit',
  });
}
