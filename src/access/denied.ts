import { AppError } from '../lib/errors.ts';
import type { Database } from '../platform/db/database.ts';
import { can, type Decision, type Resource } from './authorize.ts';
import { explain } from './explain.ts';
import { administratorsOf, type Grant, grantsOfUser } from './grants/grant-reads.ts';
import type { Permission } from './grants/roles.ts';
import type { SignedInPrincipal } from './principal.ts';
import type { Project } from './projects/project-reads.ts';
import type { Asker } from './rest-route.ts';

const maxNamed = 3;

/** The refusal of somebody who may know that the project exists: the role held, the role needed, whom to ask. */
export async function denied(
  { db }: { readonly db: Database },
  input: {
    readonly principal: SignedInPrincipal;
    readonly grants: readonly Grant[];
    readonly permission: Permission;
    readonly project: Project;
    readonly place: Resource;
    readonly decision: Decision;
  },
): Promise<AppError> {
  const { principal, grants, permission, project, place, decision } = input;
  const now = await db.now();
  const byToken = principal.kind === 'user' && principal.personalToken !== undefined;
  const ownGrants = byToken ? await grantsOfUser(db.reader, principal.id) : undefined;
  const held = ownGrants === undefined ? decision : can(ownGrants, permission, place, now);
  const { message, detail, because } = explain({
    who: principal,
    // Of an account that may not either, the token is not what is in the way.
    grants: held.allowed ? grants : (ownGrants ?? grants),
    ...(ownGrants === undefined ? {} : { ownGrants }),
    permission,
    ...place,
    project,
    now,
    administrators: await administratorsToAsk(db, project, held, now),
  });
  return new AppError('DENIED', { message, detail, ...(because === undefined ? {} : { because }) });
}

/** Members may see who the administrators are; somebody who only looks into a public project may not. */
export async function administratorsToAsk(
  db: Database,
  project: Pick<Project, 'id'>,
  { reason }: Decision,
  now: number,
): Promise<readonly string[]> {
  if (reason.kind !== 'role missing' || reason.held.length === 0) return [];
  return administratorsHere(db, project, now);
}

/** Some of them, for who may know that the project is there. */
export function administratorsHere(
  db: Database,
  { id: projectId }: Pick<Project, 'id'>,
  now: number,
): Promise<readonly string[]> {
  return administratorsOf(db.reader, { projectId, now, count: maxNamed });
}

export interface NeedInProject {
  readonly permission: Permission;
  /** Undefined: there is none of that name, or of that number. */
  readonly project: Project | undefined;
  /** How the caller named it. */
  readonly named: string;
  /** A repository in it, relative to the project. */
  readonly path?: string;
  readonly tag?: string;
}

/** What only a grant on the whole system covers. */
const nowhere = { id: 0, public: false };

/**
 * Anonymous: 401. Others: a project that they cannot see is answered as one that does not exist, 403; only who sees
 * every project is told that there is none, 404.
 * @throws AppError UNAUTHORIZED, DENIED, NOT_FOUND
 */
export async function requireInProject(
  deps: { readonly db: Database },
  { principal, grants, now }: Asker,
  need: NeedInProject,
): Promise<Project> {
  const { permission, project, named, path, tag } = need;
  const place =
    project === undefined
      ? undefined
      : { project, ...(path === undefined ? {} : { path }), ...(tag === undefined ? {} : { tag }) };
  const decision = place === undefined ? undefined : can(grants, permission, place, now);
  if (project !== undefined && decision?.allowed === true) return project;
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
  if (project !== undefined && place !== undefined && decision?.visible === true)
    throw await denied(deps, { principal, grants, permission, project, place, decision });
  if (can(grants, permission, { project: nowhere }, now).allowed)
    throw new AppError('NOT_FOUND', { message: `project ${named.slice(0, 255)} not found` });
  throw new AppError('DENIED', { message: 'forbidden' });
}
