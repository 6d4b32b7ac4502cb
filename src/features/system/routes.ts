import { contextOf } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';

export interface SystemDeps {
  /** Undefined, or in one sentence why nothing can be served now. */
  readonly notReady: () => string | undefined;
}

/** `/livez`: the process answers. `/readyz`: it can serve, and is not about to stop. Neither needs a login. */
export function systemRoutes(deps: SystemDeps): Routes {
  return (server) => {
    server.get('/livez', (request, reply) => {
      contextOf(request.raw).route = '/livez';
      void reply.header('X-Request-Id', contextOf(request.raw).id).send({ status: 'alive' });
    });
    server.get('/readyz', (request, reply) => {
      const context = contextOf(request.raw);
      context.route = '/readyz';
      const reason = deps.notReady();
      void reply.header('X-Request-Id', context.id);
      if (reason === undefined) void reply.send({ status: 'ready' });
      else void reply.code(503).header('Retry-After', '5').send({ status: 'not ready', reason });
    });
  };
}
