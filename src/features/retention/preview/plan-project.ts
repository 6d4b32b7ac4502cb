import { collectDependentsOfAll } from '../../../content/artifacts/collect-dependents.ts';
import { countTags } from '../../../content/figures/count-tags.ts';
import { blobsLeaving, FreedBytes } from '../../../content/figures/freed-reads.ts';
import { bytesGivenBack } from '../../../content/garbage/bytes-given-back.ts';
import type { DoomedArtifact } from '../../../content/garbage/plan-reads.ts';
import type { Database } from '../../../platform/db/database.ts';
import type { Verdict } from '../plan/evaluate.ts';
import { holdersFirst } from '../plan/holders-first.ts';
import type { RetentionPolicy } from '../plan/policy.ts';
import { dayMs } from '../plan/selected.ts';
import { verdictsOf } from '../run/run-repository.ts';
import { type CandidateRepository, repositoriesOf } from '../store/candidate-store.ts';

/** What goes, as a plan keeps it. */
export interface Drop {
  readonly digest: string;
  readonly tags: readonly string[];
}

export interface PlannedRepository {
  readonly repository: CandidateRepository;
  readonly drops: readonly Drop[];
}

export interface PlanTotals {
  readonly artifacts: number;
  readonly dropped: number;
  readonly tags: number;
  readonly droppedTags: number;
  /** What the project is relieved of: what the trash then holds of it. */
  readonly freedBytes: number;
  /** What a collection gives back of it once it has left the trash: without what anything else needs. */
  readonly collectedBytes: number;
  /** Of the dropped tags: pulled within the last 7 days. */
  readonly droppedPulledTags: number;
}

export interface ProjectPlan {
  readonly totals: PlanTotals;
  /** Those from which something goes. */
  readonly repositories: readonly PlannedRepository[];
}

/** A pull within this time says that somebody needs it. */
export const recentDays = 7;

export interface PlanInput {
  readonly projectId: number;
  readonly policy: RetentionPolicy;
  readonly now: number;
  /** Told of each repository, in the order of their names, with what each artifact alone would give back, by its id. */
  readonly each?: (
    repository: CandidateRepository,
    verdicts: readonly Verdict[],
    unique: ReadonlyMap<number, number>,
  ) => void;
  readonly signal?: AbortSignal;
}

/** What a policy would let go of a project, and changes nothing. */
export async function planProject(db: Database, input: PlanInput): Promise<ProjectPlan> {
  const { projectId, policy, now, each, signal = new AbortController().signal } = input;
  const freed = new FreedBytes();
  const leaving: DoomedArtifact[] = [];
  const repositories: PlannedRepository[] = [];
  let [artifacts, dropped, tags, droppedTags, droppedPulledTags] = [0, 0, 0, 0, 0];
  for await (const repository of repositoriesOf(db.reader, projectId)) {
    signal.throwIfAborted();
    const verdicts = await verdictsOf(db, { policy, projectId, repository, now });
    each?.(repository, verdicts, (await countTags(db.reader, repository.id)).artifacts);
    const going = holdersFirst(verdicts.filter(({ keep }) => !keep));
    artifacts += verdicts.length;
    dropped += going.length;
    for (const { candidate } of verdicts) tags += candidate.tags.length;
    for (const { candidate } of going) {
      droppedTags += candidate.tags.length;
      const since = now - recentDays * dayMs;
      droppedPulledTags += candidate.tags.filter(
        ({ pulledAt }) => pulledAt !== null && pulledAt >= since,
      ).length;
    }
    if (going.length === 0) continue;
    repositories.push({ repository, drops: going.map(dropOf) });
    if (policy.untag) continue;
    const all = await collectDependentsOfAll(
      db.reader,
      going.map(({ candidate }) => candidate.id),
    );
    freed.add(await blobsLeaving(db.reader, repository.id, all));
    for (const { id, blobId } of all) leaving.push({ id, blobId, repositoryId: repository.id });
  }
  const freedBytes = await freed.sum(db.reader, projectId);
  const collectedBytes = await bytesGivenBack(db.reader, leaving, { now: await db.now(), signal });
  const totals = { artifacts, dropped, tags, droppedTags, freedBytes, collectedBytes, droppedPulledTags };
  return { totals, repositories };
}

function dropOf({ candidate: { digest, tags } }: Verdict): Drop {
  return { digest, tags: tags.map(({ name }) => name) };
}

/** A policy and the state of a project, one after the other: what is different in the second. */
export function changesBetween(
  before: readonly PlannedRepository[],
  after: readonly PlannedRepository[],
): readonly string[] {
  const [old, fresh] = [namesOf(before), namesOf(after)];
  const told: string[] = [];
  for (const [name, tags] of old) {
    const now = fresh.get(name);
    if (now === undefined) told.push(`${name} (${tags || 'no tag'}) would stay now, or is gone`);
    else if (now !== tags) told.push(`${name} had the tags ${tags || 'none'}, and has ${now || 'none'} now`);
  }
  for (const [name, tags] of fresh)
    if (!old.has(name)) told.push(`${name} (${tags || 'no tag'}) would go, too`);
  return told;
}

function namesOf(planned: readonly PlannedRepository[]): Map<string, string> {
  return new Map(
    planned.flatMap(({ repository, drops }) =>
      drops.map(({ digest, tags }): [string, string] => [`${repository.name}@${digest}`, tags.join(', ')]),
    ),
  );
}
