import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import { CreationConflicts } from './creation-conflicts.ts';
import { projectRoutes } from './routes.ts';

export function createProjects(deps: { readonly db: Database }): { readonly routes: readonly RestRoute[] } {
  return { routes: projectRoutes({ db: deps.db, conflicts: new CreationConflicts() }) };
}
