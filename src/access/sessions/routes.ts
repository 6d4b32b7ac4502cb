import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../lib/errors.ts';
import { smallBody } from '../../platform/http/request-body.ts';
import { contextOf, type RequestContext } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { anonymous, type Principal, principalName, principalText } from '../principal.ts';
import { isTaken } from './is-taken.ts';
import { endedSessionCookie, readTokenCookie, sessionCookie, sessionCookieName } from './session-cookie.ts';
import type { SessionRoutesDeps } from './session-sign-in.ts';

const maxFormBytes = 16 * 1024;

/** Harbor's addresses for browsers, outside its API. Forms are never logged. */
export function sessionRoutes(deps: SessionRoutesDeps): Routes {
  return (server) => {
    void server.register((scope: FastifyInstance, _options: unknown, done: () => void) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (request, _payload, parsed) => {
        readForm(request.raw).then((form) => parsed(null, form), parsed);
      });
      serve(scope, 'POST', '/c/login', (request, reply) => logIn(deps, request, reply));
      serve(scope, 'GET', '/c/log_out', (request, reply) => logOut(deps, request, reply));
      serve(scope, 'POST', '/c/userExists', (request, reply) => userExists(deps, request, reply));
      done();
    });
  };
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function serve(scope: FastifyInstance, method: 'GET' | 'POST', url: string, handler: Handler): void {
  scope.route({
    method,
    url,
    handler: (request, reply) => {
      const context = contextOf(request.raw);
      context.route = url;
      void reply.headers({ 'Cache-Control': 'no-store', 'X-Request-Id': context.id });
      return handler(request, reply);
    },
  });
  scope.route({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((each) => each !== method),
    url,
    handler: () => {
      throw new AppError('UNSUPPORTED', {
        message: `the only method here is ${method}`,
        headers: { Allow: method },
      });
    },
  });
}

/** The answer has no body: a browser's page looks at the status only. */
async function logIn(
  deps: SessionRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = contextOf(request.raw);
  refuseOtherSites(request, context);
  const form = formOf(request);
  const [username, password] = [form?.get('principal') ?? '', form?.get('password') ?? ''];
  const { principal, passwordVersion } = await deps
    .signIn(basic(username, password), context)
    .catch(whoIsNobody);
  // A program has no browser to sign in with, and tokens are for programs.
  if (principal.kind !== 'user' || principal.personalToken !== undefined || passwordVersion === undefined)
    return reply.code(401).send();
  context.principal = principalName(principal);
  const cookies = request.headers.cookie;
  const id = await deps.sessions.open({
    userId: principal.id,
    username: principal.username,
    passwordVersion,
    before: readTokenCookie(cookies, sessionCookieName),
    actor: actorOf(principal, context),
  });
  const { 'Set-Cookie': csrfCookie, ...headers } = deps.csrf.offer(id, cookies, context.origin);
  const set = [sessionCookie(id, context.origin), ...(csrfCookie === undefined ? [] : [csrfCookie])];
  return reply.headers({ ...headers, 'Set-Cookie': set }).send();
}

function whoIsNobody(error: unknown): { principal: Principal; passwordVersion: undefined } {
  if (error instanceof AppError && error.row.status === 401)
    return { principal: anonymous, passwordVersion: undefined };
  throw error;
}

/**
 * Another site's page could sign a person in as somebody else. Browsers tell which site asks; other programs have no
 * cookies to protect.
 */
function refuseOtherSites({ headers }: FastifyRequest, { origin }: RequestContext): void {
  const { origin: from, 'sec-fetch-site': site } = headers;
  const foreign =
    site === undefined
      ? from !== undefined && from !== origin
      : !['same-origin', 'none'].includes(String(site));
  if (foreign) throw new AppError('DENIED', { message: 'CSRF token invalid: another site asks' });
}

async function logOut(
  deps: SessionRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = contextOf(request.raw);
  const id = readTokenCookie(request.headers.cookie, sessionCookieName);
  if (id !== undefined) {
    const session = await deps.sessions.find(id, { renews: false });
    const principal: Principal =
      session === undefined ? anonymous : { kind: 'user', id: session.userId, username: session.username };
    context.principal = principalName(principal);
    await deps.sessions.close(id, { actor: actorOf(principal, context), username: session?.username });
  }
  return reply.header('Set-Cookie', endedSessionCookie(context.origin)).send();
}

/** @throws AppError PRECONDITION where neither strangers nor the caller may make accounts */
async function userExists(
  deps: SessionRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = contextOf(request.raw);
  const principal = await whoAsks(deps, request);
  context.principal = principalName(principal);
  if (!deps.selfRegistration() && !(await deps.administers(principal)))
    throw new AppError('REGISTRATION_CLOSED');
  const form = formOf(request);
  const [target, value] = [form?.get('target'), form?.get('value')];
  if (target !== 'username' && target !== 'email')
    throw new AppError('BAD_REQUEST', { message: 'target has to be username or email' });
  if (typeof value !== 'string' || value === '' || value.includes('\0'))
    throw new AppError('BAD_REQUEST', { message: 'value is empty or has a NUL character' });
  void reply.headers(context.answerHeaders);
  return reply
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(await isTaken(deps.db.reader, { target, value })));
}

async function whoAsks(deps: SessionRoutesDeps, request: FastifyRequest): Promise<Principal> {
  const { authorization = '' } = request.headers;
  const context = contextOf(request.raw);
  if (/^basic /i.test(authorization)) {
    const { principal } = await deps.signIn(authorization, context).catch(whoIsNobody);
    if (principal.kind !== 'anonymous') return principal;
  }
  const header = (name: string): string | undefined => {
    const value = request.headers[name.toLowerCase()];
    return typeof value === 'string' ? value : undefined;
  };
  return (await deps.bySession({ method: request.method, header, context })) ?? anonymous;
}

function actorOf(principal: Principal, { clientAddress, client, id }: RequestContext) {
  return { principal: principalText(principal), address: clientAddress, client, requestId: id };
}

/** A colon would move the border between name and password: such a name is nobody's. */
function basic(username: string, password: string): string {
  const text = username.includes(':') ? '' : `${username}:${password}`;
  return `Basic ${Buffer.from(text).toString('base64')}`;
}

function formOf({ body }: FastifyRequest): URLSearchParams | undefined {
  return body instanceof URLSearchParams ? body : undefined;
}

async function readForm(request: FastifyRequest['raw']): Promise<URLSearchParams> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded')
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', {
      message: 'only application/x-www-form-urlencoded is taken here',
    });
  const body = await smallBody(request, maxFormBytes);
  if (body === undefined)
    throw new AppError('BODY_TOO_LARGE', { message: `the form is larger than ${maxFormBytes} bytes` });
  return new URLSearchParams(body.toString('utf8'));
}
