import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { AppError, isLogged } from '../../lib/errors.ts';
import type { Logger } from '../log/logger.ts';
import type { RequestMeter } from '../metrics/request-meter.ts';
import { askForBody } from './ask-for-body.ts';
import { becauseHeader, errorBody, errorHeaders, harborErrorBody } from './error-body.ts';
import type { RequestHandler } from './listeners.ts';
import { clientName } from './load/client-name.ts';
import type { FairShare } from './load/fair-share.ts';
import type { Outside } from './origin-of.ts';
import { contextOf, openContext, type RequestContext } from './request-context.ts';
import { requestProblem, takeTargetApart } from './request-problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The handler reads the raw request, and asks for the body before. */
    readsBody?: true;
  }
}

/** A folder's routes. */
export type Routes = (server: FastifyInstance) => void;

/** What may become of a request before anything looks at it. */
export type Gate = (request: IncomingMessage) => AppError | { readonly redirect: string } | undefined;

interface ServerOptions {
  readonly meter?: RequestMeter;
  readonly gate?: Gate | undefined;
  /** Default: clients may ask as much as they like. */
  readonly fairShare?: FairShare;
}

/** One HTTP face: its routes, a log line for each request, refusals in one form. */
export async function createHttpServer(
  routes: readonly Routes[],
  log: Logger,
  outside: Outside,
  { meter, gate, fairShare }: ServerOptions = {},
): Promise<RequestHandler> {
  // The listeners are ours: Fastify only routes.
  const server = fastify({
    logger: false,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1024 },
    // Before any route is found: the path cannot be decoded, or is too long.
    frameworkErrors: (cause, request, reply) => {
      const message = 'the address is too long or not validly percent-encoded';
      refuse(new AppError('NAME_INVALID', { message }, { cause }), request, reply);
    },
  });
  server.setNotFoundHandler((request) => {
    throw addressUnknown(request);
  });
  server.setErrorHandler(refuse);
  serveExpectations(server);
  for (const each of routes) each(server);
  await server.ready();
  return (request, response) => {
    const context = openContext(request, outside);
    // What clients pushed and what they asked for stands in answers and refusals; no browser is to take it for a page.
    response.setHeader('X-Content-Type-Options', 'nosniff');
    meter?.begin(context);
    response.once('close', () => {
      const ms = performance.now() - context.startedAt;
      meter?.end(context, {
        method: request.method ?? '',
        status: response.statusCode,
        seconds: ms / 1000,
        receivedBytes: lengthOf(request.headers['content-length']),
        sentBytes: lengthOf(response.getHeader('content-length')),
      });
      logRequest(log, request, response, { context, ms });
    });
    const problem = problemOf(request) ?? gate?.(request);
    if (problem === undefined) {
      const serve = (): void => server.routing(request, response);
      if (fairShare === undefined || context.clientAddress === '') serve();
      else serveInTurn(fairShare, { request, response, context }, serve);
    } else if (problem instanceof AppError) refuseRaw(problem, request, response);
    else redirect(problem.redirect, response, context);
  };
}

function lengthOf(header: unknown): number {
  const length = Number(header ?? 0);
  return Number.isFinite(length) ? length : 0;
}

interface Raw {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
}

function serveInTurn(fairShare: FairShare, { request, response, context }: Raw, serve: () => void): void {
  const place = fairShare.enter(clientName(request, context));
  if (place === undefined) {
    refuseRaw(tooManyRequests(), request, response);
    return;
  }
  context.place = place;
  response.once('close', () => place.leave());
  if (place.turn === undefined) serve();
  else
    void place.turn.then(() => {
      if (!response.destroyed) serve();
    });
}

function tooManyRequests(): AppError {
  return new AppError('TOO_MANY_REQUESTS', {
    message: 'too many requests of this client at once',
    detail: 'wait for some of them to end (client_requests)',
    headers: { 'Retry-After': '2' },
  });
}

/** A body is asked for when a handler's parser is about to read it; hooks before that refuse without it. */
function serveExpectations(server: FastifyInstance): void {
  server.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.is404) {
      // Fastify would read the body first, which may not come before it is asked for.
      done(addressUnknown(request));
      return;
    }
    if (request.routeOptions.config.readsBody !== true) askForBody(request.raw);
    done(null, payload);
  });
}

function addressUnknown(request: FastifyRequest): AppError {
  return new AppError('ADDRESS_UNKNOWN', {
    message: `there is nothing at ${request.method} ${request.url.slice(0, 200)}`,
  });
}

function problemOf(request: IncomingMessage): AppError | undefined {
  const problem = requestProblem(request);
  if (problem !== undefined) return problem;
  try {
    takeTargetApart(request);
    return undefined;
  } catch (error) {
    return asAppError(error);
  }
}

/** Before any route, so that no handler sees the request. */
function refuseRaw(problem: AppError, request: IncomingMessage, response: ServerResponse): void {
  const context = contextOf(request);
  context.error = problem;
  const body = refusalBody(problem, request, context);
  response.writeHead(problem.row.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': context.id,
    Connection: 'close',
    ...problem.headers,
  });
  response.end(body);
}

function redirect(location: string, response: ServerResponse, context: RequestContext): void {
  response.writeHead(308, {
    Location: location,
    'Content-Length': 0,
    'X-Request-Id': context.id,
    Connection: 'close',
  });
  response.end();
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const context = contextOf(request.raw);
  const shown = asAppError(error);
  context.error = error;
  void reply
    .code(shown.row.status)
    .headers({ ...context.answerHeaders, ...errorHeaders(shown), 'X-Request-Id': context.id })
    .type('application/json; charset=utf-8')
    .send(refusalBody(shown, request.raw, context));
}

/** Below `/api` and `/c` in Harbor's form. */
function refusalBody(
  error: AppError,
  { url = '', headers }: IncomingMessage,
  { id }: RequestContext,
): string {
  if (!/^\/+(?:api|c)(?:[/?]|$)/.test(url)) return errorBody(error, id);
  return harborErrorBody(error, {
    own: /^\/+api\/+berth\//.test(url),
    because: headers[becauseHeader.toLowerCase()] === 'true',
  });
}

/** What is thrown at the edge, as something a client can be told. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // Fastify looks at the header before any route does.
  if (error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new AppError('UNSUPPORTED_MEDIA_TYPE', { message: 'the Content-Type is none' }, { cause: error });
  return new AppError('INTERNAL', {}, { cause: error });
}

function logRequest(
  log: Logger,
  request: IncomingMessage,
  response: ServerResponse,
  { context, ms }: { context: RequestContext; ms: number },
): void {
  const { error } = context;
  const level = error === undefined || isLogged(error) ? 'info' : asAppError(error).row.level;
  const facts = {
    request: context.id,
    method: request.method,
    route: context.route,
    status: response.statusCode,
    ms: Math.round(ms * 10) / 10,
    principal: context.principal,
    address: context.clientAddress,
    ...(context.repository === undefined ? {} : { repository: context.repository }),
    // A client that went away is no failure of ours.
    ...(response.writableFinished || context.answered ? {} : { aborted: true }),
    ...(level === 'info' ? {} : { error }),
  };
  log[level](facts, 'request');
}
