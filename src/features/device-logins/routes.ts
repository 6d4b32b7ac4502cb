import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type AnswerDeps,
  answerDeviceLogin,
  lookAtDeviceLogin,
} from '../../access/device-logins/answer-device-login.ts';
import { principalName, principalText, type UserPrincipal } from '../../access/principal.ts';
import { csrfHeaderName } from '../../access/sessions/csrf-tokens.ts';
import { openSessionByForm } from '../../access/sessions/open-session-by-form.ts';
import { readTokenCookie, sessionCookieName } from '../../access/sessions/session-cookie.ts';
import type { SessionRoutesDeps } from '../../access/sessions/session-sign-in.ts';
import { AppError } from '../../lib/errors.ts';
import type { Language } from '../../lib/text/language.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { formOf, takeForms } from '../../platform/http/forms/take-forms.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { devicePagePath } from './device-login-routes.ts';
import { devicePageStyle } from './device-page-style.ts';
import { type DeviceView, renderDevicePage } from './render-device-page.ts';

export interface DevicePageDeps extends AnswerDeps {
  readonly sessions: SessionRoutesDeps;
}

/** Nothing but the page's own style is loaded, nothing runs, forms go here only, and no other page shows it in a frame. */
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** The page on which a person says whether a device may sign in (RFC 8628 §3.3). */
export function devicePageRoutes(deps: DevicePageDeps): Routes {
  return (server) => {
    void server.register((scope: FastifyInstance, _options: unknown, done: () => void) => {
      takeForms(scope);
      scope.get(devicePagePath, (request, reply) => ask(deps, request, reply));
      scope.post(devicePagePath, (request, reply) => answer(deps, request, reply));
      scope.post(`${devicePagePath}/sign-in`, (request, reply) => signIn(deps, request, reply));
      scope.get(`${devicePagePath}/style.css`, (request, reply) =>
        prepared(request, reply).type('text/css; charset=utf-8').send(devicePageStyle),
      );
      done();
    });
  };
}

function prepared(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const context = contextOf(request.raw);
  context.route = devicePagePath;
  return reply.headers({
    'Content-Security-Policy': policy,
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'X-Request-Id': context.id,
  });
}

function show(request: FastifyRequest, reply: FastifyReply, view: DeviceView, status = 200): FastifyReply {
  const html = renderDevicePage(view, languageOf(request), contextOf(request.raw).prefix);
  return prepared(request, reply).code(status).type('text/html; charset=utf-8').send(html);
}

/** Of the form, else of the address. */
function fieldOf(request: FastifyRequest, name: string): string {
  const [, query = ''] = (request.raw.url ?? '').split('?', 2);
  return (formOf(request) ?? new URLSearchParams(query)).get(name)?.slice(0, 200) ?? '';
}

function languageOf(request: FastifyRequest): Language {
  const asked = fieldOf(request, 'lang');
  if (asked === 'en' || asked === 'zh') return asked;
  return /^\s*zh\b/i.test(request.headers['accept-language'] ?? '') ? 'zh' : 'en';
}

interface Session {
  readonly id: string;
  readonly principal: UserPrincipal;
}

async function sessionOf(
  { sessions }: DevicePageDeps,
  request: FastifyRequest,
): Promise<Session | undefined> {
  const id = readTokenCookie(request.headers.cookie, sessionCookieName);
  const found = id === undefined ? undefined : await sessions.sessions.find(id, contextOf(request.raw));
  if (id === undefined || found === undefined) return undefined;
  const principal: UserPrincipal = { kind: 'user', id: found.userId, username: found.username };
  contextOf(request.raw).principal = principalName(principal);
  return { id, principal };
}

async function ask(
  deps: DevicePageDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const code = fieldOf(request, 'code');
  const session = await sessionOf(deps, request);
  if (session === undefined) return show(request, reply, { kind: 'sign-in', code });
  if (code === '') return show(request, reply, { kind: 'code', code });
  const { principal } = session;
  return explained(request, reply, async () => {
    const { name, address, client, createdAt } = await lookAtDeviceLogin(deps, principal, code);
    const { [csrfHeaderName]: csrf = '', ...cookie } = deps.sessions.csrf.offer(
      session.id,
      request.headers.cookie,
      contextOf(request.raw),
    );
    void reply.headers(cookie);
    const facts = { itsName: name, address, client, since: apiTime(createdAt) };
    return { kind: 'question', code, user: principal.username, csrf, facts };
  });
}

const problems = { NOT_FOUND: 'unknown', TOO_MANY_REQUESTS: 'slower', DENIED: 'stale' } as const;

/** A person is shown a page, not JSON. */
async function explained(
  request: FastifyRequest,
  reply: FastifyReply,
  find: () => Promise<DeviceView>,
): Promise<FastifyReply> {
  const { view, status } = await find().then(
    (found) => ({ view: found, status: 200 }),
    (error: unknown) => {
      if (!(error instanceof AppError && error.code in problems)) throw error;
      const problem = problems[error.code as keyof typeof problems];
      const shown: DeviceView = { kind: 'code', code: fieldOf(request, 'code'), problem };
      return { view: shown, status: error.row.status };
    },
  );
  return show(request, reply, view, status);
}

async function answer(
  deps: DevicePageDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [code, csrf] = [fieldOf(request, 'code'), fieldOf(request, 'csrf')];
  const session = await sessionOf(deps, request);
  if (session === undefined) return show(request, reply, { kind: 'sign-in', code }, 401);
  const { principal, id } = session;
  return explained(request, reply, async () => {
    const problem = deps.sessions.csrf.problem(id, request.headers.cookie, csrf);
    if (problem !== undefined) throw new AppError('DENIED', { message: problem });
    const { clientAddress: address, client, id: requestId } = contextOf(request.raw);
    const actor = { principal: principalText(principal), address, client, requestId };
    const approve = fieldOf(request, 'answer') === 'approve';
    await answerDeviceLogin(deps, { principal, code, approve, actor });
    return { kind: 'done', approved: approve };
  });
}

async function signIn(
  deps: DevicePageDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const code = fieldOf(request, 'code');
  const context = contextOf(request.raw);
  const headers = await openSessionByForm(deps.sessions, {
    form: formOf(request),
    headers: request.headers,
    context,
  });
  if (headers === undefined)
    return show(request, reply, { kind: 'sign-in', code, problem: 'signedOut' }, 401);
  const query = new URLSearchParams({ code, lang: languageOf(request) });
  return prepared(request, reply)
    .headers(headers)
    .code(303)
    .header('Location', `${context.prefix}${devicePagePath}?${query.toString()}`)
    .send();
}
