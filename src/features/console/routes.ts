import type { FastifyReply, FastifyRequest } from 'fastify';
import { readCookie } from '../../access/sessions/read-cookie.ts';
import { readTokenCookie, sessionCookieName } from '../../access/sessions/session-cookie.ts';
import { AppError } from '../../lib/errors.ts';
import type { Language } from '../../lib/text/language.ts';
import { randomToken } from '../../platform/crypto/random-token.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { BuiltFiles, Encoding } from '../../platform/http/static/built-files.ts';
import { policyFor, renderIndex, type Theme } from './render-index.ts';
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

/** The console: one page for every address that browsers ask for, and the files that it is made of. */
export function consoleRoutes({ built }: { readonly built: BuiltFiles }): Routes {
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
      handler: (request, reply) => sendPage(built, request, reply),
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
  built: BuiltFiles,
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
  const signedIn = readTokenCookie(cookie, sessionCookieName) !== undefined;
  const page = renderIndex({
    manifest,
    language,
    theme: themeOf(cookie),
    signedIn,
    nonce,
    prefix: context.prefix,
  });
  return reply.type('text/html; charset=utf-8').send(page);
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
