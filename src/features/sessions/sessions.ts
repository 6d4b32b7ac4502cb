import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { sessionRoutes } from './routes.ts';

/** Sign-ins by a browser, for the account that they are of and for administrators. */
export function createSessionList(deps: { readonly db: Database }): {
  readonly routes: readonly RestRoute[];
} {
  return { routes: sessionRoutes(deps) };
}
