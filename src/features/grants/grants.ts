import type { RestRoute } from '../../access/rest-route.ts';
import { explainRoutes } from './explain-routes.ts';
import { type GrantDeps, grantRoutes } from './routes.ts';
import { type ViewDeps, viewRoute } from './view-route.ts';
import { whoMayRoute } from './who-may-route.ts';

/** What was granted to whom, and why somebody may do something or may not. */
export function createGrants(deps: GrantDeps & ViewDeps): {
  readonly routes: readonly RestRoute[];
} {
  const { settings } = deps;
  const readOnly = () => settings.get('read_only');
  const quotas = () => settings.get('quota_per_project_enable');
  return {
    routes: [
      ...grantRoutes(deps),
      ...explainRoutes({ ...deps, readOnly, quotas }),
      whoMayRoute(deps),
      viewRoute(deps),
    ],
  };
}
