import type { Database } from '../../platform/db/database.ts';
import type { PeriodicJob } from '../../platform/jobs/periodic-jobs.ts';
import { accrueStored } from './traffic-writes.ts';

const everyMs = 5 * 60 * 1000;

/** Adds up what projects keep, hour by hour, for what it costs. */
export function createStorageAccrual({ db }: { readonly db: Database }): PeriodicJob {
  return {
    name: 'storage-accrual',
    everyMs,
    run: async () => {
      const now = await db.now();
      await db.transaction((tx) => accrueStored(tx, now));
    },
  };
}
