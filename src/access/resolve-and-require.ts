import { AppError } from '../lib/errors.ts';
import type { ParsedName } from '../lib/oci/repository-name.ts';
import type { RecentAnswers } from '../platform/cache/recent-answers.ts';
import { UnchangedAnswers, type UnchangedAnswersOptions } from '../platform/cache/unchanged-answers.ts';
import type { Database, Queries } from '../platform/db/database.ts';
import { can } from './authorize.ts';
import type { Caller, TokenAccess } from './caller.ts';
import { denied } from './denied.ts';
import { type Grant, grantsOfRobot, grantsOfUser } from './grants/grant-reads.ts';
import { isPublic, type Permission } from './grants/roles.ts';
import { findCurrentName } from './names/former-name-reads.ts';
import { limitsOfToken } from './personal-tokens/token-reads.ts';
import { narrowGrants } from './personal-tokens/token-scope.ts';
import { anonymousId, type Principal, principalKey } from './principal.ts';
import { findProject, type Project } from './projects/project-reads.ts';
import type { ScopeAction } from './tokens/parse-scopes.ts';

export interface Need {
  readonly name: ParsedName;
  readonly action: ScopeAction;
  /** The tags that are pulled, moved or deleted; none: content by its digest. */
  readonly tags?: readonly string[];
}

const permissionOf: Readonly<Record<ScopeAction, Permission>> = {
  pull: 'repository:pull',
  push: 'repository:push',
  delete: 'repository:delete',
};

export interface ResolveDeps {
  readonly db: Database;
  /** A push makes the project that it is the first into. */
  readonly createsProjects?: boolean;
  readonly rights?: KeptRights;
}

/** Where somebody may do something. */
interface Allowed {
  readonly project: Project;
  /** Until somebody commits more than content, whatever the tag and the time. */
  readonly isLasting: boolean;
}

/** Projects by name, what somebody has been granted, and where he may do what, since the last commit of more than content. */
export interface KeptRights {
  readonly allowed: UnchangedAnswers<Allowed>;
  readonly projects: UnchangedAnswers<Project>;
  readonly grants: UnchangedAnswers<readonly Grant[]>;
}

/** A few hundred bytes each. */
const maxProjects = 5000;
const maxPrincipals = 1000;
const maxAllowed = 20_000;
/** Who has more is asked for each time: that many for each principal take what may be taken. */
const maxGrants = 100;

export function keepRights(db: UnchangedAnswersOptions['db']): KeptRights {
  return {
    allowed: new UnchangedAnswers({ db, maxEntries: maxAllowed }),
    projects: new UnchangedAnswers({ db, maxEntries: maxProjects }),
    grants: new UnchangedAnswers({ db, maxEntries: maxPrincipals }),
  };
}

/**
 * The project of a repository name, if the caller may do that there. A name that the caller cannot see gets the
 * answer of one that does not exist.
 * @throws AppError UNAUTHORIZED for who has not signed in or whose token was not asked for it, TOKEN_INVALID for a
 * token of an earlier project of that name, NAME_UNKNOWN, DENIED
 */
export async function resolveAndRequire(deps: ResolveDeps, caller: Caller, need: Need): Promise<Project> {
  const { principal, token } = caller;
  const asked = token === undefined ? undefined : findAccess(token.access, need);
  if (token !== undefined && asked === undefined) throw insufficientScope();
  const key = `${principalKey(principal)} ${need.action} ${need.name.fullName}`;
  const { project } = deps.rights?.allowed.known(key) ?? (await askAllowed(deps, caller, need, key));
  requireSameProject(deps, asked, project);
  return project;
}

async function askAllowed(deps: ResolveDeps, caller: Caller, need: Need, key: string): Promise<Allowed> {
  const ask = () => findAllowed(deps, caller, need);
  return deps.rights === undefined ? ask() : deps.rights.allowed.ask(key, ask, ({ isLasting }) => isLasting);
}

async function findAllowed(deps: ResolveDeps, caller: Caller, need: Need): Promise<Allowed> {
  const { principal, token } = caller;
  const { name, action, tags = [] } = need;
  const project = await projectOf(deps, name.project);
  const permission = permissionOf[action];
  // A robot may be denied what everybody may.
  if (project?.public === true && isPublic(permission) && principal.kind !== 'robot')
    return { project, isLasting: true };
  const grants = await heldBy(deps, principal);
  const now = await timeFor(deps.db, grants);
  if (project === undefined) {
    // Who may pull everywhere, as everybody does from an open registry, learns nothing by it.
    const nowhere = { project: { id: 0, public: false }, path: name.path };
    throw can(grants, 'repository:pull', nowhere, now).allowed ? nameUnknown(name) : unknown(caller, name);
  }
  for (const tag of tags.length === 0 ? [undefined] : tags) {
    const place = { project, path: name.path, ...(tag === undefined ? {} : { tag }) };
    const decision = can(grants, permission, place, now);
    if (!decision.visible) throw unknown(caller, name);
    if (token !== undefined) requireSameProject(deps, findAccess(token.access, need), project);
    if (decision.allowed) continue;
    if (principal.kind === 'anonymous') throw signInFirst(caller);
    throw await denied(deps, { principal, grants, permission, project, place, decision });
  }
  return { project, isLasting: !grants.some((grant) => ends(grant) || grant.tagPattern !== null) };
}

async function projectOf({ db, rights }: ResolveDeps, name: string): Promise<Project | undefined> {
  const ask = () => findProject(db.reader, name);
  return rights === undefined ? ask() : rights.projects.ask(name, ask);
}

async function heldBy({ db, rights }: ResolveDeps, principal: Principal): Promise<readonly Grant[]> {
  const ask = () => grantsOf(db.reader, principal);
  if (rights === undefined) return ask();
  return rights.grants.ask(principalKey(principal), ask, ({ length }) => length <= maxGrants);
}

/** Projects by who could pull from which repository of them. */
export type RecentPermissions = RecentAnswers<Project>;

/**
 * The same for content by its digest, which is served for a while when the database is away to whoever could pull it
 * just before. What the token was asked for counts all the same.
 */
export async function requirePull(
  deps: ResolveDeps & { readonly permissions: RecentPermissions },
  caller: Caller,
  name: ParsedName,
): Promise<Project> {
  const need: Need = { name, action: 'pull' };
  if (!isAskedFor(caller, need)) throw insufficientScope();
  const key = `${principalKey(caller.principal)} ${name.fullName}`;
  const project = await deps.permissions.ask(name.fullName, key, () => resolveAndRequire(deps, caller, need));
  if (caller.token !== undefined) requireSameProject(deps, findAccess(caller.token.access, need), project);
  return project;
}

/** Whether the caller could pull from there: the same answer for what is hidden and what is missing. */
export async function mayPull(deps: ResolveDeps, caller: Caller, name: ParsedName): Promise<boolean> {
  try {
    await resolveAndRequire(deps, caller, { name, action: 'pull' });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.row.status >= 401 && error.row.status <= 404) return false;
    throw error;
  }
}

/** The project of a name, also of an earlier one; undefined also for one that exists and that the principal cannot see, after the same reads. */
export async function visibleProjectId(
  deps: { readonly db: Database },
  principal: Principal,
  name: ParsedName,
): Promise<number | undefined> {
  const current = await findCurrentName(deps, name);
  const grants = await grantsOf(deps.db.reader, principal);
  const now = await timeFor(deps.db, grants);
  for (const { project: named, path } of current === undefined ? [name] : [current.name, name]) {
    const project = await findProject(deps.db.reader, named);
    if (project !== undefined && can(grants, 'repository:pull', { project, path }, now).visible)
      return project.id;
  }
  return undefined;
}

/** What somebody may do now; with a token, what it leaves of that. */
export async function grantsOf(db: Queries, principal: Principal): Promise<Grant[]> {
  switch (principal.kind) {
    case 'anonymous':
      return grantsOfUser(db, anonymousId);
    case 'user':
      return principal.personalToken === undefined
        ? grantsOfUser(db, principal.id)
        : grantsByToken(db, principal.id, principal.personalToken);
    case 'robot':
      return grantsOfRobot(db, principal.robotId);
  }
}

async function grantsByToken(db: Queries, userId: number, tokenId: number): Promise<Grant[]> {
  const grants = await grantsOfUser(db, userId);
  const limits = await limitsOfToken(db, tokenId);
  return limits === undefined ? grants : narrowGrants(grants, limits);
}

/** The database's time, asked for only where a grant ends. */
export async function timeFor(db: Database, grants: readonly Grant[]): Promise<number> {
  return grants.some(ends) ? db.now() : 0;
}

function ends({ expiresAt }: Grant): boolean {
  return expiresAt !== null;
}

export function insufficientScope(): AppError {
  return new AppError('UNAUTHORIZED', {
    message: 'the token was not asked for this',
    challenge: { error: 'insufficient_scope' },
  });
}

/** Whether a caller's token, if there is one, was asked for that. */
export function isAskedFor(caller: Caller, need: Need): boolean {
  return caller.token === undefined || findAccess(caller.token.access, need) !== undefined;
}

function findAccess(access: readonly TokenAccess[], need: Need): TokenAccess | undefined {
  return access.find(
    ({ type, name, actions }) =>
      type === 'repository' && name === need.name.fullName && actions.includes(need.action),
  );
}

/**
 * A project that was deleted and made anew is another one: its old tokens end. Where pushes make projects, a token may
 * be from before the project that its push has made.
 */
function requireSameProject(deps: ResolveDeps, asked: TokenAccess | undefined, project: Project): void {
  if (asked === undefined || asked.projectId === project.id) return;
  if (deps.createsProjects === true && asked.projectId === undefined) return;
  throw new AppError('TOKEN_INVALID', { message: 'the token is older than the project' });
}

function unknown(caller: Caller, name: ParsedName): AppError {
  return caller.principal.kind === 'anonymous' ? signInFirst(caller) : nameUnknown(name);
}

/** Of what is hidden as of what is missing. */
export function nameUnknown({ clientForm }: Pick<ParsedName, 'clientForm'>): AppError {
  return new AppError('NAME_UNKNOWN', {
    // It begins with the words of Docker's registry, which people and their scripts look for.
    message: `repository name not known to registry: there is no repository ${clientForm}, or you have no access to it`,
    detail: 'check the name: its first part is a project, which has to exist and in which you need a role',
  });
}

/**
 * Without an error word clients go on asking for the same token; with one they stop. Clients of Go that know the code and
 * find no detail leave the sentence out.
 */
function signInFirst(caller: Caller): AppError {
  return new AppError('UNAUTHORIZED', {
    detail: 'sign in to this registry with a name and a password, or a token',
    ...(caller.token === undefined ? {} : { challenge: { error: 'insufficient_scope' } }),
  });
}
