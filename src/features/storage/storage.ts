import type { RestRoute } from '../../access/rest-route.ts';
import { type CostDeps, costRoutes } from './cost-routes.ts';
import { usageRoutes } from './usage-routes.ts';

/** What storage is taken up, by whom, what it costs, and what could be given back. */
export function createStorage(deps: CostDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: [...usageRoutes(deps), ...costRoutes(deps)] };
}
