import type { RestRoute } from '../../access/rest-route.ts';
import { inUseRoutes } from './in-use/routes.ts';
import { defaultRoutes } from './of-system/routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { previewRoutes } from './preview/routes.ts';
import { createRetentionJob, type RetentionDeps, type RetentionKind } from './run/retention-job.ts';
import { runRoutes } from './run-routes.ts';

export function createRetention(deps: RetentionDeps & { readonly defaultProject: string }): {
  readonly routes: readonly RestRoute[];
  readonly job: RetentionKind;
} {
  return {
    routes: [
      ...policyRoutes(deps),
      ...runRoutes(deps),
      ...previewRoutes(deps),
      ...defaultRoutes(deps),
      ...inUseRoutes(deps),
    ],
    job: createRetentionJob(deps),
  };
}
