import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { userRoutes } from './routes.ts';

export function createUsers(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: userRoutes(deps) };
}
