import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Queries } from '../../platform/db/database.ts';
import { findJob, type JobRow } from '../../platform/jobs/rows/job-reads.ts';

/** @throws AppError NOT_FOUND */
export async function findShownJob(db: Queries, id: number): Promise<JobRow> {
  const found = await findJob(db, id);
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', {
    message: `there is no job ${id}`,
    because: because('no such job', { job: String(id) }),
  });
}
