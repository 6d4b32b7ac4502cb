import type { Asker, RestRoute } from '../../access/rest-route.ts';
import { visibleTo } from '../../access/visible.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { findRepositories } from './list-repositories.ts';
import { moveRoute } from './move-route.ts';
import { repositoryTreeRoute } from './repository-tree-route.ts';
import { repositoryRoutes } from './routes.ts';

export function createRepositories(deps: { readonly db: Database; readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: [...repositoryRoutes(deps), moveRoute(deps), repositoryTreeRoute(deps)] };
}

/**
 * What the list of a project's repositories shows somebody with that `q`, for who changes all of it at once.
 * @throws AppError BAD_REQUEST
 */
export function repositoriesMatching(
  deps: { readonly db: Database },
  { grants, now }: Pick<Asker, 'grants' | 'now'>,
  of: { readonly projectId: number; readonly q: string | undefined; readonly limit: number },
): Promise<readonly { readonly id: number; readonly name: string }[]> {
  return findRepositories(deps, { ...of, visible: visibleTo(grants, 'repository:list', now) });
}
