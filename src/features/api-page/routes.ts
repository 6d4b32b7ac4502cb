import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Language } from '../../lib/text/language.ts';
import type { ApiRoute } from '../../platform/http/api/api-route.ts';
import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import { pageStyle } from './page-style.ts';
import { renderPage } from './render-page.ts';

const path = '/devcenter-api-2.0';

/** Nothing but the page's own style is loaded, nothing runs, and no other page shows it in a frame. */
const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Harbor's address of the page that describes the API. */
export function apiPageRoutes(deps: { readonly routes: () => readonly ApiRoute[] }): Routes {
  const pages = new Map<Language, string>();
  const pageIn = (lang: Language, prefix: string): string => {
    const kept = prefix === '' ? pages.get(lang) : undefined;
    const made = kept ?? renderPage(deps.routes(), lang, prefix);
    if (prefix === '') pages.set(lang, made);
    return made;
  };
  return (server) => {
    for (const url of [path, `${path}/`]) {
      server.get(url, (request, reply) => {
        send(request, reply, {
          type: 'text/html',
          body: pageIn(languageOf(request), contextOf(request.raw).prefix),
        });
      });
    }
    server.get(`${path}/style.css`, (request, reply) => {
      send(request, reply, { type: 'text/css', body: pageStyle });
    });
  };
}

function send(request: FastifyRequest, reply: FastifyReply, file: { type: string; body: string }): void {
  const context = contextOf(request.raw);
  context.route = path;
  void reply
    .headers({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-cache',
      Vary: 'Accept-Language, X-Forwarded-Prefix',
      'X-Request-Id': context.id,
    })
    .type(`${file.type}; charset=utf-8`)
    .send(file.body);
}

/** What the address says, else the first language of the browser. */
function languageOf({ raw }: FastifyRequest): Language {
  const [, query = ''] = (raw.url ?? '').split('?', 2);
  const asked = new URLSearchParams(query).get('lang');
  if (asked === 'en' || asked === 'zh') return asked;
  return /^\s*zh\b/i.test(raw.headers['accept-language'] ?? '') ? 'zh' : 'en';
}
