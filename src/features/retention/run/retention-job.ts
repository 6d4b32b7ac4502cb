import { findProjectById, type Project } from '../../../access/projects/project-reads.ts';
import { AppError } from '../../../lib/errors.ts';
import { isRecord } from '../../../lib/oci/json.ts';
import type { Database } from '../../../platform/db/database.ts';
import { type Actor, systemActor } from '../../../platform/events/append.ts';
import type { JobKind, JobRun } from '../../../platform/jobs/job-kind.ts';
import { addJob } from '../../../platform/jobs/start-job.ts';
import type { Settings } from '../../../platform/settings/settings.ts';
import { retentionKind } from '../retention-kind.ts';
import { type CandidateRepository, repositoriesOf } from '../store/candidate-store.ts';
import { defaultPolicyId, policyInForce } from '../store/default-store.ts';
import { findPlan, plannedOf } from '../store/plan-store.ts';
import { findPolicy, readDefinition, type StoredPolicy } from '../store/policy-store.ts';
import { addRun, findRun, type Run } from '../store/run-store.ts';
import { insertTask, isStopAsked, repositoriesWithTask } from '../store/task-store.ts';
import { hearOfStop } from './hear-of-stop.ts';
import { holdForReview } from './hold-for-review.ts';
import type { RetentionInput } from './retention-input.ts';
import { runRepository } from './run-repository.ts';
import { startDefaultRuns } from './start-default-runs.ts';

export type RetentionKind = JobKind<RetentionInput>;

export interface RetentionDeps {
  readonly db: Database;
  readonly settings: Pick<Settings, 'get'>;
}

const tasksAtOnce = 100;

/** Harbor's `RETENTION`: an execution with a task for each repository. */
export function createRetentionJob(deps: RetentionDeps): RetentionKind {
  return {
    name: retentionKind,
    parallelism: 0,
    attempts: 3,
    kept: 50,
    parse: readInput,
    run: async (run) => {
      const { policyId, repository } = run.input;
      if (policyId === defaultPolicyId && run.input.projectId === undefined) {
        await startDefaultRuns(deps.db, run);
        return;
      }
      const stored = await storedOf(deps.db, run.input);
      const project = stored && (await findProjectById(deps.db.reader, stored.projectId));
      if (stored === undefined || project === undefined) {
        run.log(`policy ${policyId} or its project is gone: there is nothing to do`);
        return;
      }
      if (repository === undefined) await makeTasks(deps, run, { stored, project });
      else await runTask(deps, run, { stored, repository });
    },
  };
}

/** Undefined: it is gone, or the project has got one of its own instead. */
async function storedOf(
  { reader }: Database,
  { policyId, projectId }: RetentionInput,
): Promise<StoredPolicy | undefined> {
  if (projectId === undefined) return findPolicy(reader, policyId);
  const found = await policyInForce(reader, projectId);
  return found?.id === policyId ? found : undefined;
}

/** @throws AppError BAD_REQUEST */
function readInput(input: unknown): RetentionInput {
  if (!isRecord(input) || typeof input['policyId'] !== 'number')
    throw new AppError('BAD_REQUEST', { message: 'a run of a retention policy names no policy' });
  return { dryRun: false, ...input } as RetentionInput;
}

/** Begun again, it makes those that are missing. */
async function makeTasks(
  { db, settings }: RetentionDeps,
  run: JobRun<RetentionInput>,
  of: { readonly stored: StoredPolicy; readonly project: Project },
): Promise<void> {
  const { stored } = of;
  const { executionId } = run.job;
  const { definition } = stored;
  if ((await findRun(db.reader, executionId)) === undefined) {
    // A run by schedule: nobody has looked at what it does.
    const actor = JSON.stringify(systemActor);
    await db.transaction((tx) =>
      addRun(tx, { executionId, dryRun: run.input.dryRun, definition, actor, planId: null }),
    );
  }
  const begun = await requireRun({ db }, executionId);
  const byItself = begun.actor === JSON.stringify(systemActor) && !begun.dryRun;
  const isNew = (await repositoriesWithTask(db.reader, executionId)).size === 0;
  if (byItself && isNew && settings.get('retention_review'))
    await holdForReview(db, run, { ...of, stored: asBegun(stored, begun) });
  let made = 0;
  const flush = async (repositories: readonly CandidateRepository[]): Promise<void> => {
    run.signal.throwIfAborted();
    const now = await db.now();
    const isStopped = await db.transaction(async (tx) => {
      // Who stopped it has stopped the tasks that there were.
      if (await isStopAsked(tx, run.job.id)) return true;
      const known = await repositoriesWithTask(tx, executionId);
      for (const repository of repositories.filter(({ id }) => !known.has(id))) {
        const input: RetentionInput = { ...run.input, repository };
        const jobId = await addJob(tx, { name: retentionKind }, { executionId, input, now });
        await insertTask(tx, {
          jobId,
          executionId,
          repositoryId: repository.id,
          repository: repository.name,
        });
      }
      return false;
    });
    if (isStopped) await hearOfStop(run.signal);
    made += repositories.length;
  };
  let waiting: CandidateRepository[] = [];
  for await (const repository of repositoriesOf(db.reader, stored.projectId)) {
    waiting.push(repository);
    if (waiting.length < tasksAtOnce) continue;
    await flush(waiting);
    waiting = [];
  }
  if (waiting.length > 0) await flush(waiting);
  run.log(`${made} repositories, a task for each`);
}

/** The policy with which a run began: what it has become since was reviewed for itself. */
function asBegun(stored: StoredPolicy, { definition }: Run): StoredPolicy {
  if (definition === stored.definition) return stored;
  return { ...stored, definition, policy: readDefinition(definition), approvedVersion: 0 };
}

async function runTask(
  deps: Pick<RetentionDeps, 'db'>,
  run: JobRun<RetentionInput>,
  of: { readonly stored: StoredPolicy; readonly repository: CandidateRepository },
): Promise<void> {
  const { policyId } = run.input;
  const { stored, repository } = of;
  const begun = await requireRun(deps, run.job.executionId);
  const plan = begun.planId === null ? undefined : await findPlan(deps.db.reader, begun.planId);
  const named = { planId: begun.planId ?? 0, repositoryId: repository.id };
  const planned = begun.planId === null ? {} : { planned: await plannedOf(deps.db.reader, named) };
  await runRepository(
    deps,
    {
      policyId,
      policy: readDefinition(begun.definition),
      projectId: stored.projectId,
      repository,
      dryRun: begun.dryRun,
      actor: JSON.parse(begun.actor) as Actor,
      now: plan?.madeAt ?? (await deps.db.now()),
      ...planned,
    },
    run,
  );
}

async function requireRun({ db }: Pick<RetentionDeps, 'db'>, executionId: number): Promise<Run> {
  const found = await findRun(db.reader, executionId);
  if (found === undefined) throw new AppError('NOT_FOUND', { message: `run ${executionId} is not there` });
  return found;
}
