import { AppError } from '../lib/errors.ts';
import type { Database } from '../platform/db/database.ts';
import { can, type Decision, denies, type Resource } from './authorize.ts';
import { administratorsOf, type Grant, grantsOfUser } from './grants/grant-reads.ts';
import { type Permission, weakestRoleFor } from './grants/roles.ts';
import { principalName, type SignedInPrincipal } from './principal.ts';
import type { Project } from './projects/project-reads.ts';
import type { Asker } from './rest-route.ts';

const maxNamed = 3;

/** The refusal of somebody who may know that the project exists: the role held, the role needed, whom to ask. */
export async function denied(
  deps: { readonly db: Database },
  input: {
    readonly principal: SignedInPrincipal;
    readonly permission: Permission;
    readonly project: Project;
    readonly place: Resource;
    readonly decision: Decision;
  },
): Promise<AppError> {
  const { principal, permission, project, place } = input;
  const decision = await decisionOfOwner(deps, input);
  const held = decision.reason.kind === 'role missing' ? decision.reason.held : [];
  const where = place.path === undefined ? project.name : `${project.name}/${place.path}`;
  const what = place.tag === undefined ? where : `${where}:${place.tag}`;
  // Members may see who the administrators are; somebody who only looks into a public project may not.
  const ask =
    held.length === 0
      ? []
      : await administratorsOf(deps.db.reader, {
          projectId: project.id,
          now: await deps.db.now(),
          count: maxNamed,
        });
  const action = permission.slice(permission.indexOf(':') + 1);
  const whom = ask.length === 0 ? 'an administrator' : ask.join(' or ');
  if (decision.allowed) {
    return new AppError('DENIED', {
      message: `${principalName(principal)} may not ${action} ${what} with this token: it is limited to other things`,
      detail: 'use a token that is for this, or the password',
    });
  }
  if (principal.kind === 'robot') {
    const why = held.length === 0 ? `it has no permissions in ${project.name}` : robotText(held, permission);
    return new AppError('DENIED', {
      message: `${principal.robotName} may not ${action} ${what}: ${why}; ask ${whom}`,
      detail: `the permission ${permission} in ${project.name} has to be among those of the robot account`,
    });
  }
  const needed = weakestRoleFor(permission);
  return new AppError('DENIED', {
    message: `${principalName(principal)} may not ${action} ${what}: that needs ${needed}, and ${heldText(held, project.name)}; ask ${whom}`,
    detail: `berth access grant ${principalName(principal)} ${needed} ${project.name}`,
  });
}

/** Of somebody who came with a token: what the account may. */
async function decisionOfOwner(
  { db }: { readonly db: Database },
  { principal, permission, place, decision }: Parameters<typeof denied>[1],
): Promise<Decision> {
  if (principal.kind !== 'user' || principal.personalToken === undefined) return decision;
  return can(await grantsOfUser(db.reader, principal.id), permission, place, await db.now());
}

function robotText(held: readonly Grant[], permission: Permission): string {
  return held.some((grant) => denies(grant, permission))
    ? `${permission} is denied to it`
    : `${permission} is not among its permissions`;
}

function heldText(held: readonly Grant[], project: string): string {
  if (held.length === 0) return `this account has no role in ${project}`;
  const roles = held.map(({ role, tagPattern }) =>
    tagPattern === null ? role : `${role} for tags ${tagPattern}`,
  );
  return `this account is ${[...new Set(roles)].join(' and ')} in ${project}`;
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
    throw await denied(deps, { principal, permission, project, place, decision });
  if (can(grants, permission, { project: nowhere }, now).allowed)
    throw new AppError('NOT_FOUND', { message: `project ${named.slice(0, 255)} not found` });
  throw new AppError('DENIED', { message: 'forbidden' });
}
