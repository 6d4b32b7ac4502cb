import { because } from '../lib/because.ts';
import { AppError } from '../lib/errors.ts';
import type { Database } from '../platform/db/database.ts';
import type { Actor } from '../platform/events/append.ts';
import type { ApiCall, ApiRoute, Body, Parameters } from '../platform/http/api/api-route.ts';
import { isPersonalBearer, type SignedIn, type SignIn } from './authenticate.ts';
import { administersSystem, can, canOnSystem } from './authorize.ts';
import { requireInProject } from './denied.ts';
import { systemRefusal } from './explain.ts';
import type { Permission } from './grants/roles.ts';
import type { SystemPermission } from './grants/system-permissions.ts';
import {
  byNameOfNow,
  type ProjectReference,
  projectReference,
  repositoryOf,
} from './names/by-name-of-now.ts';
import {
  anonymous,
  type Principal,
  principalKey,
  principalName,
  principalText,
  type SignedInPrincipal,
  type UserPrincipal,
} from './principal.ts';
import { findProject, findProjectById, type Project } from './projects/project-reads.ts';
import { noteRefusedCall, type Refusals } from './refusals/note-refusal.ts';
import { grantsOf, timeFor } from './resolve-and-require.ts';
import type {
  AccountAsker,
  Asker,
  ProjectAsker,
  RepositoryAsker,
  RestRoute,
  SignedInAsker,
} from './rest-route.ts';
import { noRenewalHeader, type SessionSignIn } from './sessions/session-sign-in.ts';
import { findPagedUser } from './users/user-page-reads.ts';
import { viewHeader } from './view-as/views.ts';
import { holdsPart } from './visible.ts';

export interface AdmitDeps {
  readonly db: Database;
  /** @throws AppError UNAUTHORIZED for wrong credentials */
  readonly signIn: SignIn;
  /** Whether a sign-in still counts, without its being tried again; without it each does. */
  readonly stillCounts?: (signedIn: SignedIn) => Promise<boolean>;
  /** Without it cookies do not count. */
  readonly bySession?: SessionSignIn;
  /** Whose rights decide in a view that an administrator has begun; undefined: it is over, or somebody else's. */
  readonly viewOf?: (viewer: UserPrincipal, token: string) => Promise<SignedInPrincipal | undefined>;
  /** What events tell of where a caller is, instead of an address. */
  readonly place?: string;
  /** Without it nobody is told who was refused. */
  readonly refusals?: Refusals;
}

type Call = ApiCall<Parameters, Body | undefined>;

/** Puts the check of the right that a route names before what it does, and notes who was refused a change. */
export function admit(deps: AdmitDeps, route: RestRoute): ApiRoute {
  const checked = check(deps, route);
  const { refusals } = deps;
  if (refusals === undefined || ['GET', 'HEAD'].includes(route.method)) return checked;
  const { operationId } = route;
  return {
    ...checked,
    answer: async (call) => {
      let actor: Actor | undefined;
      const found = (asker: Asker): void => {
        actor = asker.actor;
      };
      try {
        return await check({ ...deps, found }, route).answer(call);
      } catch (error) {
        noteRefusedCall(refusals, { ...call, operationId }, actor, error);
        throw error;
      }
    },
  };
}

interface CheckDeps extends AdmitDeps {
  /** Told who asks, once that is known. */
  readonly found?: (asker: Asker) => void;
}

function check(deps: CheckDeps, route: RestRoute): ApiRoute {
  switch (route.needs) {
    case 'nothing':
      return { ...route, needs: 'nothing', answer: (call) => route.run(call) };
    case 'anyone':
      return {
        ...route,
        needs: 'nothing; the answer depends on who asks',
        answer: async (call) => route.run(call, await findAsker(deps, call)),
      };
    case 'signed-in':
      return {
        ...route,
        needs: 'a sign-in',
        answer: async (call) => route.run(call, signedIn(await findAsker(deps, call))),
      };
    case 'project':
      return {
        ...route,
        needs: `the permission ${route.permission} in the project`,
        answer: async (call) => {
          const { inPart, orPermission } = route;
          const of = {
            ...(inPart === undefined ? {} : { inPart }),
            ...(orPermission === undefined ? {} : { orPermission }),
          };
          const asker = await findAsker(deps, call);
          return byNameOfNow(deps, call, async (at) => {
            const admitted = await inProject(deps, asker, { permission: route.permission, call: at, ...of });
            return () => route.run(at, admitted);
          });
        },
      };
    case 'repository':
      return {
        ...route,
        needs: `the permission ${route.permission} for the repository`,
        answer: async (call) => {
          const asker = await findAsker(deps, call);
          return byNameOfNow(deps, call, async (at) => {
            const admitted = await inRepository(deps, asker, { permission: route.permission, call: at });
            return () => route.run(at, admitted);
          });
        },
      };
    case 'system':
      return {
        ...route,
        needs: `the permission ${route.permission} on the system`,
        answer: async (call) => route.run(call, onSystem(await findAsker(deps, call), route.permission)),
      };
    case 'account':
      return {
        ...route,
        needs: `the account itself, or the permission ${route.permission} on the system`,
        answer: async (call) => route.run(call, await ofAccount(deps, route.permission, call)),
      };
  }
}

/**
 * Names and passwords count and personal tokens, then a session; other tokens are for `/v2`. Whoever comes with wrong ones is nobody, as with
 * Harbor, so that what is public stays readable.
 */
async function findAsker(deps: CheckDeps, call: Call): Promise<Asker> {
  const { context, authorization = '' } = call;
  const named =
    /^basic /i.test(authorization) || isPersonalBearer(authorization)
      ? await deps.signIn(authorization, context).catch(nobody)
      : nobodyAtAll;
  const session = named.principal.kind === 'anonymous' ? await deps.bySession?.(call) : undefined;
  const principal = session ?? named.principal;
  context.principal = principalName(principal);
  const { clientAddress: address, client, id: requestId } = context;
  const asker = {
    principal,
    ...(await rightsOf(deps, principal)),
    actor: { principal: principalText(principal), address: deps.place ?? address, client, requestId },
    rightsNow: async () =>
      (await isStill(deps, call, session ?? named)) ? rightsOf(deps, principal) : undefined,
  };
  deps.found?.(asker);
  const view = call.header(viewHeader);
  return view === undefined ? asker : inView(deps, call, { asker, view });
}

/**
 * An administrator looks with the rights of somebody else. It reads only, and what is noted is noted of the administrator.
 * @throws AppError UNAUTHORIZED, DENIED
 */
async function inView(
  deps: CheckDeps,
  { method }: Call,
  { asker, view }: { readonly asker: Asker; readonly view: string },
): Promise<Asker> {
  const seen = await viewedBy(deps, asker, view);
  if (seen === undefined)
    throw new AppError('DENIED', {
      message: 'this view has ended, or was begun by somebody else',
      detail: 'leave it, and begin it anew',
    });
  if (method !== 'GET' && method !== 'HEAD')
    throw new AppError('DENIED', {
      message: `this is a view of what ${principalName(seen)} may do: nothing is changed in it`,
      detail: 'leave the view to change something',
      because: because('view only', { who: principalName(seen) }),
    });
  return {
    ...asker,
    principal: seen,
    ...(await rightsOf(deps, seen)),
    rightsNow: async () => {
      const own = await asker.rightsNow();
      const still = own !== undefined && (await viewedBy(deps, { ...asker, ...own }, view)) !== undefined;
      return still ? rightsOf(deps, seen) : undefined;
    },
  };
}

async function viewedBy(
  { viewOf }: CheckDeps,
  { principal, grants, now }: Asker,
  view: string,
): Promise<SignedInPrincipal | undefined> {
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
  if (principal.kind !== 'user' || principal.personalToken !== undefined) return undefined;
  return administersSystem(grants, now) ? viewOf?.(principal, view) : undefined;
}

async function rightsOf({ db }: CheckDeps, principal: Principal): Promise<Pick<Asker, 'grants' | 'now'>> {
  const grants = await grantsOf(db.reader, principal);
  return { grants, now: await timeFor(db, grants) };
}

/** Neither tries a password again nor keeps a session alive. */
async function isStill(deps: CheckDeps, call: Call, who: SignedIn | Principal): Promise<boolean> {
  if ('passwordVersion' in who)
    return who.principal.kind === 'anonymous' || ((await deps.stillCounts?.(who)) ?? true);
  const header: Call['header'] = (name) =>
    name.toLowerCase() === noRenewalHeader ? 'true' : call.header(name);
  const session = await deps.bySession?.({ method: 'GET', header, context: call.context });
  return session !== undefined && principalKey(session) === principalKey(who);
}

const nobodyAtAll: SignedIn = { principal: anonymous, passwordVersion: undefined };

function nobody(error: unknown): SignedIn {
  if (error instanceof AppError && error.row.status === 401) return nobodyAtAll;
  throw error;
}

function signedIn(asker: Asker): SignedInAsker {
  const { principal } = asker;
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
  return { ...asker, principal };
}

function onSystem(asker: Asker, permission: SystemPermission): SignedInAsker {
  const known = signedIn(asker);
  if (canOnSystem(known.grants, permission, known.now)) return known;
  throw new AppError('DENIED', systemRefusal(known.principal, permission));
}

/** Only who may see every account is told that there is none, 404. */
async function ofAccount(deps: CheckDeps, permission: SystemPermission, call: Call): Promise<AccountAsker> {
  const asker = signedIn(await findAsker(deps, call));
  const id = Number(call.parameters['user_id']);
  const { principal } = asker;
  const self = principal.kind === 'user' && principal.id === id;
  if (self && principal.personalToken !== undefined && call.method !== 'GET') throw ownAccountByToken();
  const known = self ? asker : onSystem(asker, permission);
  const account = await findPagedUser(deps.db.reader, id);
  if (account === undefined) throw new AppError('NOT_FOUND', { message: `user ${id} not found` });
  return { ...known, account, self };
}

/** Whoever finds a token must not be able to keep the account. */
function ownAccountByToken(): AppError {
  return new AppError('DENIED', {
    message: 'an account is not changed by one of its tokens',
    detail: 'sign in with the password',
  });
}

/** The rights of a repository may be wider than those of its project: grants name repositories. */
async function inRepository(
  deps: AdmitDeps,
  asker: Asker,
  of: Pick<NeedOfCall, 'permission' | 'call'>,
): Promise<RepositoryAsker> {
  const { fullName, path } = repositoryOf(of.call.parameters);
  return { ...(await inProject(deps, asker, { ...of, path })), repository: { fullName, path } };
}

interface NeedOfCall {
  readonly permission: Permission;
  readonly call: Call;
  readonly path?: string;
  readonly inPart?: Permission;
  readonly orPermission?: Permission;
}

async function inProject(deps: AdmitDeps, asker: Asker, of: NeedOfCall): Promise<ProjectAsker> {
  const { permission } = of;
  const reference = projectReference(of.call);
  const project = await resolve(deps, reference);
  if (project !== undefined && of.inPart !== undefined && holdsPart(asker, of.inPart, project))
    return { ...asker, project };
  const { path, orPermission: other } = of;
  if (
    project !== undefined &&
    other !== undefined &&
    can(asker.grants, other, { project }, asker.now).allowed
  )
    return { ...asker, project };
  const admitted = await requireInProject(deps, asker, {
    permission,
    project,
    named: reference.text,
    ...(path === undefined ? {} : { path }),
  });
  return { ...asker, project: admitted };
}

function resolve({ db }: AdmitDeps, { text, id }: ProjectReference): Promise<Project | undefined> {
  if (id !== undefined)
    return Number.isSafeInteger(id) ? findProjectById(db.reader, id) : Promise.resolve(undefined);
  // Whatever else there is in the path is no name, and never gets to the database.
  return /^[a-z0-9._-]{1,255}$/.test(text) ? findProject(db.reader, text) : Promise.resolve(undefined);
}
