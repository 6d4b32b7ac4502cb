import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { CreationConflicts } from './creation-conflicts.ts';
import { defaultRoutes } from './default-routes.ts';
import { metadataRoutes } from './metadata-routes.ts';
import { nameRoutes } from './name-routes.ts';
import { projectRoutes } from './routes.ts';
import { searchRoutes } from './search-routes.ts';
import { summaryRoutes } from './summary-routes.ts';
import { visiblePartRoutes } from './visible-part-routes.ts';

export function createProjects(deps: { readonly db: Database; readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
} {
  const conflicts = new CreationConflicts();
  return {
    routes: [
      ...projectRoutes({ ...deps, conflicts }),
      ...nameRoutes({ ...deps, conflicts }),
      ...defaultRoutes(deps),
      ...summaryRoutes(deps),
      ...visiblePartRoutes(deps),
      ...metadataRoutes(deps),
      ...searchRoutes(deps),
    ],
  };
}
