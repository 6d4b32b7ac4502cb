import type { Candidate } from './candidate.ts';
import { parameterOf, type RetentionPolicy, type RetentionRule } from './policy.ts';
import { coversRepository, dayMs, isSelected } from './selected.ts';
import { compareVersions, type Version, versionOf } from './version-of.ts';

/** What decided about an artifact. */
export type Reason =
  /** `rule` is its place in the policy. */
  | {
      readonly kind: 'rule';
      readonly rule: number;
      readonly template: string;
      /** The parameter of its template. */
      readonly number: number;
    }
  | { readonly kind: 'no rule keeps it'; readonly rules: readonly number[] }
  | { readonly kind: 'no rule covers the repository' }
  | { readonly kind: 'immutable tag' | 'protected tag'; readonly tag: string; readonly rule: number }
  | { readonly kind: 'in use'; readonly cluster: string }
  /** What a cluster runs is not known any more. */
  | { readonly kind: 'list has ended'; readonly cluster: string }
  | { readonly kind: 'pulled lately'; readonly days: number }
  | { readonly kind: 'listed by an index that stays'; readonly artifactId: number }
  /** Where tags are taken away, one without any has nothing to lose. */
  | { readonly kind: 'untagged' };

export interface Verdict {
  readonly candidate: Candidate;
  readonly keep: boolean;
  readonly by: Reason;
}

export interface EvaluateInput {
  readonly policy: Pick<RetentionPolicy, 'rules' | 'untag' | 'keepPulledDays'>;
  /** Relative to the project. */
  readonly path: string;
  readonly candidates: readonly Candidate[];
  readonly now: number;
  /** What must stay whatever the policy says, such as an artifact with an immutable tag. */
  readonly guard: (candidate: Candidate) => Reason | undefined;
}

/**
 * Decides about every artifact of one repository. Rules are or-ed: one that keeps it is enough, and keeps it with all its
 * tags. Nothing goes where no rule covers the repository.
 */
export function evaluate({ policy, path, candidates, now, guard }: EvaluateInput): readonly Verdict[] {
  const covering = [...policy.rules.entries()].filter(
    ([, rule]) => !rule.disabled && coversRepository(rule, path),
  );
  const byRule = new Map<number, Reason>();
  for (const [index, rule] of covering) {
    const selected = candidates.filter((candidate) => isSelected(rule, candidate, now));
    const reason = { kind: 'rule', rule: index, template: rule.template, number: parameterOf(rule) } as const;
    for (const { id } of keptBy(rule, selected, now)) if (!byRule.has(id)) byRule.set(id, reason);
  }
  const rules = covering.map(([index]) => index);
  const verdicts = candidates.map((candidate): Verdict => {
    const by =
      guard(candidate) ??
      (rules.length === 0 ? ({ kind: 'no rule covers the repository' } as const) : undefined) ??
      byRule.get(candidate.id) ??
      otherwiseKept(policy, candidate, now);
    return by === undefined
      ? { candidate, keep: false, by: { kind: 'no rule keeps it', rules } }
      : { candidate, keep: true, by };
  });
  return policy.untag ? verdicts : withHeld(verdicts);
}

function otherwiseKept(
  { untag, keepPulledDays }: EvaluateInput['policy'],
  { tags, pulledAt }: Candidate,
  now: number,
): Reason | undefined {
  if (keepPulledDays > 0 && pulledAt !== null && pulledAt >= now - keepPulledDays * dayMs)
    return { kind: 'pulled lately', days: keepPulledDays };
  return untag && tags.length === 0 ? { kind: 'untagged' } : undefined;
}

/** A child cannot go while an index that stays lists it; one that is kept so may itself be an index. */
function withHeld(verdicts: readonly Verdict[]): readonly Verdict[] {
  const childrenOf = new Map<number, number[]>();
  for (const { candidate, keep } of verdicts) {
    if (keep) continue;
    for (const id of candidate.heldBy) {
      const children = childrenOf.get(id);
      if (children === undefined) childrenOf.set(id, [candidate.id]);
      else children.push(candidate.id);
    }
  }
  const going = new Set(verdicts.filter(({ keep }) => !keep).map(({ candidate }) => candidate.id));
  const held = new Map<number, number>();
  // An index that is no candidate stays, too.
  const staying = [...childrenOf.keys()].filter((id) => !going.has(id));
  for (let holder = staying.pop(); holder !== undefined; holder = staying.pop()) {
    for (const child of childrenOf.get(holder) ?? []) {
      if (!going.delete(child)) continue;
      held.set(child, holder);
      staying.push(child);
    }
  }
  return verdicts.map((verdict) => {
    const artifactId = held.get(verdict.candidate.id);
    if (artifactId === undefined) return verdict;
    return { ...verdict, keep: true, by: { kind: 'listed by an index that stays', artifactId } };
  });
}

function keptBy(rule: RetentionRule, selected: readonly Candidate[], now: number): readonly Candidate[] {
  const parameter = parameterOf(rule);
  const since = now - parameter * dayMs;
  switch (rule.template) {
    case 'always':
      return selected;
    case 'latestPushedK':
      return newest(selected, parameter, ({ pushedAt }) => pushedAt);
    case 'latestPulledN':
      return newest(selected, parameter, ({ pulledAt }) => pulledAt ?? 0);
    case 'latestActiveK':
      return newest(selected, parameter, ({ pushedAt, pulledAt }) => Math.max(pushedAt, pulledAt ?? 0));
    case 'nDaysSinceLastPush':
    case 'lastXDays':
      return selected.filter(({ pushedAt }) => pushedAt >= since);
    case 'nDaysSinceLastPull':
      return selected.filter(({ pulledAt }) => pulledAt !== null && pulledAt >= since);
    case 'latestPatchesPerMinor':
      return highestOfLines(selected, parameter);
  }
}

/** Equal ones in the order of their pushes, so that a larger count never keeps less. */
function newest(
  selected: readonly Candidate[],
  count: number,
  timeOf: (candidate: Candidate) => number,
): readonly Candidate[] {
  return selected
    .toSorted((a, b) => timeOf(b) - timeOf(a) || b.pushedAt - a.pushedAt || b.id - a.id)
    .slice(0, count);
}

/** Of each line the highest releases; a release may have several tags, and an artifact several releases. */
function highestOfLines(selected: readonly Candidate[], count: number): readonly Candidate[] {
  const tagged = selected.flatMap((candidate) =>
    candidate.tags.flatMap(({ name }) => {
      const version = versionOf(name);
      return version === undefined ? [] : [{ candidate, version }];
    }),
  );
  const kept = new Set<Candidate>();
  for (const [, line] of Map.groupBy(tagged, ({ version }) => version.line)) {
    const ordered = line.toSorted((a, b) => compareVersions(b.version, a.version));
    let [releases, last]: [number, Version | undefined] = [0, undefined];
    for (const { candidate, version } of ordered) {
      if (last === undefined || compareVersions(last, version) !== 0) releases += 1;
      if (releases > count) break;
      last = version;
      kept.add(candidate);
    }
  }
  return [...kept];
}
