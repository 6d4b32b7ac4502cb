import type { RestRoute } from './access/rest-route.ts';
import { artifactsMatching } from './features/artifacts/artifacts.ts';
import { createAuditPurge, openEventStream } from './features/audit/audit.ts';
import { createBatches } from './features/batches/batches.ts';
import { createGarbage } from './features/garbage/garbage.ts';
import { createJobs, type JobsDeps } from './features/jobs/jobs.ts';
import { createRecount } from './features/quota/quota.ts';
import { repositoriesMatching } from './features/repositories/repositories.ts';
import { createRetention } from './features/retention/retention.ts';
import { createStrays } from './features/strays/strays.ts';
import { neededByAll, requireRestorable, trashMatching } from './features/trash/trash.ts';
import { createVerify } from './features/verify/verify.ts';
import type { Routes } from './platform/http/server.ts';
import { JobMeter } from './platform/metrics/job-meter.ts';

type Given = Omit<JobsDeps, 'meter'> &
  Parameters<typeof createVerify>[0] &
  Parameters<typeof createGarbage>[0] &
  Parameters<typeof createStrays>[0] &
  Parameters<typeof createRetention>[0] &
  Parameters<typeof createAuditPurge>[0] &
  Pick<Parameters<typeof createBatches>[0], 'refusals'> &
  Omit<Parameters<typeof openEventStream>[0], 'jobView'>;

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
  const garbage = await createGarbage(deps);
  const strays = await createStrays(deps);
  const retention = createRetention(deps);
  const purge = await createAuditPurge(deps);
  const lists = { artifacts: artifactsMatching, repositories: repositoriesMatching, trash: trashMatching };
  const batches = createBatches({ ...deps, lists, requireRestorable, neededByAll });
  const worked = [verify, garbage, strays, retention, purge, batches];
  const kinds = [...worked.map(({ job }) => job), await createRecount(deps)];
  const meter = new JobMeter();
  const jobs = await createJobs({ ...deps, meter }, kinds);
  const events = openEventStream({ ...deps, jobView: jobs.view });
  return {
    routes: [...worked.flatMap(({ routes }) => routes), ...jobs.routes, events.route],
    adminRoutes: verify.adminRoutes,
    meter,
    [Symbol.asyncDispose]: async () => {
      await events[Symbol.asyncDispose]();
      await jobs[Symbol.asyncDispose]();
    },
  };
}
