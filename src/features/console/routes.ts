import type { FastifyReply, FastifyRequest } from 'fastify';
import { csrfHeaderName } from '../../access/sessions/csrf-tokens.ts';
import { readCookie } from '../../access/sessions/read-cookie.ts';
import { readTokenCookie, sessionCookieName } from '../../access/sessions/session-cookie.ts';
import type { SessionRequest } from '../../access/sessions/session-sign-in.ts';
import { AppError } from '../../lib/errors.ts';
import type { Language } from '../../lib/text/language.ts';
import { randomToken } from '../../platform/crypto/random-token.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { BuiltFiles, Encoding } from '../../platform/http/static/built-files.ts';
import { type IndexSession, policyFor, renderIndex, type Theme } from './render-index.ts';
import { consoleTexts } from './text.ts';

/** Addresses of programs: what is not there is no page of the console either. */
const ofPrograms =
  /^\/(?:v1|v2|api|c|service|metrics|livez|readyz|assets|ca\.crt|devcenter-api-2\.0|device)(?:\/|$)/;

const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

const everywhere = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** The account of a browser's session, as the REST API tells it; undefined without one that lives. */
export type WhoAsks = (request: SessionRequest) => Promise<object | undefined>;

interface ConsoleDeps {
  readonly built: BuiltFiles;
  readonly whoAsks: WhoAsks;
}

/** The console: one page for every address that browsers ask for, and the files that it is made of. */
export function consoleRoutes(deps: ConsoleDeps): Routes {
  const { built } = deps;
  return (server) => {
    server.route({
      method: ['GET', 'HEAD'],
      url: '/assets/:name',
      handler: (request: FastifyRequest<{ Params: { name: string } }>, reply) =>
        sendFile(built, request, reply),
    });
    server.route({
      method: ['GET', 'HEAD'],
      url: '/*',
      handler: (request, reply) => sendPage(deps, request, reply),
    });
  };
}

async function sendFile(
  built: BuiltFiles,
  request: FastifyRequest<{ Params: { name: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { name } = request.params;
  const context = contextOf(request.raw);
  context.route = '/assets/{name}';
  const encoding = encodingFor(name, request.headers['accept-encoding']);
  const content = await built.read(name, encoding);
  if (content === undefined) throw addressUnknown(request);
  return reply
    .headers({
      ...everywhere,
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
      'X-Request-Id': context.id,
      ...(encoding === undefined ? {} : { 'Content-Encoding': encoding }),
    })
    .type(types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
    .send(content);
}

/** Fonts are compressed in themselves. */
function encodingFor(name: string, accepted: string | string[] | undefined): Encoding | undefined {
  if (name.endsWith('.woff2')) return undefined;
  const said = new Set(
    String(accepted ?? '')
      .split(',')
      .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
      .map((part) => part.split(';')[0]?.trim().toLowerCase()),
  );
  if (said.has('br')) return 'br';
  return said.has('gzip') ? 'gzip' : undefined;
}

async function sendPage(
  { built, whoAsks }: ConsoleDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = (request.raw.url ?? '').split('?', 1)[0] ?? '';
  // A program that asks for an address by mistake is told so in its own form.
  if (ofPrograms.test(path) || !/\btext\/html\b/.test(request.headers.accept ?? ''))
    throw addressUnknown(request);
  const context = contextOf(request.raw);
  context.route = 'console';
  const manifest = await built.manifest();
  const { cookie } = request.headers;
  const language = languageOf(cookie, request.headers['accept-language']);
  const nonce = randomToken();
  void reply.headers({
    ...everywhere,
    'Content-Security-Policy': policyFor(nonce),
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    'Cache-Control': 'no-store',
    Vary: 'Accept-Language, Cookie',
    'X-Request-Id': context.id,
  });
  if (manifest === undefined)
    return reply.code(503).type('text/plain; charset=utf-8').send(`${consoleTexts.notBuilt[language]}\n`);
  const session = await sessionOf(whoAsks, request);
  const { answerHeaders } = context;
  const csrfToken = answerHeaders[csrfHeaderName];
  const { prefix } = context;
  const theme = themeOf(cookie);
  const page = renderIndex({ manifest, path, language, theme, session, csrfToken, nonce, prefix });
  return reply.headers(answerHeaders).type('text/html; charset=utf-8').send(page);
}

/** Where the database is away the page is there all the same, and asks again. */
async function sessionOf(whoAsks: WhoAsks, { method, headers, raw }: FastifyRequest): Promise<IndexSession> {
  const context = contextOf(raw);
  if (readTokenCookie(headers.cookie, sessionCookieName) === undefined) return 'none';
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === 'string' ? value : undefined;
  };
  try {
    return (await whoAsks({ method, header, context })) ?? 'none';
  } catch (error) {
    context.error = error;
    return 'unknown';
  }
}

function addressUnknown({ method, url }: FastifyRequest): AppError {
  return new AppError('ADDRESS_UNKNOWN', { message: `there is nothing at ${method} ${url.slice(0, 200)}` });
}

/** What was chosen on this browser, else the first of its languages that is one of ours. */
function languageOf(cookies: string | undefined, accepted: string | undefined): Language {
  const chosen = readCookie(cookies, 'berth-language');
  if (chosen === 'en' || chosen === 'zh') return chosen;
  const [, first] = /(?:^|,)\s*(en|zh)\b/i.exec(accepted ?? '') ?? [];
  return first?.toLowerCase() === 'zh' ? 'zh' : 'en';
}

function themeOf(cookies: string | undefined): Theme {
  const chosen = readCookie(cookies, 'berth-theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : 'auto';
}
