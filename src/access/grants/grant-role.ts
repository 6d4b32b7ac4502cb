import { AppError } from '../../lib/errors.ts';
import type { Database, Tx } from '../../platform/db/database.ts';
import { oneAtATime } from '../../platform/db/one-at-a-time.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { findProject, type Project } from '../projects/project-reads.ts';
import { keepProject } from '../projects/project-writes.ts';
import { findUser, systemAdministrators, type User } from '../users/user-reads.ts';
import { putGrant, removeGrant, type UserGrant } from './grant-writes.ts';
import { isTagPattern, parseRepositoryPattern } from './repository-pattern.ts';
import { isProjectRole, type RoleName, systemAdmin } from './roles.ts';

/** Who, what, where: on the whole system without a project. */
export interface GrantInput {
  readonly username: string;
  readonly role: RoleName;
  readonly project?: string;
  /** Repositories of the project; none: the project itself. */
  readonly repositories?: string;
  readonly tags?: string;
  readonly actor: Actor;
}

/**
 * Grants a role; granted again, it ends when was said last.
 * @param input.expiresAt epoch milliseconds; null: it does not end
 * @throws AppError BAD_REQUEST, NOT_FOUND
 */
export async function grantRole(
  deps: { readonly db: Database },
  input: GrantInput & { readonly expiresAt: number | null },
): Promise<void> {
  const now = await deps.db.now();
  const { expiresAt } = input;
  if (expiresAt !== null && expiresAt <= now) {
    throw new AppError('BAD_REQUEST', { message: 'the grant would have ended already' });
  }
  if (expiresAt !== null && input.role === systemAdmin) {
    throw new AppError('BAD_REQUEST', { message: `${systemAdmin} does not end by itself; revoke it` });
  }
  await deps.db.transaction(async (tx) => {
    const { grant, project } = await prepareChange(tx, input);
    await putGrant(tx, { ...grant, expiresAt, now });
    await record(tx, 'grant.added', { input, grant, project, now, expiresAt });
  });
}

/** @throws AppError BAD_REQUEST, NOT_FOUND, LAST_ADMINISTRATOR */
export async function revokeRole(deps: { readonly db: Database }, input: GrantInput): Promise<void> {
  const now = await deps.db.now();
  await deps.db.transaction(async (tx) => {
    const { grant, project } = await prepareChange(tx, input);
    if (!(await removeGrant(tx, grant))) {
      throw new AppError('NOT_FOUND', { message: `${input.username} has no such grant` });
    }
    if (input.role === systemAdmin && (await systemAdministrators(tx, now)).length === 0) {
      throw new AppError('LAST_ADMINISTRATOR');
    }
    await record(tx, 'grant.removed', { input, grant, project, now, expiresAt: null });
  });
}

async function prepareChange(
  tx: Tx,
  input: GrantInput,
): Promise<{ grant: UserGrant; project: Project | undefined }> {
  requirePlace(input);
  // Also against two changes of one grant at the same time.
  await oneAtATime(tx, 'administrators');
  const user = await requireUser(tx, input.username);
  const project = input.project === undefined ? undefined : await requireProject(tx, input.project);
  const scope =
    project === undefined ? 'system' : input.repositories === undefined ? 'project' : 'repository';
  const grant: UserGrant = {
    userId: user.id,
    role: input.role,
    scope,
    projectId: project?.id ?? null,
    repositoryPattern: input.repositories ?? null,
    tagPattern: input.tags ?? null,
  };
  return { grant, project };
}

function requirePlace(input: GrantInput): void {
  const message = input.role === systemAdmin ? problemOnSystem(input) : problemInProject(input);
  if (message !== undefined) throw new AppError('BAD_REQUEST', { message });
}

function problemOnSystem({ project, tags }: GrantInput): string | undefined {
  if (project !== undefined) return `${systemAdmin} is granted on the whole system, not on a project`;
  return tags === undefined ? undefined : `${systemAdmin} cannot be narrowed to tags`;
}

function problemInProject({ role, project, repositories, tags }: GrantInput): string | undefined {
  if (!isProjectRole(role)) return `there is no role ${String(role)}`;
  if (project === undefined) return `${role} is granted on a project; name one`;
  if (repositories !== undefined && parseRepositoryPattern(repositories) === undefined)
    return `"${repositories.slice(0, 255)}" is neither the path of a repository nor folder/** nor **`;
  if (tags !== undefined && !isTagPattern(tags))
    return `"${tags.slice(0, 128)}" is neither a tag nor the beginning of tags with * behind it`;
  return undefined;
}

async function requireUser(tx: Tx, username: string): Promise<User> {
  const user = await findUser(tx, username);
  if (user !== undefined) return user;
  throw new AppError('NOT_FOUND', { message: `there is no account ${username}` });
}

async function requireProject(tx: Tx, name: string): Promise<Project> {
  const project = await findProject(tx, name);
  if (project !== undefined && (await keepProject(tx, project.id))) return project;
  throw new AppError('NOT_FOUND', { message: `there is no project ${name}` });
}

async function record(
  tx: Tx,
  type: 'grant.added' | 'grant.removed',
  what: {
    input: GrantInput;
    grant: UserGrant;
    project: Project | undefined;
    now: number;
    expiresAt: number | null;
  },
): Promise<void> {
  const { input, grant, project, now, expiresAt } = what;
  await append(tx, {
    type,
    at: now,
    actor: input.actor,
    projectId: grant.projectId,
    object: `user:${grant.userId}`,
    data: {
      username: input.username,
      role: grant.role,
      project: project?.name ?? null,
      repositories: grant.repositoryPattern,
      tags: grant.tagPattern,
      expiresAt,
    },
  });
}
