import type { FastifyReply, FastifyRequest } from 'fastify';
import { comesFromLoopback } from '../../platform/http/metrics/comes-from-loopback.ts';
import { contextOf, type RequestContext } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { TrustedProxies } from '../../platform/http/trusted-proxies.ts';
import type { Exposition } from '../../platform/metrics/exposition.ts';

const path = '/metrics';

export interface MetricsRoutesDeps {
  readonly exposition: Exposition;
  readonly proxies: TrustedProxies;
  readonly administers: (header: string | undefined, context: RequestContext) => Promise<boolean>;
}

/** On the port of everything else: for programs on this machine and for administrators; else there is nothing here. */
export function guardedRoutes({ exposition, proxies, administers }: MetricsRoutesDeps): Routes {
  return (server) => {
    // No body is asked for, as at an address where nothing is.
    server.get(path, { config: { readsBody: true } }, async (request, reply) => {
      const { raw } = request;
      const allowed =
        comesFromLoopback(proxies, raw) || (await administers(raw.headers.authorization, contextOf(raw)));
      if (!allowed) {
        reply.callNotFound();
        return reply;
      }
      return answer(exposition, request, reply);
    });
  };
}

/** On a listener of their own: whoever reaches it may read them. */
export function openRoutes(exposition: Exposition): Routes {
  return (server) => {
    server.get(path, (request, reply) => answer(exposition, request, reply));
  };
}

async function answer(
  exposition: Exposition,
  { raw }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const context = contextOf(raw);
  context.route = path;
  const text = await exposition.text();
  return reply
    .headers({ 'X-Request-Id': context.id, 'Cache-Control': 'no-store' })
    .type(exposition.contentType)
    .send(text);
}
