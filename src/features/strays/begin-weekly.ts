import type { Database } from '../../platform/db/database.ts';
import { findQueue } from '../../platform/jobs/rows/queue-reads.ts';
import { addSchedule } from '../../platform/jobs/schedules.ts';
import { readReconciliation, reconciliationKind, reconciliationVendor } from './reconciliation-job.ts';

/** Every Sunday from the first start on that knows it; one that was taken away stays away, as garbage collection's does. */
export async function beginWeekly({ db }: { readonly db: Database }): Promise<void> {
  const now = await db.now();
  await db.transaction(async (tx) => {
    if ((await findQueue(tx, reconciliationKind)) !== undefined) return;
    const weekly = { cron: '0 0 4 * * 0', timeZone: 'UTC', input: readReconciliation({ action: 'search' }) };
    await addSchedule(tx, {
      vendorType: reconciliationKind,
      vendorId: reconciliationVendor,
      ...weekly,
      now,
    });
  });
}
