import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { repositoryRoutes } from './routes.ts';

export function createRepositories(deps: { readonly db: Database }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: repositoryRoutes(deps) };
}
