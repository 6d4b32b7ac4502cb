import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { ObjectSchema } from '../../platform/http/api/schema.ts';
import { contextOf, type RequestContext } from '../../platform/http/request-context.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { Health, HealthDeps } from './health.ts';
import { readStatistic, statistic } from './read-statistic.ts';
import { type StateDeps, stateRoute } from './state-route.ts';
import { type SystemInfoDeps, systemInfoRoutes } from './system-info-routes.ts';

export interface SystemDeps extends HealthDeps, SystemInfoDeps, StateDeps {
  readonly db: Database;
  /** What an administrator is told beside the health; undefined for everybody else. */
  readonly details: (
    header: string | undefined,
    context: RequestContext,
  ) => Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Undefined, or in one sentence why nothing can be served now. */
  readonly notReady: () => string | undefined;
  /** Whether nothing may be changed. */
  readonly readOnly: () => boolean;
  /** What the operations declared so far are as an OpenAPI document. */
  readonly document: () => unknown;
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

const load = {
  requests_per_minute: { type: 'integer', format: 'int64' },
  event_loop_lag_p99_us: { type: 'integer', format: 'int64' },
  database_connections: { type: 'integer', format: 'int64' },
  database_connections_max: { type: 'integer', format: 'int64' },
  database_connection_waiters: { type: 'integer', format: 'int64' },
  leases: { type: 'integer', format: 'int64', description: 'Uploads that are being written.' },
  resident_memory_bytes: { type: 'integer', format: 'int64' },
} as const;

const health: ObjectSchema = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['healthy', 'unhealthy'] },
    components: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          status: { type: 'string', enum: ['healthy', 'unhealthy'] },
          error: { type: 'string' },
        },
      },
    },
    instances: {
      type: 'array',
      description: 'Server processes that live, with how busy each is; for administrators.',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          host: { type: 'string' },
          version: { type: 'string' },
          started_time: { type: 'string', format: 'date-time' },
          seen_time: { type: 'string', format: 'date-time' },
          ...load,
        },
      },
    },
    totals: {
      type: 'object',
      description: 'Of all instances; of the lag the longest. For administrators.',
      properties: { instances: { type: 'integer', format: 'int64' }, ...load },
    },
  },
};

/** Harbor's operations on the system, and the two addresses that tell what there is. */
export function restRoutes(deps: SystemDeps, checkHealth: () => Promise<Health>): readonly RestRoute[] {
  return [
    restRoute.open({
      method: 'GET',
      path: '/api/v2.0/ping',
      operationId: 'getPing',
      tag: 'ping',
      summary: 'Whether the server answers.',
      needs: 'nothing',
      parameters: {},
      answers: { 200: { description: 'It does.', mediaType: 'text/plain', schema: { type: 'string' } } },
      refusals: [],
      run: () => Promise.resolve({ status: 200, body: 'Pong' }),
    }),
    restRoute.open({
      method: 'GET',
      path: '/api/v2.0/health',
      operationId: 'getHealth',
      tag: 'health',
      summary: 'Whether the parts of the server work.',
      needs: 'nothing',
      parameters: {},
      answers: {
        200: { description: 'The state of each part, also when one does not work.', schema: health },
      },
      refusals: [],
      run: async ({ authorization, context }) => {
        const [told, details] = await Promise.all([checkHealth(), deps.details(authorization, context)]);
        return { status: 200, body: { ...told, ...details } };
      },
    }),
    ...systemInfoRoutes(deps),
    stateRoute(deps),
    restRoute.signedIn({
      method: 'GET',
      path: '/api/v2.0/statistics',
      operationId: 'getStatistic',
      tag: 'statistic',
      summary: 'How many projects and repositories the caller can see; the totals are for administrators.',
      needs: 'signed-in',
      parameters: {},
      answers: { 200: { description: 'The counts.', schema: statistic } },
      refusals: [401],
      run: async (_call, asker) => ({ status: 200, body: await readStatistic(deps, asker) }),
    }),
    restRoute.open({
      method: 'GET',
      path: '/api/version',
      operationId: 'getVersion',
      tag: 'version',
      summary: "The version of Harbor's API.",
      needs: 'nothing',
      parameters: {},
      answers: {
        200: {
          description: 'It.',
          schema: { type: 'object', properties: { version: { type: 'string' } } },
        },
      },
      refusals: [],
      run: () => Promise.resolve({ status: 200, body: { version: 'v2.0' } }),
    }),
    restRoute.open({
      method: 'GET',
      path: '/api/openapi.json',
      operationId: 'getOpenApiDocument',
      tag: 'version',
      summary: 'This document: every operation that there is.',
      needs: 'nothing',
      parameters: {},
      answers: { 200: { description: 'OpenAPI 3.1.', schema: { type: 'object', properties: {} } } },
      refusals: [],
      run: () => Promise.resolve({ status: 200, body: deps.document() }),
    }),
  ];
}
