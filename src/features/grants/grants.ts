import type { RestRoute } from '../../access/rest-route.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { explainRoutes } from './explain-routes.ts';
import { type GrantDeps, grantRoutes } from './routes.ts';

/** What was granted to whom, and why somebody may do something or may not. */
export function createGrants({ settings, ...deps }: GrantDeps & { readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
} {
  const readOnly = () => settings.get('read_only');
  const quotas = () => settings.get('quota_per_project_enable');
  return { routes: [...grantRoutes(deps), ...explainRoutes({ ...deps, readOnly, quotas })] };
}
