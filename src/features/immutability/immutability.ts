import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { immutabilityRoutes } from './routes.ts';

export function createImmutability(deps: { readonly db: Database }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: immutabilityRoutes(deps) };
}
