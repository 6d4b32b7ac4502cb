import type { Verdict } from './evaluate.ts';

/** An index before its children, which cannot go while it lists them; as deep as somebody nested them. */
export function holdersFirst(going: readonly Verdict[]): readonly Verdict[] {
  const byId = new Map(going.map((verdict) => [verdict.candidate.id, verdict]));
  const ordered = new Set<Verdict>();
  const begun = new Set<Verdict>();
  const waiting = going.toReversed();
  for (let last = waiting.at(-1); last !== undefined; last = waiting.at(-1)) {
    const verdict = last;
    const before = begun.has(verdict)
      ? []
      : verdict.candidate.heldBy.flatMap((id) => byId.get(id) ?? []).filter((each) => !begun.has(each));
    begun.add(verdict);
    if (before.length > 0) {
      for (const holder of before.toReversed()) waiting.push(holder);
      continue;
    }
    waiting.pop();
    ordered.add(verdict);
  }
  return [...ordered];
}
