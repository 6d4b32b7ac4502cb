import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../access/caller.ts';
import { type Principal, principalName, principalText } from '../access/principal.ts';
import { projectOfFirstPush } from '../access/project-of-first-push.ts';
import { dropUnusedProject } from '../access/projects/create-project-reap.ts';
import {
  grantsOf,
  insufficientScope,
  isAskedFor,
  mayPull,
  requirePull,
  resolveAndRequire,
  timeFor,
} from '../access/resolve-and-require.ts';
import type { ScopeAction } from '../access/tokens/parse-scopes.ts';
import { type Visible, visibleTo } from '../access/visible.ts';
import { amongVisibleRepositories, inVisibleRepositories } from '../access/visible-reads.ts';
import { foreignStore } from '../content/blobs/foreign-store.ts';
import type { RepositoryFilter } from '../content/repositories/repository-reads.ts';
import { AppError } from '../lib/errors.ts';
import { type ParsedName, parseRepositoryName, readRepositoryName } from '../lib/oci/repository-name.ts';
import { isTag } from '../lib/oci/tag.ts';
import type { Actor } from '../platform/events/append.ts';
import { rememberAccount } from '../platform/http/load/client-name.ts';
import { adminSocketAddress } from '../platform/http/operator.ts';
import { contextOf } from '../platform/http/request-context.ts';
import type { Routes } from '../platform/http/server.ts';
import { byCurrentName, pullableByEarlierName } from './by-current-name.ts';
import { catalogCall } from './catalog-call.ts';
import { catalogScope, challengeScope } from './challenge.ts';
import { checkApiCall } from './check-api-call.ts';
import { isClientGone } from './client-gone.ts';
import { deleteCalls } from './delete-calls.ts';
import { findOperation, type OperationName } from './find-operation.ts';
import { getBlobCall } from './get-blob-call.ts';
import { getManifestCall } from './get-manifest-call.ts';
import { listReferrersCall } from './list-referrers-call.ts';
import { listTagsCall } from './list-tags-call.ts';
import type { OciCall, OciDeps } from './oci-call.ts';
import { putManifestCall } from './put-manifest-call.ts';
import type { RecentPulls } from './recent-pulls.ts';
import { noteRefusedRequest } from './refusals/note-refused-request.ts';
import { renderError } from './render-error.ts';
import type { Responding } from './send-response.ts';
import { startUploadCall } from './start-upload-call.ts';
import { uploadCalls } from './upload-calls.ts';

interface Operation {
  readonly needs: ScopeAction;
  readonly run: (deps: OciDeps, call: OciCall) => Promise<void>;
}

/** The API, one line for each method of each address, with the right that it needs. */
const table: Readonly<Record<OperationName, Readonly<Record<string, Operation>>>> = {
  manifests: {
    GET: { needs: 'pull', run: getManifestCall },
    HEAD: { needs: 'pull', run: getManifestCall },
    PUT: { needs: 'push', run: putManifestCall },
    DELETE: { needs: 'delete', run: deleteCalls.manifest },
  },
  blobs: {
    GET: { needs: 'pull', run: getBlobCall },
    HEAD: { needs: 'pull', run: getBlobCall },
    DELETE: { needs: 'delete', run: deleteCalls.blob },
  },
  uploads: {
    POST: { needs: 'push', run: startUploadCall },
  },
  upload: {
    GET: { needs: 'push', run: uploadCalls.status },
    PATCH: { needs: 'push', run: uploadCalls.append },
    PUT: { needs: 'push', run: uploadCalls.finish },
    DELETE: { needs: 'push', run: uploadCalls.cancel },
  },
  tags: {
    GET: { needs: 'pull', run: listTagsCall },
    HEAD: { needs: 'pull', run: listTagsCall },
  },
  referrers: {
    GET: { needs: 'pull', run: listReferrersCall },
    HEAD: { needs: 'pull', run: listReferrersCall },
  },
};

const patterns: Readonly<Record<OperationName, string>> = {
  manifests: '/v2/<name>/manifests/<reference>',
  blobs: '/v2/<name>/blobs/<digest>',
  uploads: '/v2/<name>/blobs/uploads/',
  upload: '/v2/<name>/blobs/uploads/<id>',
  tags: '/v2/<name>/tags/list',
  referrers: '/v2/<name>/referrers/<digest>',
};

/** `/v2` as one plugin that writes raw answers: going through Fastify's reply costs a tenth of the throughput. */
export function ociRoutes(deps: OciDeps): Routes {
  return (server) => {
    void server.register((scope: FastifyInstance, _options: unknown, done: () => void) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      for (const url of ['/v2', '/v2/*']) {
        scope.route({
          method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
          url,
          config: { readsBody: true },
          handler: (request, reply) => {
            reply.hijack();
            void answer(deps, request.raw, reply.raw);
          },
        });
      }
      done();
    });
  };
}

async function answer(deps: OciDeps, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call: Responding = { request, response, context: contextOf(request) };
  if (deps.stopping()) response.shouldKeepAlive = false;
  try {
    await dispatch(deps, call);
  } catch (error) {
    if (isClientGone(request, error)) response.destroy();
    else {
      renderError(deps, call, error);
      noteRefusedRequest(deps, call.refusable, error);
    }
  }
}

async function dispatch(deps: OciDeps, responding: Responding): Promise<void> {
  const { request, context } = responding;
  const { path, query } = splitUrl(request.url ?? '');
  if (path === '') {
    context.route = '/v2/';
    await checkApiCall(deps, responding);
    return;
  }
  if (path === '_catalog') {
    context.route = '/v2/_catalog';
    await listCatalog(deps, responding, query);
    return;
  }
  const found = findOperation(path);
  if (found === undefined)
    throw new AppError('ADDRESS_UNKNOWN', { message: `there is nothing at /v2/${path.slice(0, 200)}` });
  context.route = patterns[found.operation];
  const operation = table[found.operation][request.method ?? ''];
  if (operation === undefined) {
    const allow = Object.keys(table[found.operation]).join(', ');
    throw new AppError('UNSUPPORTED', { headers: { Allow: allow } });
  }
  const name = parseRepositoryName(found.name, deps.defaultProject);
  const source = sourceOf(found.operation, query, deps.defaultProject);
  responding.scope = challengeScope(operation.needs, name, source);
  const tags = found.operation === 'manifests' ? tagsOf(request, found.target, query) : [];
  const recent = isPullByDigest(found.operation, operation.needs, tags) ? deps.recent : undefined;
  const caller = await deps.authenticate(request.headers.authorization, context, recent?.versions);
  const { principal } = caller;
  context.principal = principalName(principal);
  context.repository = name.fullName;
  if (principal.kind === 'user') rememberAccount(request, principalText(principal));
  const { client, id: requestId } = context;
  const address = context.clientAddress === '' ? adminSocketAddress : context.clientAddress;
  const actor: Actor = { principal: principalText(principal), address, client, requestId };
  const { operation: what, target } = found;
  responding.refusable = { operation: what, method: request.method ?? '', name, target, actor };
  if (
    deps.createsProjects &&
    isFirst(found.operation, operation.needs) &&
    isAskedFor(caller, { name, action: 'push' })
  )
    await projectOfFirstPush(deps, { principal, name, actor });
  const asked = { ...responding, query, source, target: found.target, tags, actor, recent };
  await byCurrentName(deps, { name, caller, needs: operation.needs }, (by) =>
    serve(deps, operation, { ...asked, ...by }),
  );
}

interface Asked extends Responding {
  readonly query: URLSearchParams;
  readonly name: ParsedName;
  readonly caller: Caller;
  readonly source: ParsedName | undefined;
  readonly target: string;
  readonly tags: readonly string[];
  readonly actor: Actor;
  readonly recent: RecentPulls | undefined;
}

async function serve(deps: OciDeps, operation: Operation, asked: Asked): Promise<void> {
  const { name, caller, source, tags, recent, ...call } = asked;
  call.context.repository = name.fullName;
  const project =
    recent === undefined
      ? await resolveAndRequire(deps, caller, { name, action: operation.needs, tags })
      : await requirePull({ ...deps, permissions: recent.permissions }, caller, name);
  try {
    if (source !== undefined && !isAskedFor(caller, { name: source, action: 'pull' }))
      throw insufficientScope();
    requireStore(deps);
    await operation.run(deps, {
      ...call,
      name,
      project,
      mayPull: (other) => mayPull(deps, caller, other),
      formerly: (other) => pullableByEarlierName(deps, caller, other),
      readable: () => readableBy(deps, caller.principal),
    });
  } catch (error) {
    if (deps.createsProjects && operation.needs === 'push') await forgetProject(deps, project.id);
    throw error;
  } finally {
    // Whatever became of it: nothing of what may be gone is served from what is kept.
    if (operation.needs === 'delete') forgetContent(deps, name);
  }
}

/** A push that was refused leaves no project behind that it has made. */
async function forgetProject(deps: OciDeps, projectId: number): Promise<void> {
  try {
    await dropUnusedProject(deps, projectId);
  } catch (error) {
    deps.log.warn({ error }, 'a project that a refused push has made could not be removed');
  }
}

/** What goes on with an upload, or ends one, is for a repository in which somebody began it. */
function isFirst(operation: OperationName, needs: ScopeAction): boolean {
  return needs === 'push' && operation !== 'upload';
}

/** The only requests that go on while the database is away. */
function isPullByDigest(operation: OperationName, needs: ScopeAction, tags: readonly string[]): boolean {
  return needs === 'pull' && (operation === 'blobs' || (operation === 'manifests' && tags.length === 0));
}

function forgetContent({ recent }: OciDeps, { fullName }: ParsedName): void {
  recent?.blobs.forget(fullName);
  recent?.manifests.forget(fullName);
}

/**
 * Nobody in particular is asked to sign in: clients that wait for a 401 would otherwise see what is public only. With
 * a token of nobody they do.
 */
async function listCatalog(deps: OciDeps, responding: Responding, query: URLSearchParams): Promise<void> {
  const { request, context } = responding;
  if (request.method !== 'GET') throw new AppError('UNSUPPORTED', { headers: { Allow: 'GET' } });
  responding.scope = catalogScope;
  const { principal, token } = await deps.authenticate(request.headers.authorization, context);
  context.principal = principalName(principal);
  if (principal.kind === 'anonymous' && token === undefined) throw new AppError('UNAUTHORIZED');
  if (
    token !== undefined &&
    !token.access.some(({ type, actions }) => type === 'registry' && actions.includes('*'))
  )
    throw insufficientScope();
  const visibleRepositories = amongVisibleRepositories(await pullable(deps, principal), deps.db.dialect);
  await catalogCall(deps, { ...responding, query, visibleRepositories });
}

async function readableBy(deps: OciDeps, principal: Principal): Promise<RepositoryFilter> {
  return inVisibleRepositories(await pullable(deps, principal), deps.db.dialect);
}

async function pullable({ db }: OciDeps, principal: Principal): Promise<Visible> {
  const grants = await grantsOf(db.reader, principal);
  return visibleTo(grants, 'repository:pull', await timeFor(db, grants));
}

function requireStore(deps: OciDeps): void {
  if (!deps.ready()) throw foreignStore();
}

/** Where a blob is to be mounted from; undefined also for a name that cannot be one. */
function sourceOf(
  operation: OperationName,
  query: URLSearchParams,
  defaultProject: string,
): ParsedName | undefined {
  const from = operation === 'uploads' && query.has('mount') ? query.get('from') : null;
  return from === null ? undefined : readRepositoryName(from, defaultProject);
}

/**
 * The tags that a request is about. Only a push names some in its query: a deletion by digest takes every tag,
 * whatever its query says. What is no tag is refused by the operation itself.
 */
function tagsOf({ method }: IncomingMessage, target: string, query: URLSearchParams): string[] {
  return [target, ...(method === 'PUT' ? query.getAll('tag') : [])].filter(isTag);
}

/** @throws AppError ADDRESS_UNKNOWN when the prefix is written in percent-encoding, which the router reads */
function splitUrl(url: string): { path: string; query: URLSearchParams } {
  if (!/^\/v2(?:[/?]|$)/.test(url))
    throw new AppError('ADDRESS_UNKNOWN', { message: `there is nothing at ${url.slice(0, 200)}` });
  const mark = url.indexOf('?');
  const path = (mark < 0 ? url : url.slice(0, mark)).slice('/v2/'.length);
  return { path, query: mark < 0 ? noQuery : new URLSearchParams(url.slice(mark + 1)) };
}

const noQuery = new URLSearchParams();
