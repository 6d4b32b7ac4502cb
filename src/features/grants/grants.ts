import type { RestRoute } from '../../access/rest-route.ts';
import { type GrantDeps, grantRoutes } from './routes.ts';

export function createGrants(deps: GrantDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: grantRoutes(deps) };
}
