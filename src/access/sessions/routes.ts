import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../lib/errors.ts';
import { formOf, takeForms } from '../../platform/http/forms/take-forms.ts';
import { contextOf, type RequestContext } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { anonymous, type Principal, principalName, principalText } from '../principal.ts';
import { isTaken } from './is-taken.ts';
import { openSessionByForm, whoIsNobody } from './open-session-by-form.ts';
import { endedSessionCookie, readTokenCookie, sessionCookieName } from './session-cookie.ts';
import type { SessionRoutesDeps } from './session-sign-in.ts';

/** Harbor's addresses for browsers, outside its API. Forms are never logged. */
export function sessionRoutes(deps: SessionRoutesDeps): Routes {
  return (server) => {
    void server.register((scope: FastifyInstance, _options: unknown, done: () => void) => {
      takeForms(scope);
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
  const headers = await openSessionByForm(deps, {
    form: formOf(request),
    headers: request.headers,
    context: contextOf(request.raw),
  });
  return headers === undefined ? reply.code(401).send() : reply.headers(headers).send();
}

async function logOut(
  deps: SessionRoutesDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = contextOf(request.raw);
  const id = readTokenCookie(request.headers.cookie, sessionCookieName);
  if (id !== undefined) {
    const session = await deps.sessions.find(id, undefined);
    const principal: Principal =
      session === undefined ? anonymous : { kind: 'user', id: session.userId, username: session.username };
    context.principal = principalName(principal);
    await deps.sessions.close(id, { actor: actorOf(principal, context), username: session?.username });
  }
  return reply.header('Set-Cookie', endedSessionCookie(context)).send();
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
