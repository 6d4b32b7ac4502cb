import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { protectedTagRoutes } from './routes.ts';

export function createProtectedTags(deps: { readonly db: Database }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: protectedTagRoutes(deps) };
}
