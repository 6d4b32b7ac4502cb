import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { membershipRoutes } from './membership-routes.ts';
import { groupRoutes } from './routes.ts';

export function createGroups(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: [...groupRoutes(deps), ...membershipRoutes(deps)] };
}
