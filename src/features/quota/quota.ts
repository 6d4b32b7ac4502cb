import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { quotaAdminRoutes, quotaRoutes } from './routes.ts';

export function createQuota(deps: { readonly db: Database; readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
  readonly adminRoutes: Routes;
} {
  return { routes: quotaRoutes(deps), adminRoutes: quotaAdminRoutes(deps) };
}
