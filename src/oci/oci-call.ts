import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authenticate } from '../access/authenticate.ts';
import type { NewProject } from '../access/defaults/require-unlocked.ts';
import type { CreateProjectInput } from '../access/projects/create-project.ts';
import type { Project } from '../access/projects/project-reads.ts';
import type { Refusals } from '../access/refusals/note-refusal.ts';
import type { KeptRights } from '../access/resolve-and-require.ts';
import type { ReadManifestDeps } from '../content/artifacts/find-manifest.ts';
import type { PushManifestDeps } from '../content/artifacts/push-manifest.ts';
import type { OpenBlobDeps } from '../content/blobs/open-blob.ts';
import type { PullCounts } from '../content/pulls/pull-counts.ts';
import type { PullLog } from '../content/pulls/pull-log.ts';
import type { RepositoryFilter } from '../content/repositories/repository-reads.ts';
import type { UploadDeps } from '../content/uploads/upload-deps.ts';
import type { ParsedName } from '../lib/oci/repository-name.ts';
import type { BytesCache } from '../platform/cache/bytes-cache.ts';
import type { Actor } from '../platform/events/append.ts';
import type { RequestContext } from '../platform/http/request-context.ts';
import type { RecentPulls } from './recent-pulls.ts';

export interface OciDeps extends ReadManifestDeps, PushManifestDeps, OpenBlobDeps, UploadDeps {
  readonly authenticate: Authenticate;
  readonly pulls: PullCounts;
  readonly pullLog: Pick<PullLog, 'add'>;
  readonly refusals: Refusals;
  /** Projects and grants since the last commit. */
  readonly rights: KeptRights;
  /** Undefined where the database is in this process. */
  readonly recent: RecentPulls | undefined;
  /** Small blobs by digest: used only after the repository's link was read. */
  readonly smallBlobs: BytesCache;
  /** A push makes the project that it is the first into. */
  readonly createsProjects: boolean;
  /** What such a project begins with. */
  readonly newProject: () => NewProject & Pick<CreateProjectInput, 'begin'>;
  /**
   * Names and passwords are asked for, as Docker's registry with a file of them does, of whom no token was refused: some
   * clients know nothing else. Undefined: a 401 says where tokens are had.
   */
  readonly basicRealm: string | undefined;
  /** So long a link that no artifact needs stays. */
  readonly linkWindowMs: number;
  /** Project of names that have none; empty: such names are refused. */
  readonly defaultProject: string;
  /** False while the store is not the one this registry belongs to. */
  readonly ready: () => boolean;
  /** True once the server is to stop: connections are closed after their answer. */
  readonly stopping: () => boolean;
}

/** One request to the distribution API, taken apart. */
export interface OciCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  readonly query: URLSearchParams;
  readonly name: ParsedName;
  /** Whether the caller may pull from another repository; false also for one that does not exist. */
  readonly mayPull: (name: ParsedName) => Promise<boolean>;
  /** The repository that had this name before, if the caller may pull from it. */
  readonly formerly: (name: ParsedName) => Promise<ParsedName | undefined>;
  /** Which repositories the caller may pull from, whatever a token was asked for. */
  readonly readable: () => Promise<RepositoryFilter>;
  readonly project: Project;
  /** The part of the path behind `manifests/`, `blobs/` or `uploads/`. */
  readonly target: string;
  readonly actor: Actor;
}

/** Whose bytes these are. */
export function trafficOf({ project, actor }: OciCall): {
  readonly projectId: number;
  readonly account: string;
} {
  return { projectId: project.id, account: actor.principal };
}
