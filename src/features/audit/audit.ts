import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { auditRoutes } from './routes.ts';

export function createAudit(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: auditRoutes(deps) };
}
