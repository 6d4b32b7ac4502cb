import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RuleSelector } from '../../../content/tags/rule-selector.ts';
import { seededChance } from '../../../lib/chance.testing.ts';
import type { Candidate } from './candidate.ts';
import { evaluate, type Reason } from './evaluate.ts';
import type { RetentionRule, Template } from './policy.ts';
import { dayMs } from './selected.ts';

const now = Date.UTC(2026, 5, 1);

interface Given {
  readonly tags?: string;
  /** Days ago. */
  readonly pushed?: number;
  readonly pulled?: number;
  readonly labels?: string;
  readonly heldBy?: readonly number[];
}

function candidatesOf(given: readonly Given[]): Candidate[] {
  return given.map(({ tags = '', pushed = 0, pulled, labels = '', heldBy = [] }, index) => {
    const pushedAt = now - pushed * dayMs;
    const pulledAt = pulled === undefined ? null : now - pulled * dayMs;
    return {
      id: index + 1,
      digest: `sha256:${index + 1}`,
      kind: 'IMAGE',
      tags: words(tags).map((name) => ({ name, pushedAt, pulledAt })),
      labels: words(labels),
      pushedAt,
      pulledAt,
      heldBy,
    };
  });
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '');
}

/** `matches:**`, `excludes:v*{"untagged":true}`, `regex/matches:v.*`, `label/withLabels:stable`. */
function selectorOf(text: string): RuleSelector {
  const [, kind = 'doublestar', decoration = '', pattern = '', extras = ''] =
    /^(?:(\w+)\/)?(\w+):(.*?)(\{"untagged.*)?$/.exec(text) ?? [];
  return { kind, decoration, pattern, extras };
}

interface Row {
  readonly template?: Template;
  readonly n?: number;
  readonly tags?: string;
  readonly repository?: string;
  readonly disabled?: true;
}

function ruleOf({
  template = 'always',
  n,
  tags = 'matches:**',
  repository = 'repoMatches:**',
  disabled,
}: Row) {
  return {
    id: 0,
    priority: 0,
    disabled: disabled ?? false,
    template,
    params: n === undefined ? {} : { [template]: n },
    tags: words(tags).map(selectorOf),
    repositories: words(repository).map(selectorOf),
  } satisfies RetentionRule;
}

interface Extra {
  readonly untag?: true;
  readonly keepPulledDays?: number;
  readonly path?: string;
  readonly immutable?: string;
}

function decide(rows: readonly Row[], given: readonly Given[], extra: Extra = {}) {
  const { untag = false, keepPulledDays = 0, path = 'app', immutable } = extra;
  return evaluate({
    policy: { rules: rows.map(ruleOf), untag, keepPulledDays },
    path,
    candidates: candidatesOf(given),
    now,
    guard: ({ tags }): Reason | undefined =>
      tags.some(({ name }) => name === immutable) && immutable !== undefined
        ? { kind: 'immutable tag', tag: immutable, rule: 7 }
        : undefined,
  });
}

const three: readonly Given[] = [
  { tags: 'v1', pushed: 30, pulled: 1 },
  { tags: 'v2', pushed: 20, pulled: 15 },
  { tags: 'v3', pushed: 10 },
];
const many = Array.from({ length: 12 }, (_, index) => ({
  tags: `t${index}`,
  pushed: index,
  pulled: 12 - index,
}));
const stable = { tags: 'a', labels: 'stable lts' };

/** What is kept, by the artifacts' places from 1. */
const table: readonly [string, readonly Row[], readonly Given[], string, Extra?][] = [
  ['latestPushedK 1 keeps the newest push', [{ template: 'latestPushedK', n: 1 }], three, '3'],
  ['latestPushedK 2 keeps two', [{ template: 'latestPushedK', n: 2 }], three, '2 3'],
  ['latestPushedK beyond the number keeps all', [{ template: 'latestPushedK', n: 99 }], three, '1 2 3'],
  ['latestPushedK 0 keeps none', [{ template: 'latestPushedK', n: 0 }], three, ''],
  [
    'latestPushedK without its number keeps ten',
    [{ template: 'latestPushedK' }],
    many,
    '1 2 3 4 5 6 7 8 9 10',
  ],
  ['latestPulledN 1 keeps the newest pull', [{ template: 'latestPulledN', n: 1 }], three, '1'],
  ['latestPulledN 2: never pulled is last', [{ template: 'latestPulledN', n: 2 }], three, '1 2'],
  [
    'latestPulledN 3 has room for what was never pulled',
    [{ template: 'latestPulledN', n: 3 }],
    three,
    '1 2 3',
  ],
  ['latestPulledN 0 keeps none', [{ template: 'latestPulledN', n: 0 }], three, ''],
  [
    'latestPulledN without its number keeps ten',
    [{ template: 'latestPulledN' }],
    many,
    '3 4 5 6 7 8 9 10 11 12',
  ],
  ['nDaysSinceLastPush 15', [{ template: 'nDaysSinceLastPush', n: 15 }], three, '3'],
  ['nDaysSinceLastPush to the day', [{ template: 'nDaysSinceLastPush', n: 20 }], three, '2 3'],
  [
    'nDaysSinceLastPush 0 keeps what is of this moment',
    [{ template: 'nDaysSinceLastPush', n: 0 }],
    [{ tags: 'a' }, { tags: 'b', pushed: 1 }],
    '1',
  ],
  [
    'nDaysSinceLastPush without its number: 30 days',
    [{ template: 'nDaysSinceLastPush' }],
    [...three, { tags: 'old', pushed: 31 }],
    '1 2 3',
  ],
  ['nDaysSinceLastPull 2', [{ template: 'nDaysSinceLastPull', n: 2 }], three, '1'],
  ['nDaysSinceLastPull to the day', [{ template: 'nDaysSinceLastPull', n: 15 }], three, '1 2'],
  [
    'nDaysSinceLastPull never keeps what was never pulled',
    [{ template: 'nDaysSinceLastPull', n: 20_000 }],
    three,
    '1 2',
  ],
  [
    'nDaysSinceLastPull without its number: 30 days',
    [{ template: 'nDaysSinceLastPull' }],
    [...three, { tags: 'x', pulled: 31 }],
    '1 2',
  ],
  ['always keeps all', [{}], three, '1 2 3'],
  ['always keeps what it selects', [{ tags: 'matches:v1' }], three, '1'],
  ['latestActiveK: a pull counts as well as a push', [{ template: 'latestActiveK', n: 1 }], three, '1'],
  ['latestActiveK 2', [{ template: 'latestActiveK', n: 2 }], three, '1 3'],
  ['lastXDays is of pushes', [{ template: 'lastXDays', n: 15 }], three, '3'],
  ['lastXDays without its number: 10 days', [{ template: 'lastXDays' }], three, '3'],
  [
    'rules are or-ed',
    [
      { template: 'latestPushedK', n: 1 },
      { template: 'latestPulledN', n: 1 },
    ],
    three,
    '1 3',
  ],
  ['a disabled rule is as none', [{ disabled: true }, { template: 'latestPushedK', n: 1 }], three, '3'],
  ['only disabled rules: nothing goes', [{ disabled: true }], three, '1 2 3'],
  ['no rules: nothing goes', [], three, '1 2 3'],
  [
    'a repository that no rule names',
    [{ template: 'latestPushedK', n: 0, repository: 'repoMatches:other' }],
    three,
    '1 2 3',
  ],
  ['a repository by name', [{ template: 'latestPushedK', n: 0, repository: 'repoMatches:app' }], three, ''],
  ['repoExcludes', [{ template: 'latestPushedK', n: 0, repository: 'repoExcludes:app' }], three, '1 2 3'],
  [
    'repoExcludes of others',
    [{ template: 'latestPushedK', n: 0, repository: 'repoExcludes:other' }],
    three,
    '',
  ],
  [
    'repositories in braces',
    [{ template: 'latestPushedK', n: 0, repository: 'repoMatches:{app,web}' }],
    three,
    '',
  ],
  [
    'a star is one part of a path',
    [{ template: 'latestPushedK', n: 0, repository: 'repoMatches:*' }],
    three,
    '1 2 3',
    { path: 'a/b' },
  ],
  [
    'two stars are all parts',
    [{ template: 'latestPushedK', n: 0, repository: 'repoMatches:**' }],
    three,
    '',
    { path: 'a/b' },
  ],
  [
    'repositories by regex',
    [{ template: 'latestPushedK', n: 0, repository: 'regex/repoMatches:a.+' }],
    three,
    '',
  ],
  [
    'repositories by regex, the whole name',
    [{ template: 'latestPushedK', n: 0, repository: 'regex/repoMatches:ap' }],
    three,
    '1 2 3',
  ],
  [
    'within a rule the number counts what was selected',
    [{ template: 'latestPushedK', n: 1, tags: 'matches:v{1,2}' }],
    three,
    '2',
  ],
  [
    'what no rule selects goes from a repository that one names',
    [{ template: 'latestPushedK', n: 5, tags: 'matches:v1' }],
    three,
    '1',
  ],
  ['a rule that selects nothing keeps nothing', [{ tags: 'matches:nothing' }], three, ''],
  [
    'matches: any tag of an artifact',
    [{ tags: 'matches:v*' }],
    [{ tags: 'latest v1' }, { tags: 'latest' }],
    '1',
  ],
  [
    'one kept tag keeps them all',
    [{ tags: 'matches:keep' }],
    [{ tags: 'keep drop' }, { tags: 'drop2' }],
    '1',
  ],
  [
    'excludes: any tag that does not fit',
    [{ tags: 'excludes:v*' }],
    [{ tags: 'v1 latest' }, { tags: 'v1 v2' }],
    '1',
  ],
  ['excludes all: none', [{ tags: 'excludes:**' }], three, ''],
  ['matches has untagged ones in it', [{ tags: 'matches:v*' }], [{}, { tags: 'v1' }], '1 2'],
  ['matches without untagged ones', [{ tags: 'matches:v*{"untagged":false}' }], [{}, { tags: 'v1' }], '2'],
  ['matches with untagged ones', [{ tags: 'matches:v*{"untagged":true}' }], [{}, { tags: 'x' }], '1'],
  ['excludes leaves untagged ones among the rest', [{ tags: 'excludes:v*' }], [{}, { tags: 'v1' }], '1'],
  [
    'excludes with untagged ones leaves them out, too',
    [{ tags: 'excludes:v*{"untagged":true}' }],
    [{}, { tags: 'x' }],
    '2',
  ],
  [
    'two tag selectors have both to pass',
    [{ tags: 'matches:v* excludes:*-rc' }],
    [{ tags: 'v1' }, { tags: 'v1-rc' }, { tags: 'x' }],
    '1',
  ],
  [
    'tags by regex',
    [{ tags: String.raw`regex/matches:v\d+` }],
    [{ tags: 'v12' }, { tags: 'v1x' }, { tags: 'v' }],
    '1',
  ],
  [
    'tags by regex, excluded',
    [{ tags: String.raw`regex/excludes:v\d+` }],
    [{ tags: 'v12' }, { tags: 'v1x' }],
    '2',
  ],
  ['a label', [{ tags: 'label/withLabels:stable' }], [stable, { tags: 'b' }], '1'],
  [
    'all labels that are named',
    [{ tags: 'label/withLabels:stable,lts' }],
    [stable, { tags: 'b', labels: 'lts' }],
    '1',
  ],
  ['without a label', [{ tags: 'label/withoutLabels:stable' }], [stable, { tags: 'b' }], '2'],
  ['younger than 15 days', [{ tags: 'age/newerThan:15' }], three, '3'],
  ['older than 15 days', [{ tags: 'age/olderThan:15' }], three, '1 2'],
  ['an age beside a pattern', [{ tags: 'age/olderThan:15 matches:v2' }], three, '2'],
  [
    'patches of a minor version',
    [{ template: 'latestPatchesPerMinor', n: 1 }],
    [{ tags: '1.2.9' }, { tags: '1.2.10' }, { tags: '1.3.0' }],
    '2 3',
  ],
  [
    'patches: v and leading zeros',
    [{ template: 'latestPatchesPerMinor', n: 1 }],
    [{ tags: 'v1.2.009' }, { tags: '1.2.10' }],
    '2',
  ],
  [
    'patches: three unless told',
    [{ template: 'latestPatchesPerMinor' }],
    [4, 3, 2, 1].map((n) => ({ tags: `1.0.${n}` })),
    '1 2 3',
  ],
  [
    'patches: a variant is a line of its own',
    [{ template: 'latestPatchesPerMinor', n: 1 }],
    [{ tags: '1.0.1-alpine' }, { tags: '1.0.2' }],
    '1 2',
  ],
  [
    'patches: builds of a release are in order',
    [{ template: 'latestPatchesPerMinor', n: 1 }],
    [{ tags: '1.0.2-rc9' }, { tags: '1.0.2-rc10' }],
    '2',
  ],
  [
    'patches: numbers beyond 2^53',
    [{ template: 'latestPatchesPerMinor', n: 1 }],
    [{ tags: '1.0.90071992547409931' }, { tags: '1.0.90071992547409932' }],
    '2',
  ],
  [
    'patches: what is no version goes',
    [{ template: 'latestPatchesPerMinor', n: 1 }],
    [{ tags: 'latest' }, { tags: '1.0' }, { tags: '1.0.0' }],
    '3',
  ],
  [
    'patches: a release under two artifacts',
    [{ template: 'latestPatchesPerMinor', n: 1 }],
    [{ tags: '1.0.1' }, { tags: 'v1.0.1' }, { tags: '1.0.0' }],
    '1 2',
  ],
  [
    'what was pulled lately stays whatever rules say',
    [{ template: 'latestPushedK', n: 0 }],
    three,
    '1',
    { keepPulledDays: 7 },
  ],
  ['pulled lately, to the day', [{ template: 'latestPushedK', n: 0 }], three, '1 2', { keepPulledDays: 15 }],
  ['an immutable tag stays', [{ template: 'latestPushedK', n: 0 }], three, '2', { immutable: 'v2' }],
  [
    'an immutable tag takes no place of the number',
    [{ template: 'latestPushedK', n: 1 }],
    three,
    '2 3',
    { immutable: 'v2' },
  ],
  [
    'untagging leaves what has no tag',
    [{ tags: 'matches:keep{"untagged":false}' }],
    [{}, { tags: 'a' }, { tags: 'keep' }],
    '1 3',
    { untag: true },
  ],
  [
    'a tagged child of an index that stays, stays',
    [{ tags: 'matches:index' }],
    [{ tags: 'index' }, { tags: 'child', heldBy: [1] }],
    '1 2',
  ],
  [
    'a tagged child of an index that goes, goes',
    [{ tags: 'matches:x' }],
    [{ tags: 'index' }, { tags: 'child', heldBy: [1] }],
    '',
  ],
  [
    'a child of an index of an index that stays',
    [{ tags: 'matches:top' }],
    [{ tags: 'c', heldBy: [2] }, { tags: 'i', heldBy: [3] }, { tags: 'top' }],
    '1 2 3',
  ],
  ['a child of what is no candidate stays', [{ tags: 'matches:x' }], [{ tags: 'c', heldBy: [99] }], '1'],
  [
    'a child may stay without its index',
    [{ tags: 'matches:child' }],
    [{ tags: 'index' }, { tags: 'child', heldBy: [1] }],
    '2',
  ],
];

describe('a policy decides', () => {
  assert.ok(table.length >= 60);
  for (const [name, rows, given, kept, extra] of table)
    test(name, () => {
      const verdicts = decide(rows, given, extra);
      assert.equal(
        verdicts
          .filter(({ keep }) => keep)
          .map(({ candidate }) => candidate.id)
          .join(' '),
        kept,
      );
    });

  test('and says which rule decided', () => {
    const reasons = decide(
      [{ tags: 'matches:nothing' }, { template: 'latestPushedK', n: 1 }, {}, { disabled: true }],
      [{ tags: 'a', pushed: 1 }, { tags: 'b' }],
    ).map(({ by }) => by);
    assert.deepEqual(reasons, [
      { kind: 'rule', rule: 2, template: 'always', number: 0 },
      { kind: 'rule', rule: 1, template: 'latestPushedK', number: 1 },
    ]);
    const [dropped] = decide([{ tags: 'matches:b' }, { disabled: true }], [{ tags: 'a' }]);
    assert.deepEqual(dropped?.by, { kind: 'no rule keeps it', rules: [0] });
  });
});

const templatesTried: readonly Template[] = [
  'latestPushedK',
  'latestPulledN',
  'latestActiveK',
  'nDaysSinceLastPush',
  'nDaysSinceLastPull',
  'latestPatchesPerMinor',
];

function someCase(seed: number) {
  const chance = seededChance(seed);
  const tag = (): string =>
    chance.pick([`v${chance.whole(3)}`, `1.${chance.whole(2)}.${chance.whole(4)}`, 'latest', 'prod']);
  const given = Array.from({ length: chance.whole(12) }, (_, index): Given => {
    const pulled = chance.whole(3) === 0 ? {} : { pulled: chance.whole(40) };
    const heldBy = index > 0 && chance.whole(4) === 0 ? [1 + chance.whole(index)] : [];
    const tags = Array.from({ length: chance.whole(3) }, tag).join(' ');
    return { tags, pushed: chance.whole(40), labels: chance.pick(['', 'stable']), heldBy, ...pulled };
  });
  const row = (): Row => ({
    template: chance.pick(templatesTried),
    n: chance.whole(5),
    tags: chance.pick([
      'matches:**',
      'matches:v*',
      'excludes:v*',
      'label/withLabels:stable',
      'age/olderThan:9',
    ]),
    repository: chance.pick(['repoMatches:**', 'repoMatches:a*', 'repoExcludes:app']),
  });
  const rows = Array.from({ length: 1 + chance.whole(3) }, row);
  const extra: Extra = { immutable: 'prod', ...(chance.whole(4) === 0 ? { untag: true } : {}) };
  return { rows, given, extra };
}

describe('of any policy and any history', () => {
  const seeds = Array.from({ length: 2000 }, (_, seed) => seed);

  test('each artifact is decided about once', () => {
    for (const seed of seeds) {
      const { rows, given, extra } = someCase(seed);
      const ids = decide(rows, given, extra).map(({ candidate }) => candidate.id);
      assert.deepEqual(
        ids,
        given.map((_, index) => index + 1),
        `seed ${seed}`,
      );
    }
  });

  test('an immutable tag never goes, nor a child of what stays', () => {
    for (const seed of seeds) {
      const { rows, given, extra } = someCase(seed);
      const verdicts = decide(rows, given, extra);
      const going = new Set(verdicts.filter(({ keep }) => !keep).map(({ candidate }) => candidate.id));
      for (const { candidate } of verdicts.filter(({ keep }) => !keep)) {
        assert.ok(!candidate.tags.some(({ name }) => name === 'prod'), `seed ${seed}`);
        if (extra.untag === undefined)
          assert.ok(
            candidate.heldBy.every((id) => going.has(id)),
            `seed ${seed}`,
          );
      }
    }
  });

  test('a larger number never keeps less', () => {
    for (const seed of seeds) {
      const { rows, given, extra } = someCase(seed);
      const keptWith = (more: number): Set<number> =>
        new Set(
          decide(
            rows.map((row) => ({ ...row, n: (row.n ?? 0) + more })),
            given,
            extra,
          )
            .filter(({ keep }) => keep)
            .map(({ candidate }) => candidate.id),
        );
      assert.ok(keptWith(0).isSubsetOf(keptWith(1)), `seed ${seed}`);
    }
  });
});
