import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { moveRoute } from './move-route.ts';
import { repositoryTreeRoute } from './repository-tree-route.ts';
import { repositoryRoutes } from './routes.ts';

export function createRepositories(deps: { readonly db: Database; readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: [...repositoryRoutes(deps), moveRoute(deps), repositoryTreeRoute(deps)] };
}
