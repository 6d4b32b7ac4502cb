import type { RestRoute } from '../../access/rest-route.ts';
import type { Routes } from '../../platform/http/server.ts';
import { createHealth, type Health } from './health.ts';
import { restRoutes, type SystemDeps, systemRoutes } from './routes.ts';

export function createSystem(deps: SystemDeps): {
  readonly routes: Routes;
  readonly restRoutes: readonly RestRoute[];
  readonly health: () => Promise<Health>;
} {
  const health = createHealth(deps);
  return { routes: systemRoutes(deps), restRoutes: restRoutes(deps, health), health };
}
