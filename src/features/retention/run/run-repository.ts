import { deleteWithDependents } from '../../../content/artifacts/delete-with-dependents.ts';
import { isUnusedSince } from '../../../content/artifacts/dependents-reads.ts';
import { deleteTag } from '../../../content/tags/delete-tag.ts';
import { AppError } from '../../../lib/errors.ts';
import { requireDigest } from '../../../lib/oci/digest.ts';
import { requireTag } from '../../../lib/oci/tag.ts';
import type { Database } from '../../../platform/db/database.ts';
import { type Actor, append } from '../../../platform/events/append.ts';
import type { JobRun } from '../../../platform/jobs/job-kind.ts';
import { evaluate, type Verdict } from '../plan/evaluate.ts';
import { holdersFirst } from '../plan/holders-first.ts';
import type { RetentionPolicy } from '../plan/policy.ts';
import { type CandidateRepository, candidatesOf } from '../store/candidate-store.ts';
import { countTask } from '../store/task-store.ts';
import { guardOf } from './guard-of.ts';
import { logHeader, logLine, type Outcome } from './log-line.ts';

export interface RepositoryRun {
  readonly policyId: number;
  readonly policy: RetentionPolicy;
  readonly projectId: number;
  readonly repository: CandidateRepository;
  readonly dryRun: boolean;
  readonly actor: Actor;
  /** What a reviewed plan lets go, by digest with the tags of that time; undefined: whatever the policy says. */
  readonly planned?: ReadonlyMap<string, readonly string[]>;
  /** Ages are counted up to this moment. */
  readonly now: number;
}

type Told = Pick<JobRun<unknown>, 'job' | 'signal' | 'progress' | 'log' | 'result'>;

/** How many names the event of a run has in it. */
const maxNamed = 1000;

/** Decides about every artifact of a repository and moves what goes to the trash, one by one. Safe to do again. */
export async function runRepository(
  deps: { readonly db: Database },
  run: RepositoryRun,
  told: Told,
): Promise<void> {
  const { db } = deps;
  const { repository, dryRun, planned } = run;
  const verdicts = await verdictsOf(db, run);
  const total = verdicts.length;
  told.log(`${dryRun ? 'dry run: ' : ''}${repository.name}, ${total} artifacts`);
  told.log(logHeader);
  const deleted: string[] = [];
  let [gone, freed, failed] = [0, 0, 0];
  const going = holdersFirst(verdicts.filter(({ keep }) => !keep));
  for (const verdict of verdicts.filter(({ keep }) => keep))
    told.log(logLine(verdict, verdict.by.kind === 'immutable tag' ? 'IMMUTABLE' : 'RETAIN'));
  for (const [index, verdict] of going.entries()) {
    told.signal.throwIfAborted();
    const outcome = differsFrom(planned, verdict) ?? (await remove(deps, run, verdict, told.job.id));
    const problem = 'problem' in outcome ? outcome.problem : undefined;
    told.log(logLine(verdict, outcomeWord(outcome), problem));
    if (problem === undefined) {
      gone += 1;
      deleted.push(...namesOf(repository, verdict));
      freed += 'freed' in outcome ? outcome.freed : 0;
    } else if ('failed' in outcome) failed += 1;
    told.progress({ done: index + 1, total: going.length, unit: 'artifacts' });
  }
  const retained = total - gone;
  told.result({ total, retained, freedBytes: freed });
  const now = await db.now();
  await db.transaction(async (tx) => {
    await countTask(tx, { jobId: told.job.id, total, retained });
    if (dryRun || gone === 0) return;
    await append(tx, {
      type: 'retention.finished',
      at: now,
      actor: run.actor,
      projectId: run.projectId,
      object: repository.name,
      data: {
        policy: run.policyId,
        execution: told.job.executionId,
        task: told.job.id,
        total,
        retained,
        freedBytes: freed,
        untagged: Number(run.policy.untag),
        rules: JSON.stringify(run.policy.rules),
        deleted: JSON.stringify(deleted.slice(0, maxNamed)),
        deletedCount: deleted.length,
      },
    });
  });
  if (failed > 0)
    throw new AppError('PRECONDITION', {
      message: `${failed} of ${going.length} artifacts could not be deleted`,
    });
}

export async function verdictsOf(
  db: Database,
  { policy, projectId, repository, now }: Pick<RepositoryRun, 'policy' | 'projectId' | 'repository' | 'now'>,
): Promise<readonly Verdict[]> {
  const guard = await guardOf({ reader: db.reader, now: () => db.now() }, { projectId, repository });
  return evaluate({
    policy,
    path: repository.name.slice(repository.name.indexOf('/') + 1),
    candidates: await candidatesOf(db.reader, repository.id),
    now,
    guard,
  });
}

type Removal =
  | { readonly freed: number }
  /** It stays, and nothing is wrong with that. */
  | { readonly problem: string }
  | { readonly problem: string; readonly failed: true };

function outcomeWord(outcome: Removal): Outcome {
  if (!('problem' in outcome)) return 'DEL';
  return 'failed' in outcome ? 'ERR' : 'RETAIN';
}

function differsFrom(planned: RepositoryRun['planned'], { candidate }: Verdict): Removal | undefined {
  if (planned === undefined) return undefined;
  const tags = planned.get(candidate.digest);
  if (tags === undefined) return { problem: 'it is not in the reviewed plan' };
  const now = candidate.tags.map(({ name }) => name);
  return now.join() === tags.join()
    ? undefined
    : { problem: `the plan knew other tags of it: ${tags.join(', ')}` };
}

async function remove(
  deps: { readonly db: Database },
  run: RepositoryRun,
  verdict: Verdict,
  job: number,
): Promise<Removal> {
  const { projectId, repository, policy, dryRun } = run;
  if (dryRun) return { freed: 0 };
  // By the job it is found again in the trash.
  const actor = { ...run.actor, job };
  const { id: artifactId, digest, tags, pushedAt, pulledAt } = verdict.candidate;
  const lastUse = { pushedAt, pulledAt };
  const where = { projectId, repositoryName: repository.name, actor };
  const names = tags.map(({ name }) => name);
  try {
    if (policy.untag) {
      if (!(await isUnusedSince(deps.db.reader, artifactId, lastUse)))
        return { problem: 'it was pushed or pulled again meanwhile' };
      for (const name of names) await deleteTag(deps, { ...where, artifactId, tag: requireTag(name) });
      return { freed: 0 };
    }
    const reference = { kind: 'digest', digest: requireDigest(digest) } as const;
    return { freed: await deleteWithDependents(deps, { ...where, reference, onlyWithTags: names, lastUse }) };
  } catch (error) {
    if (!(error instanceof AppError) || error.row.status >= 500) throw error;
    const changed = ['NOT_FOUND', 'MANIFEST_UNKNOWN', 'PRECONDITION'].includes(error.code);
    return changed ? { problem: error.message } : { problem: error.message, failed: true };
  }
}

function namesOf({ name }: CandidateRepository, { candidate: { digest, tags } }: Verdict): string[] {
  const own = name.slice(name.indexOf('/') + 1);
  return tags.length === 0 ? [`${own}@${digest}`] : tags.map((tag) => `${own}:${tag.name}`);
}
