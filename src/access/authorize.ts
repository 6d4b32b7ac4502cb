import { AppError } from '../lib/errors.ts';
import type { ParsedName } from '../lib/oci/repository-name.ts';
import type { Database } from '../platform/db/database.ts';
import { type Grant, grantsOfUser } from './grants/grant-reads.ts';
import { publicActions, type RepositoryAction, roleAllows } from './grants/roles.ts';
import type { Principal } from './principal.ts';
import { findProject, type Project } from './projects/project-reads.ts';

export interface Decision {
  readonly allowed: boolean;
  /** Whether the caller may know that the project exists. */
  readonly visible: boolean;
}

/** May somebody with these grants do this in that project? Pure: the one place where it is decided. */
export function can(
  grants: readonly Grant[],
  action: RepositoryAction,
  project: Project,
  now: number,
): Decision {
  const open = project.public && publicActions.includes(action);
  const valid = grants.filter(
    (grant) =>
      (grant.expiresAt === null || grant.expiresAt > now) &&
      (grant.scope === 'system' || (grant.scope === 'project' && grant.projectId === project.id)),
  );
  const granted = valid.some((grant) => roleAllows(grant.role, action));
  return { allowed: open || granted, visible: project.public || valid.length > 0 };
}

/**
 * The project of a repository name, if the caller may do `action` there. A project that the caller cannot see gets
 * the answer of one that does not exist.
 * @throws AppError UNAUTHORIZED for who has not signed in, NAME_UNKNOWN, DENIED
 */
export async function resolveAndRequire(
  deps: { readonly db: Database },
  principal: Principal,
  action: RepositoryAction,
  name: ParsedName,
): Promise<Project> {
  const project = await findProject(deps.db.reader, name.project);
  if (project?.public === true && publicActions.includes(action)) return project;
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
  const grants = await grantsOfUser(deps.db.reader, principal.id);
  const decision = project === undefined ? undefined : can(grants, action, project, await deps.db.now());
  if (project === undefined || decision?.visible !== true) {
    throw new AppError('NAME_UNKNOWN', {
      message: `there is no project "${name.project}"`,
      detail: 'check the name, or ask an administrator to create it',
    });
  }
  if (!decision.allowed) {
    throw new AppError('DENIED', {
      message: `${principal.username} may not ${action} in project ${project.name}`,
    });
  }
  return project;
}
