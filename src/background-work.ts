import type { RestRoute } from './access/rest-route.ts';
import { createJobs, type JobsDeps } from './features/jobs/jobs.ts';
import { createRetention } from './features/retention/retention.ts';
import { createVerify } from './features/verify/verify.ts';
import type { Routes } from './platform/http/server.ts';

type Given = JobsDeps & Parameters<typeof createVerify>[0] & Parameters<typeof createRetention>[0];

export interface BackgroundWork extends AsyncDisposable {
  readonly routes: readonly RestRoute[];
  readonly adminRoutes: Routes;
}

/**
 * The folders whose work is done by jobs, and the workers that do it.
 * @param ending ends what runs over the admin socket
 */
export async function createBackgroundWork(deps: Given, ending: AbortSignal): Promise<BackgroundWork> {
  const verify = createVerify(deps, ending);
  const retention = createRetention(deps);
  const jobs = await createJobs(deps, [verify.job, retention.job]);
  return {
    routes: [...verify.routes, ...retention.routes, ...jobs.routes],
    adminRoutes: verify.adminRoutes,
    [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose](),
  };
}
