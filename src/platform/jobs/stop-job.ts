import type { Tx } from '../db/database.ts';
import { settleExecution } from './rows/execution-writes.ts';
import type { JobRow } from './rows/job-reads.ts';
import { queueAgain, stopJobRow } from './rows/job-writes.ts';
import { wakeWorkers } from './wake-workers.ts';

/** One that waits ends at once; one that runs is told, and ends within about a second. False: it has ended. */
export async function stopJob(
  tx: Tx,
  { id, executionId }: Pick<JobRow, 'id' | 'executionId'>,
  now: number,
): Promise<boolean> {
  const stopped = await stopJobRow(tx, id, now);
  if (stopped === 'ended' && executionId !== null)
    await settleExecution(tx, executionId, { message: null, now });
  return stopped !== false;
}

/** Begins one again that failed or was stopped. False: it is neither, or one like it is on its way. */
export async function retryJob(
  tx: Tx,
  { id, executionId }: Pick<JobRow, 'id' | 'executionId'>,
  now: number,
): Promise<boolean> {
  if (!(await queueAgain(tx, id, now))) return false;
  tx.onCommit(wakeWorkers);
  if (executionId !== null) await settleExecution(tx, executionId, { message: '', now });
  return true;
}
