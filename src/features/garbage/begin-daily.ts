import type { Database } from '../../platform/db/database.ts';
import { findQueue } from '../../platform/jobs/rows/queue-reads.ts';
import { addSchedule } from '../../platform/jobs/schedules.ts';
import { garbageKind, garbageVendor, readCollection } from './garbage-job.ts';

/**
 * Garbage is collected every day from the first start on that knows it. The kind's queue is made behind this, and stays: where
 * it is there somebody may have taken the schedule away, and it does not come back.
 */
export async function beginDaily({ db }: { readonly db: Database }): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    if ((await findQueue(tx, garbageKind)) !== undefined) return;
    const daily = { cron: '0 0 2 * * *', timeZone: 'UTC', input: readCollection({ scheduled: true }) };
    await addSchedule(tx, { vendorType: garbageKind, vendorId: garbageVendor, ...daily, now });
  });
}
