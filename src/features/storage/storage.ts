import type { RestRoute } from '../../access/rest-route.ts';
import { type CostDeps, costRoutes } from './cost-routes.ts';
import { type ForecastDeps, forecastRoutes } from './forecast-routes.ts';
import { reclaimRoutes } from './reclaim-routes.ts';
import { usageRoutes } from './usage-routes.ts';

/** What storage is taken up, by whom, what it costs, what could be given back, and when it is full. */
export function createStorage(deps: CostDeps & ForecastDeps): { readonly routes: readonly RestRoute[] } {
  return {
    routes: [...usageRoutes(deps), ...costRoutes(deps), ...reclaimRoutes(deps), ...forecastRoutes(deps)],
  };
}
