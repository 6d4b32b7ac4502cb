import type { Project } from '../../../access/projects/project-reads.ts';
import type { Database } from '../../../platform/db/database.ts';
import { append, systemActor } from '../../../platform/events/append.ts';
import type { JobRun } from '../../../platform/jobs/job-kind.ts';
import { stopJob } from '../../../platform/jobs/stop-job.ts';
import { planProject } from '../preview/plan-project.ts';
import { importedSinceReview } from '../store/import-store.ts';
import { insertPlan } from '../store/plan-store.ts';
import type { StoredPolicy } from '../store/policy-store.ts';
import { holdRun } from '../store/run-store.ts';
import { hearOfStop } from './hear-of-stop.ts';
import { reviewReason } from './review-reason.ts';

/** A weekend, and the day before and after it. */
const planLifeMs = 4 * 24 * 60 * 60 * 1000;

/**
 * Looks at what a run by schedule would do. One that somebody has to see first leaves a plan, tells of it, and stops before
 * anything was changed: it throws then.
 */
export async function holdForReview(
  db: Database,
  run: Pick<JobRun<unknown>, 'job' | 'signal' | 'log'>,
  { stored, project }: { readonly stored: StoredPolicy; readonly project: Pick<Project, 'id' | 'name'> },
): Promise<void> {
  const { id, policy, definition, projectId } = stored;
  const now = await db.now();
  const planned = await planProject(db, { projectId, policy, now, signal: run.signal });
  const reason = reviewReason(stored, planned.totals, await importedSinceReview(db.reader, projectId));
  if (reason === undefined) return;
  const { executionId } = run.job;
  await db.transaction(async (tx) => {
    const plan = {
      projectId,
      definition,
      madeAt: now,
      expiresAt: now + planLifeMs,
      madeBy: 'system',
      reason,
    };
    const planId = await insertPlan(tx, plan, planned);
    await holdRun(tx, { executionId, review: `plan ${planId}: ${reason}` });
    const { dropped, droppedTags, freedBytes } = planned.totals;
    await append(tx, {
      type: 'retention.held',
      at: now,
      actor: systemActor,
      projectId,
      object: project.name,
      data: { policy: id, execution: executionId, plan: planId, reason, dropped, droppedTags, freedBytes },
    });
    await stopJob(tx, run.job, now);
    run.log(`stops for a review, plan ${planId}: ${reason}; nothing was deleted`);
  });
  await hearOfStop(run.signal);
}
