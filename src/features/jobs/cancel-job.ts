import type { Database } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import type { JobRow } from '../../platform/jobs/rows/job-reads.ts';
import { stopJob } from '../../platform/jobs/stop-job.ts';

/** False: it has ended. */
export async function cancelJob(
  { db }: { readonly db: Database },
  job: Pick<JobRow, 'id' | 'executionId' | 'kind'>,
  actor: Actor,
): Promise<boolean> {
  const now = await db.now();
  return db.transaction(async (tx) => {
    if (!(await stopJob(tx, job, now))) return false;
    const object = `${job.kind} ${job.id}`;
    await append(tx, { type: 'job.stopped', at: now, actor, projectId: null, object });
    return true;
  });
}
