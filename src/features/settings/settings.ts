import type { RestRoute } from '../../access/rest-route.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { settingRoutes } from './routes.ts';

export function createSettings(deps: { readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: settingRoutes(deps) };
}
