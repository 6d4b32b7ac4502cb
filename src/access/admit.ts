import { AppError } from '../lib/errors.ts';
import type { Database } from '../platform/db/database.ts';
import type { ApiCall, ApiRoute, Body, Parameters } from '../platform/http/api/api-route.ts';
import type { SignedIn, SignIn } from './authenticate.ts';
import { can } from './authorize.ts';
import { denied } from './denied.ts';
import { anonymous, type Principal, principalName, principalText } from './principal.ts';
import { findProject, findProjectById, type Project } from './projects/project-reads.ts';
import { grantsOf, timeFor } from './resolve-and-require.ts';
import type { Asker, ProjectAsker, ProjectRoute, RestRoute, SignedInAsker } from './rest-route.ts';

export interface AdmitDeps {
  readonly db: Database;
  /** @throws AppError UNAUTHORIZED for wrong credentials */
  readonly signIn: SignIn;
}

type Call = ApiCall<Parameters, Body | undefined>;

/** Puts the check of the right that a route names before what it does. */
export function admit(deps: AdmitDeps, route: RestRoute): ApiRoute {
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
        answer: async (call) => route.run(call, await inProject(deps, route, call)),
      };
  }
}

/**
 * Only names and passwords count: tokens are for `/v2`. Whoever comes with wrong ones is nobody, as with Harbor, so
 * that what is public stays readable.
 */
async function findAsker(deps: AdmitDeps, call: Call): Promise<Asker> {
  const { context, authorization = '' } = call;
  const principal = /^basic /i.test(authorization)
    ? await deps.signIn(authorization, context).then(whoSignedIn, nobody)
    : anonymous;
  context.principal = principalName(principal);
  const grants = await grantsOf(deps.db.reader, principal);
  const { clientAddress: address, client, id: requestId } = context;
  return {
    principal,
    grants,
    now: await timeFor(deps.db, grants),
    actor: { principal: principalText(principal), address, client, requestId },
  };
}

function whoSignedIn({ principal }: SignedIn): Principal {
  return principal;
}

function nobody(error: unknown): Principal {
  if (error instanceof AppError && error.row.status === 401) return anonymous;
  throw error;
}

function signedIn(asker: Asker): SignedInAsker {
  const { principal } = asker;
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
  return { ...asker, principal };
}

/**
 * Anonymous: 401. Others: a project that they cannot see is answered as one that does not exist, 403; only who sees
 * every project is told that there is none, 404.
 */
async function inProject(deps: AdmitDeps, route: ProjectRoute, call: Call): Promise<ProjectAsker> {
  const { permission } = route;
  const reference = projectReference(call);
  const asker = await findAsker(deps, call);
  const { principal, grants, now } = asker;
  const project = await resolve(deps, reference);
  const decision = project === undefined ? undefined : can(grants, permission, { project }, now);
  if (project !== undefined && decision?.allowed === true) return { ...asker, project };
  if (principal.kind === 'anonymous') throw new AppError('UNAUTHORIZED');
  if (project !== undefined && decision?.visible === true)
    throw await denied(deps, { principal, permission, project, place: { project }, decision });
  if (can(grants, permission, { project: nowhere }, now).allowed)
    throw new AppError('NOT_FOUND', { message: `project ${reference.text.slice(0, 255)} not found` });
  throw new AppError('DENIED', { message: 'forbidden' });
}

/** What only a grant on the whole system covers. */
const nowhere = { id: 0, public: false };

interface ProjectReference {
  readonly text: string;
  /** Undefined: it is a name. */
  readonly id: number | undefined;
}

/** What looks like a whole number is an id, unless the header says that it is a name. */
function projectReference({ parameters }: Call): ProjectReference {
  const text = String(parameters['project_name_or_id']);
  if (text.includes(' ')) throw new AppError('BAD_REQUEST', { message: 'a project name has no spaces' });
  const isName = parameters['X-Is-Resource-Name'] === true || !/^\d{1,19}$/.test(text);
  return { text, id: isName ? undefined : Number(text) };
}

function resolve({ db }: AdmitDeps, { text, id }: ProjectReference): Promise<Project | undefined> {
  if (id !== undefined)
    return Number.isSafeInteger(id) ? findProjectById(db.reader, id) : Promise.resolve(undefined);
  // Whatever else there is in the path is no name, and never gets to the database.
  return /^[a-z0-9._-]{1,255}$/.test(text) ? findProject(db.reader, text) : Promise.resolve(undefined);
}
