import type { RestRoute } from '../../access/rest-route.ts';
import { blockedRoutes } from './blocked-routes.ts';
import { trashRoutes } from './routes.ts';

export function createTrash(deps: Parameters<typeof trashRoutes>[0]): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: [...trashRoutes(deps), ...blockedRoutes(deps)] };
}
