import type { RepositoryName } from '../lib/oci/repository-name.ts';
import type { Actor } from '../platform/events/append.ts';
import type { ApiAnswer, ApiCall, Body, Declaration, Parameters } from '../platform/http/api/api-route.ts';
import type { Grant } from './grants/grant-reads.ts';
import type { Permission } from './grants/roles.ts';
import type { SystemPermission } from './grants/system-permissions.ts';
import type { Principal, SignedInPrincipal } from './principal.ts';
import type { Project } from './projects/project-reads.ts';
import type { PagedUser } from './users/user-page-reads.ts';

/** Who asks, as the operations of the REST API know it. */
export interface Asker {
  readonly principal: Principal;
  readonly grants: readonly Grant[];
  /** What the grants are to be compared with; 0 where none of them ends. */
  readonly now: number;
  readonly actor: Actor;
  /** The rights of now, for an answer that lasts; undefined once the sign-in has ended. */
  readonly rightsNow: () => Promise<Pick<Asker, 'grants' | 'now'> | undefined>;
}

/** A user or a robot; `requireUserPrincipal` is for what only users have. */
export interface SignedInAsker extends Asker {
  readonly principal: SignedInPrincipal;
}

/** The account of the path: the asker's own, or any for who has the permission on the system. */
export interface AccountAsker extends SignedInAsker {
  readonly account: PagedUser;
  readonly self: boolean;
}

/** The project of the path, in which the asker has the permission that the route names. */
export interface ProjectAsker extends Asker {
  readonly project: Project;
}

/** The repository of the path, which need not exist, in a project in which the asker has the permission for it. */
export interface RepositoryAsker extends ProjectAsker {
  readonly repository: {
    readonly fullName: RepositoryName;
    /** Relative to the project. */
    readonly path: string;
  };
}

type P = Parameters;
type B = Body | undefined;

/** Credentials are not even looked at. */
export interface OpenRoute<Ps extends P = P, Bs extends B = B> extends Declaration<Ps, Bs> {
  readonly needs: 'nothing';
  run(call: ApiCall<Ps, Bs>): Promise<ApiAnswer>;
}

/** The answer depends on who asks; nobody is refused. */
export interface VisitorRoute<Ps extends P = P, Bs extends B = B> extends Declaration<Ps, Bs> {
  readonly needs: 'anyone';
  run(call: ApiCall<Ps, Bs>, asker: Asker): Promise<ApiAnswer>;
}

export interface SignedInRoute<Ps extends P = P, Bs extends B = B> extends Declaration<Ps, Bs> {
  readonly needs: 'signed-in';
  run(call: ApiCall<Ps, Bs>, asker: SignedInAsker): Promise<ApiAnswer>;
}

/** Its path has `{project_name_or_id}` or `{project_name}`. */
export interface ProjectRoute<Ps extends P = P, Bs extends B = B> extends Declaration<Ps, Bs> {
  readonly needs: 'project';
  readonly permission: Permission;
  /** This permission for some of its repositories is enough: the answer holds no others. */
  readonly inPart?: Permission;
  /** Enough for a part of what it does: `run` asks for the other one where more is wanted. */
  readonly orPermission?: Permission;
  run(call: ApiCall<Ps, Bs>, asker: ProjectAsker): Promise<ApiAnswer>;
}

export interface SystemRoute<Ps extends P = P, Bs extends B = B> extends Declaration<Ps, Bs> {
  readonly needs: 'system';
  readonly permission: SystemPermission;
  run(call: ApiCall<Ps, Bs>, asker: SignedInAsker): Promise<ApiAnswer>;
}

/** Its path has `{user_id}`. */
export interface AccountRoute<Ps extends P = P, Bs extends B = B> extends Declaration<Ps, Bs> {
  readonly needs: 'account';
  readonly permission: SystemPermission;
  run(call: ApiCall<Ps, Bs>, asker: AccountAsker): Promise<ApiAnswer>;
}

/** Its path has `{project_name}` and `{repository_name}`, whose slashes are encoded once or twice. */
export interface RepositoryRoute<Ps extends P = P, Bs extends B = B> extends Declaration<Ps, Bs> {
  readonly needs: 'repository';
  readonly permission: Permission;
  run(call: ApiCall<Ps, Bs>, asker: RepositoryAsker): Promise<ApiAnswer>;
}

/** An operation of the REST API with the right that it needs: who may not, does not get to `run`. */
export type RestRoute =
  | OpenRoute
  | VisitorRoute
  | SignedInRoute
  | SystemRoute
  | AccountRoute
  | ProjectRoute
  | RepositoryRoute;

/** The same route, whose `run` is checked against its own parameters and body. */
export const restRoute = {
  open: <const Ps extends P, const Bs extends B = undefined>(route: OpenRoute<Ps, Bs>): RestRoute => route,
  visitor: <const Ps extends P, const Bs extends B = undefined>(route: VisitorRoute<Ps, Bs>): RestRoute =>
    route,
  signedIn: <const Ps extends P, const Bs extends B = undefined>(route: SignedInRoute<Ps, Bs>): RestRoute =>
    route,
  system: <const Ps extends P, const Bs extends B = undefined>(route: SystemRoute<Ps, Bs>): RestRoute =>
    route,
  account: <const Ps extends P, const Bs extends B = undefined>(route: AccountRoute<Ps, Bs>): RestRoute =>
    route,
  repository: <const Ps extends P, const Bs extends B = undefined>(
    route: RepositoryRoute<Ps, Bs>,
  ): RestRoute => route,
  project: <const Ps extends P, const Bs extends B = undefined>(route: ProjectRoute<Ps, Bs>): RestRoute =>
    route,
};
