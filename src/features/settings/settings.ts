import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { cveAllowlistRoutes } from './cve-allowlist-routes.ts';
import { listSettingsRoute } from './list-settings-route.ts';
import { settingRoutes } from './routes.ts';

export function createSettings(deps: { readonly db: Database; readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: [...settingRoutes(deps), listSettingsRoute(deps.settings), ...cveAllowlistRoutes(deps)] };
}
