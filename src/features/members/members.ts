import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { memberRoutes } from './routes.ts';

export function createMembers(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: memberRoutes(deps) };
}
