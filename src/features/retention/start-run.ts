import type { Database, Tx } from '../../platform/db/database.ts';
import { type Actor, append } from '../../platform/events/append.ts';
import { startJob } from '../../platform/jobs/start-job.ts';
import { stopJob } from '../../platform/jobs/stop-job.ts';
import type { FoundPolicy } from './find-policy-for.ts';
import { retentionKind } from './retention-kind.ts';
import type { RetentionInput } from './run/retention-input.ts';
import { approvePolicy } from './store/policy-store.ts';
import { addRun } from './store/run-store.ts';
import { openJobsOf } from './store/task-store.ts';

interface Deps {
  readonly db: Database;
}

/**
 * Runs a policy by hand, which says as much as a review of it: runs by schedule go on after that.
 * @throws AppError PRECONDITION while one begins
 */
export async function startRun(
  { db }: Deps,
  of: { readonly policy: FoundPolicy; readonly dryRun: boolean; readonly actor: Actor },
): Promise<number> {
  const { policy, dryRun, actor } = of;
  const { id, project, definition, version } = policy;
  const now = await db.now();
  return db.transaction(async (tx) => {
    const input: RetentionInput = { policyId: id, dryRun };
    const values = { input, vendorId: id, trigger: 'MANUAL', unique: true, now } as const;
    const { executionId } = await startJob(tx, { name: retentionKind }, values);
    await addRun(tx, { executionId, dryRun, definition, actor: JSON.stringify(actor), planId: null });
    if (!dryRun) await approvePolicy(tx, { id, version });
    const data = { policy: id, execution: executionId, dryRun: Number(dryRun) };
    const event = { type: 'retention.started', at: now, actor, projectId: project.id } as const;
    await append(tx, { ...event, object: project.name, data });
    return executionId;
  });
}

/** What waits ends at once, what runs within about a second; one that has ended stays as it is. */
export async function stopRun(
  { db }: Deps,
  of: { readonly policy: FoundPolicy; readonly executionId: number; readonly actor: Actor },
): Promise<void> {
  const { policy, executionId, actor } = of;
  const { id, project } = policy;
  const now = await db.now();
  await db.transaction(async (tx) => {
    await stopAll(tx, () => openJobsOf(tx, executionId), now);
    const data = { policy: id, execution: executionId };
    const event = { type: 'retention.stopped', at: now, actor, projectId: project.id } as const;
    await append(tx, { ...event, object: project.name, data });
  });
}

/** Looks again, since the first job of a run may just have made tasks: behind its lock they are seen. */
export async function stopAll(tx: Tx, find: () => ReturnType<typeof openJobsOf>, now: number): Promise<void> {
  const stopped = new Set<number>();
  for (;;) {
    const open = (await find()).filter(({ id }) => !stopped.has(id));
    if (open.length === 0) return;
    for (const job of open) {
      await stopJob(tx, job, now);
      stopped.add(job.id);
    }
  }
}
