import type { RestRoute } from './access/rest-route.ts';
import { createAuditPurge } from './features/audit/audit.ts';
import { createJobs, type JobsDeps } from './features/jobs/jobs.ts';
import { createVerify } from './features/verify/verify.ts';
import type { Routes } from './platform/http/server.ts';
import { JobMeter } from './platform/metrics/job-meter.ts';

type Given = Omit<JobsDeps, 'meter'> &
  Parameters<typeof createVerify>[0] &
  Parameters<typeof createAuditPurge>[0];

export interface BackgroundWork extends AsyncDisposable {
  readonly routes: readonly RestRoute[];
  readonly adminRoutes: Routes;
  readonly meter: JobMeter;
}

/**
 * The folders whose work is done by jobs, and the workers that do it.
 * @param ending ends what runs over the admin socket
 */
export async function createBackgroundWork(deps: Given, ending: AbortSignal): Promise<BackgroundWork> {
  const verify = createVerify(deps, ending);
  const purge = await createAuditPurge(deps);
  const meter = new JobMeter();
  const jobs = await createJobs({ ...deps, meter }, [verify.job, purge.job]);
  return {
    routes: [...verify.routes, ...purge.routes, ...jobs.routes],
    adminRoutes: verify.adminRoutes,
    meter,
    [Symbol.asyncDispose]: () => jobs[Symbol.asyncDispose](),
  };
}
