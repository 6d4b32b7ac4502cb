import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../../../lib/chance.testing.ts';
import { evaluate, type Verdict } from './evaluate.ts';
import { holdersFirst } from './holders-first.ts';

const candidateOf = (id: number, heldBy: readonly number[]) => ({
  id,
  digest: `sha256:${id}`,
  kind: 'INDEX',
  tags: [],
  labels: [],
  pushedAt: 0,
  pulledAt: null,
  heldBy,
});
const verdictOf = (id: number, heldBy: readonly number[]): Verdict => ({
  candidate: candidateOf(id, heldBy),
  keep: false,
  by: { kind: 'no rule keeps it', rules: [] },
});

test('indexes come before what they list, each once, whatever they list', () => {
  const chance = seededChance(7);
  for (let round = 0; round < 50; round += 1) {
    const count = 2 + chance.whole(40);
    const verdicts = Array.from({ length: count }, (_, id) =>
      verdictOf(id, id === 0 ? [99] : Array.from({ length: chance.whole(4) }, () => chance.whole(id))),
    );
    const ordered = holdersFirst(
      verdicts.toSorted((a, b) => ((a.candidate.id * 7) % 11) - ((b.candidate.id * 7) % 11)),
    );
    const places = new Map(ordered.map(({ candidate: { id } }, place) => [id, place]));
    assert.deepEqual([ordered.length, places.size], [count, count]);
    for (const { candidate } of verdicts)
      for (const holder of candidate.heldBy)
        assert.ok((places.get(holder) ?? -1) < (places.get(candidate.id) ?? -1), `round ${round}`);
  }
});

/** Each listed by the next. */
const chain = (length: number): readonly Verdict[] =>
  Array.from({ length }, (_, id) => verdictOf(id, id + 1 < length ? [id + 1] : []));

test('indexes that are nested a hundred thousand deep are put in order, and kept by the one on top', () => {
  const length = 100_000;
  const ordered = holdersFirst(chain(length));
  assert.deepEqual(
    [ordered.length, ordered[0]?.candidate.id, ordered.at(-1)?.candidate.id],
    [length, length - 1, 0],
  );
  const rule = {
    id: 1,
    priority: 0,
    disabled: false,
    template: 'latestPushedK',
    params: { latestPushedK: 0 },
    tags: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '' }],
    repositories: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**', extras: '' }],
  } as const;
  const verdicts = evaluate({
    policy: { rules: [rule], untag: false, keepPulledDays: 0 },
    path: 'app',
    candidates: chain(length).map(({ candidate }) => candidate),
    now: 0,
    guard: ({ id }) => (id === length - 1 ? { kind: 'in use', cluster: 'prod' } : undefined),
  });
  assert.ok(verdicts.every(({ keep }) => keep));
});
