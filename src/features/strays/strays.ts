import type { RestRoute } from '../../access/rest-route.ts';
import { finishLeftStrays, type QuarantineDeps } from '../../content/strays/quarantine-strays.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { beginWeekly } from './begin-weekly.ts';
import {
  createReconciliationJob,
  type ReconciliationDeps,
  type ReconciliationKind,
} from './reconciliation-job.ts';
import { reconciliationRoutes } from './reconciliation-routes.ts';
import { strayRoutes } from './stray-routes.ts';

export interface Strays {
  readonly job: ReconciliationKind;
  readonly routes: readonly RestRoute[];
}

/** Objects of the storage that no row speaks of: found, listed, and removed once somebody has reviewed them. */
export async function createStrays(deps: ReconciliationDeps): Promise<Strays> {
  await beginWeekly(deps);
  return {
    job: createReconciliationJob(deps),
    routes: [...strayRoutes(deps), ...reconciliationRoutes(deps)],
  };
}

/** Publishers wait for digests that a server held when it died. */
export function createStrayKeeping(deps: QuarantineDeps): PeriodicJob {
  return {
    name: 'stray-keeping',
    everyMs: 60 * 1000,
    atStart: true,
    run: async (signal) => {
      if (await deps.storeIsOurs()) await finishLeftStrays(deps, signal);
    },
  };
}
