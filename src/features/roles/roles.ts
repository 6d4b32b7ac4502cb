import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { roleRoutes } from './routes.ts';

/** Roles that the registry makes for itself beside Harbor's. */
export function createRoles(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: roleRoutes(deps) };
}
