import type { RestRoute } from '../../access/rest-route.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Routes } from '../../platform/http/server.ts';
import type { JobKind } from '../../platform/jobs/job-kind.ts';
import { addSchedule } from '../../platform/jobs/schedules.ts';
import type { Settings } from '../../platform/settings/settings.ts';
import { createRecountJob, recountKind, recountVendor } from './recount-job.ts';
import { quotaAdminRoutes, quotaRoutes } from './routes.ts';

/** The kind of job that looks once a week whether what is counted is what is there. */
export async function createRecount(deps: { readonly db: Database }): Promise<JobKind> {
  const { db } = deps;
  const now = await db.now();
  const weekly = { cron: '0 0 3 * * SUN', timeZone: 'UTC', input: null, now };
  await db.transaction((tx) =>
    addSchedule(tx, { vendorType: recountKind, vendorId: recountVendor, ...weekly }),
  );
  return createRecountJob(deps);
}

export function createQuota(deps: { readonly db: Database; readonly settings: Settings }): {
  readonly routes: readonly RestRoute[];
  readonly adminRoutes: Routes;
} {
  return { routes: quotaRoutes(deps), adminRoutes: quotaAdminRoutes(deps) };
}
