import type { Project } from '../../../access/projects/project-reads.ts';
import { because } from '../../../lib/because.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Database } from '../../../platform/db/database.ts';
import { type Actor, append } from '../../../platform/events/append.ts';
import { startJob } from '../../../platform/jobs/start-job.ts';
import { retentionKind } from '../retention-kind.ts';
import type { RetentionInput } from '../run/retention-input.ts';
import { vendorIdOf } from '../run/start-default-runs.ts';
import { approveInForce, defaultPolicyId, policyInForce } from '../store/default-store.ts';
import { findPlan, partsOfPlan, type StoredPlan, takePlan } from '../store/plan-store.ts';
import { decideAlike, readDefinition } from '../store/policy-store.ts';
import { addRun } from '../store/run-store.ts';
import { changesBetween, planProject } from './plan-project.ts';

interface Deps {
  readonly db: Database;
}

/** How many changes a refusal names. */
const maxNamed = 20;

/** @throws AppError NOT_FOUND, also for one of another project */
export async function requirePlan(
  { db }: Deps,
  project: Pick<Project, 'id'>,
  id: number,
): Promise<StoredPlan> {
  const plan = await findPlan(db.reader, id);
  if (plan !== undefined && plan.projectId === project.id) return plan;
  throw new AppError('NOT_FOUND', { message: `the project has no retention plan ${id}` });
}

/**
 * Carries out a plan as it was reviewed, once; the policy counts as reviewed from then on.
 * @returns the ids of the policy, of the run and of its first job
 * @throws AppError NOT_FOUND; CONFLICT for one that is carried out already; PRECONDITION when it has ended, or when the
 *   policy or the project has changed since, with what is different
 */
export async function applyPlan(
  deps: Deps,
  of: { readonly project: Pick<Project, 'id' | 'name'>; readonly planId: number; readonly actor: Actor },
): Promise<{ readonly policyId: number; readonly executionId: number; readonly jobId: number }> {
  const { db } = deps;
  const { project, planId, actor } = of;
  const plan = await requirePlan(deps, project, planId);
  const now = await db.now();
  requireOpen(plan, now);
  const policy = await policyInForce(db.reader, project.id);
  if (policy === undefined || !decideAlike(policy.definition, plan.definition))
    throw new AppError('PRECONDITION', {
      message: `plan ${planId} is not of the policy that the project has now`,
      detail: 'save the policy that it was made of, or make a new plan',
      because: because('plan overtaken', { plan: String(planId) }),
    });
  await requireUnchanged(deps, plan);
  const { executionId, jobId } = await db.transaction(async (tx) => {
    const ofDefault = policy.id === defaultPolicyId ? { projectId: project.id } : {};
    const input: RetentionInput = { policyId: policy.id, dryRun: false, ...ofDefault };
    const values = { input, vendorId: vendorIdOf(policy), trigger: 'MANUAL', unique: true, now } as const;
    const started = await startJob(tx, { name: retentionKind }, values);
    if (!(await takePlan(tx, { id: planId, executionId: started.executionId, now })))
      throw carriedOut(await requirePlan(deps, project, planId));
    const { definition } = policy;
    const run = { executionId: started.executionId, dryRun: false, definition, planId };
    await addRun(tx, { ...run, actor: JSON.stringify(actor) });
    await approveInForce(tx, policy);
    const data = { policy: policy.id, execution: started.executionId, plan: planId, dryRun: 0 };
    const event = { type: 'retention.started', at: now, actor, projectId: project.id } as const;
    await append(tx, { ...event, object: project.name, data });
    return started;
  });
  return { policyId: policy.id, executionId, jobId };
}

function requireOpen(plan: StoredPlan, now: number): void {
  if (plan.executionId !== null) throw carriedOut(plan);
  if (plan.expiresAt <= now)
    throw new AppError('PRECONDITION', {
      message: `plan ${plan.id} ended at ${new Date(plan.expiresAt).toISOString()}`,
      detail: 'make a new plan',
      because: because('plan ended', { plan: String(plan.id) }),
    });
}

function carriedOut({ id, executionId }: StoredPlan): AppError {
  return new AppError('CONFLICT', {
    message: `plan ${id} is carried out by run ${executionId ?? ''} already`,
    because: because('plan carried out', { plan: String(id) }),
  });
}

/** Ages are counted as they were then, so that time alone changes nothing. */
async function requireUnchanged({ db }: Deps, plan: StoredPlan): Promise<void> {
  const { id, projectId, definition, madeAt } = plan;
  const policy = readDefinition(definition);
  const fresh = await planProject(db, { projectId, policy, now: madeAt });
  const changes = changesBetween(await partsOfPlan(db.reader, id), fresh.repositories);
  if (changes.length === 0) return;
  const more = changes.length > maxNamed ? [`and ${changes.length - maxNamed} more`] : [];
  throw new AppError('PRECONDITION', {
    message: `the project has changed since plan ${id} was made: ${changes.slice(0, maxNamed).concat(more).join('; ')}`,
    detail: 'make a new plan',
    because: because('plan overtaken', { plan: String(id) }),
  });
}
