import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../db/database.ts';
import type { JobKind } from './job-kind.ts';
import { insertExecution, type Trigger } from './rows/execution-writes.ts';
import { openJobOf } from './rows/job-reads.ts';
import { insertJob } from './rows/job-writes.ts';
import { wakeWorkers } from './wake-workers.ts';

export interface NewJob<Input> {
  readonly input: Input;
  /** What the execution belongs to, such as a policy's id; Harbor has -1 for what there is one of. */
  readonly vendorId: number;
  readonly trigger: Trigger;
  /** While a job of its kind for that `vendorId` waits or runs there is no second one. */
  readonly unique: boolean;
  readonly now: number;
}

/** What is equal among jobs of which one runs at a time. */
export function uniqueKeyOf(kind: string, vendorId: number): string {
  return `${kind}/${vendorId}`;
}

/**
 * An execution with one job, which this instance begins at the commit, or another one within about a second.
 * @throws AppError PRECONDITION while one like it is on its way
 */
export async function startJob<Input>(
  tx: Tx,
  kind: Pick<JobKind<Input>, 'name'>,
  job: NewJob<Input>,
): Promise<{ readonly jobId: number; readonly executionId: number }> {
  const { vendorId, trigger, now } = job;
  const uniqueKey = job.unique ? uniqueKeyOf(kind.name, vendorId) : null;
  const executionId = await insertExecution(tx, { vendorType: kind.name, vendorId, trigger, now });
  const input = JSON.stringify(job.input);
  const jobId = await insertJob(tx, { executionId, kind: kind.name, input, uniqueKey, now });
  if (jobId !== undefined) {
    tx.onCommit(wakeWorkers);
    return { jobId, executionId };
  }
  const other = uniqueKey === null ? undefined : await openJobOf(tx, uniqueKey);
  throw new AppError('PRECONDITION', {
    message: `job ${other ?? ''} does the same and has not ended`,
    detail: 'wait for its end or cancel it',
    because: because('job runs', { job: String(other ?? '') }),
  });
}

/** One more job of an execution that has not ended, such as by another job of it. */
export async function addJob<Input>(
  tx: Tx,
  kind: Pick<JobKind<Input>, 'name'>,
  job: { readonly executionId: number; readonly input: Input; readonly now: number },
): Promise<number> {
  const { executionId, now } = job;
  const input = JSON.stringify(job.input);
  const id = await insertJob(tx, { executionId, kind: kind.name, input, uniqueKey: null, now });
  if (id === undefined) throw new Error('a job was inserted without an id');
  return id;
}
