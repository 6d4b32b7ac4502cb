import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { usageRoutes } from './usage-routes.ts';

/** What storage is taken up, by whom, and what could be given back. */
export function createStorage(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: usageRoutes(deps) };
}
