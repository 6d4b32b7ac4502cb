import { AppError } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { JobRun } from '../../../platform/jobs/job-kind.ts';
import { startJob } from '../../../platform/jobs/start-job.ts';
import { retentionKind } from '../retention-kind.ts';
import { defaultPolicyId, projectsWithoutPolicy } from '../store/default-store.ts';
import type { StoredPolicy } from '../store/policy-store.ts';
import type { RetentionInput } from './retention-input.ts';

/** What executions belong to: the policy, or with the system's the project, of which each runs alone. */
export function vendorIdOf({ id, projectId }: Pick<StoredPolicy, 'id' | 'projectId'>): number {
  return id === defaultPolicyId ? -projectId : id;
}

/** Begins a run of the system's policy in each project that has none of its own, and in which none is on its way. */
export async function startDefaultRuns(
  db: Database,
  run: Pick<JobRun<RetentionInput>, 'signal' | 'log'>,
): Promise<void> {
  let started = 0;
  for await (const { id: projectId, name } of projectsWithoutPolicy(db.reader)) {
    run.signal.throwIfAborted();
    const input: RetentionInput = { policyId: defaultPolicyId, projectId, dryRun: false };
    const vendorId = vendorIdOf({ id: defaultPolicyId, projectId });
    const now = await db.now();
    try {
      await db.transaction((tx) =>
        startJob(tx, { name: retentionKind }, { input, vendorId, trigger: 'SCHEDULE', unique: true, now }),
      );
      started += 1;
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'PRECONDITION')) throw error;
      run.log(`${name}: ${error.message}`);
    }
  }
  run.log(`${started} projects without a policy of their own, a run for each`);
}
