import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { labelRoutes } from './routes.ts';

export function createLabels(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: labelRoutes(deps) };
}
