import { randomInt } from 'node:crypto';
import type { RestRoute } from '../../access/rest-route.ts';
import { systemClock } from '../../platform/clock.ts';
import type { JobKind } from '../../platform/jobs/job-kind.ts';
import { JobWorkers } from '../../platform/jobs/job-workers.ts';
import { addSchedule } from '../../platform/jobs/schedules.ts';
import { createExecutionSweep } from '../../platform/jobs/sweep-executions.ts';
import type { Logger } from '../../platform/log/logger.ts';
import type { JobMeter } from '../../platform/metrics/job-meter.ts';
import { jobView } from './job-view.ts';
import { type JobserviceDeps, jobserviceRoutes } from './jobservice-routes.ts';
import { jobRoutes } from './routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';

export interface JobsDeps extends JobserviceDeps {
  readonly log: Logger;
  /** This server process's name. */
  readonly instance: string;
  /** Counts the runs that end here. */
  readonly meter: JobMeter;
  /** What stands before the names of robots. */
  readonly prefix: () => string;
}

export interface Jobs extends AsyncDisposable {
  readonly routes: readonly RestRoute[];
  /** How a job is shown. */
  readonly view: typeof jobView;
}

/** Background work: runs it, shows what there is of it, and lets an operator stop it. */
export async function createJobs(
  { db, log, instance, instances, meter, prefix }: JobsDeps,
  kinds: readonly JobKind[],
): Promise<Jobs> {
  const sweep = createExecutionSweep(db, () => all);
  const all: readonly JobKind[] = [...kinds, sweep];
  const now = await db.now();
  const nightly = { cron: '0 0 0 * * *', timeZone: 'UTC', input: null, now };
  await db.transaction((tx) => addSchedule(tx, { vendorType: sweep.name, vendorId: -1, ...nightly }));
  const deps = { db, log, clock: systemClock, chance: () => randomInt(1000) / 1000, holder: instance, meter };
  const workers = await JobWorkers.start(deps, all);
  const routes = [
    ...jobserviceRoutes({ db, instances }),
    ...scheduleRoutes({ db }),
    ...jobRoutes({ db, kinds: all, prefix }),
  ];
  return { routes, view: jobView, [Symbol.asyncDispose]: () => workers[Symbol.asyncDispose]() };
}
