import type { RestRoute } from '../../access/rest-route.ts';
import { type ExplainDeps, explainRoutes } from './explain-routes.ts';
import { grantRoutes } from './routes.ts';

/** What was granted to whom, and why somebody may do something or may not. */
export function createGrants(deps: ExplainDeps): { readonly routes: readonly RestRoute[] } {
  return { routes: [...grantRoutes(deps), ...explainRoutes(deps)] };
}
