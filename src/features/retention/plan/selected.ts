import { matchesPattern, type RuleSelector, selects } from '../../../content/tags/rule-selector.ts';
import { parseRecord } from '../../../lib/oci/json.ts';
import type { Candidate } from './candidate.ts';
import { labelsIn, type RetentionRule } from './policy.ts';

export const dayMs = 24 * 60 * 60 * 1000;

/** @param path relative to the project */
export function coversRepository(
  { repositories }: Pick<RetentionRule, 'repositories'>,
  path: string,
): boolean {
  return repositories.every((selector) => selects(selector, path));
}

export function isSelected(
  { tags: selectors }: Pick<RetentionRule, 'tags'>,
  candidate: Candidate,
  now: number,
): boolean {
  return selectors.every((selector) => passes(selector, candidate, now));
}

function passes(selector: RuleSelector, candidate: Candidate, now: number): boolean {
  const { kind, decoration, pattern } = selector;
  if (kind === 'label') {
    const hasAll = labelsIn(pattern).every((label) => candidate.labels.includes(label));
    return hasAll === (decoration === 'withLabels');
  }
  if (kind === 'age')
    return candidate.pushedAt >= now - Number(pattern) * dayMs === (decoration === 'newerThan');
  const excludes = decoration === 'excludes';
  if (candidate.tags.length === 0) return untaggedIn(selector) !== excludes;
  return candidate.tags.some(({ name }) => matchesPattern(selector, name) !== excludes);
}

/** Whether untagged artifacts are among what the pattern names; with `excludes` they are then left out as well. */
function untaggedIn({ decoration, extras }: RuleSelector): boolean {
  const given = extras === '' ? undefined : parseRecord(Buffer.from(extras));
  if (given === undefined) return decoration !== 'excludes';
  return given['untagged'] === true;
}
