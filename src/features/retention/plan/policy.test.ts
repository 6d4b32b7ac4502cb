import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError } from '../../../lib/errors.ts';
import { type RetentionPolicy, type RetentionRule, requirePolicy } from './policy.ts';

const selector = { kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '' };
const rule: RetentionRule = {
  id: 0,
  priority: 0,
  disabled: false,
  template: 'latestPushedK',
  params: { latestPushedK: 3 },
  tags: [selector],
  repositories: [{ ...selector, decoration: 'repoMatches' }],
};
const policy: RetentionPolicy = { rules: [rule], cron: '', untag: false, keepPulledDays: 0 };

function withTag(given: Partial<typeof selector>): RetentionPolicy {
  return { ...policy, rules: [{ ...rule, tags: [{ ...selector, ...given }] }] };
}

function withNumber(template: RetentionRule['template'], n: number): RetentionPolicy {
  return { ...policy, rules: [{ ...rule, template, params: { [template]: n } }] };
}

const refused: readonly [string, RetentionPolicy, string, string][] = [
  [
    'a 16th rule',
    { ...policy, rules: Array.from({ length: 16 }, (_, priority) => ({ ...rule, priority })) },
    'BAD_REQUEST',
    'only 15 rules are allowed at most, these are 16',
  ],
  [
    'the same rule twice',
    { ...policy, rules: [rule, { ...rule, id: 4 }] },
    'CONFLICT',
    'rule 1 is conflict with rule 0',
  ],
  [
    'a count below zero',
    withNumber('latestPushedK', -1),
    'BAD_REQUEST',
    'rule 0: latestPushedK is less than zero',
  ],
  [
    'a count too large',
    withNumber('latestPulledN', 32_767),
    'BAD_REQUEST',
    'rule 0: latestPulledN is too large: at most 32766',
  ],
  [
    'days too large',
    withNumber('nDaysSinceLastPull', 20_190_905),
    'BAD_REQUEST',
    'rule 0: nDaysSinceLastPull is too large: at most 20190904',
  ],
  [
    'no tag selector',
    { ...policy, rules: [{ ...rule, tags: [] }] },
    'BAD_REQUEST',
    'rule 0: tag_selectors has no selector: give one',
  ],
  [
    'no repository selector',
    { ...policy, rules: [{ ...rule, repositories: [] }] },
    'BAD_REQUEST',
    'rule 0: scope_selectors.repository has no selector: give one',
  ],
  [
    'another kind',
    withTag({ kind: 'glob' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the kind is doublestar or regex or label or age, not "glob"',
  ],
  [
    'a kind named like what every object has',
    withTag({ kind: 'constructor' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the kind is doublestar or regex or label or age, not "constructor"',
  ],
  [
    'another decoration',
    withTag({ decoration: 'repoMatches' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the decoration of doublestar is matches or excludes, not "repoMatches"',
  ],
  [
    'a brace that is open',
    withTag({ pattern: '{a,{b,c}' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the pattern "{a,{b,c}" cannot be read: a bracket, a brace or a backslash is not closed',
  ],
  [
    'a regex that cannot be read',
    withTag({ kind: 'regex', pattern: '(a' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the pattern "(a" cannot be read: error parsing regexp: missing closing ): `(a`',
  ],
  [
    'a regex that explodes by its repetitions',
    withTag({ kind: 'regex', pattern: '((a{100}){100}){100}' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the pattern "((a{100}){100}){100}" cannot be read: error parsing regexp: invalid repeat count: `{100}`',
  ],
  ['no pattern', withTag({ pattern: '' }), 'BAD_REQUEST', 'rule 0: tag_selectors: the pattern is missing'],
  ['a NUL', withTag({ pattern: 'a\0' }), 'BAD_REQUEST', 'rule 0: tag_selectors: the pattern is no text'],
  [
    'a long pattern',
    withTag({ pattern: 'a'.repeat(1001) }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the pattern is longer than 1000 characters',
  ],
  [
    'an age that is no number',
    withTag({ kind: 'age', decoration: 'olderThan', pattern: '3d' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the pattern of an age is days: 0 to 20190904',
  ],
  [
    'no label',
    withTag({ kind: 'label', decoration: 'withLabels', pattern: ' ,' }),
    'BAD_REQUEST',
    'rule 0: tag_selectors: the pattern names no label: name some, with commas',
  ],
  [
    'days of pulls below zero',
    { ...policy, keepPulledDays: -1 },
    'BAD_REQUEST',
    'keep_pulled_days is -1: give 0 to 20190904',
  ],
];

describe('a policy is refused for', () => {
  for (const [name, given, code, message] of refused)
    test(name, () => {
      assert.throws(
        () => requirePolicy(given),
        (error) => {
          assert.ok(error instanceof AppError);
          assert.deepEqual([error.code, error.message], [code, message]);
          return true;
        },
      );
    });
});

test('a policy is taken at its limits', () => {
  const rules = Array.from({ length: 15 }, (_, priority) => ({ ...rule, priority }));
  assert.ok(requirePolicy({ ...policy, rules }).length > 0);
  for (const given of [
    withNumber('latestPushedK', 32_766),
    withNumber('nDaysSinceLastPush', 20_190_904),
    withNumber('latestPushedK', 0),
    withTag({ pattern: '{a,{b,c}}' }),
    { ...policy, rules: [] },
  ])
    assert.ok(requirePolicy(given).length > 0);
});

test('a pattern of nested stars and a regex of nested repetitions are matched at once', async () => {
  const { matchesPattern } = await import('../../../content/tags/rule-selector.ts');
  const started = performance.now();
  const text = `${'a'.repeat(127)}b`;
  assert.equal(matchesPattern({ kind: 'regex', pattern: '(a*)*(a+)+(a|aa)+c' }, text), false);
  assert.equal(matchesPattern({ kind: 'doublestar', pattern: '*a*a*a*a*a*a*a*a*a*a*a*a*c' }, text), false);
  assert.ok(performance.now() - started < 5_000);
});
