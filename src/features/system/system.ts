import type { RestRoute } from '../../access/rest-route.ts';
import type { Routes } from '../../platform/http/server.ts';
import { restRoutes, type SystemDeps, systemRoutes } from './routes.ts';

export function createSystem(deps: SystemDeps): {
  readonly routes: Routes;
  readonly restRoutes: readonly RestRoute[];
} {
  return { routes: systemRoutes(deps), restRoutes: restRoutes(deps) };
}
