import { AppError } from '../../lib/errors.ts';
import { type RuleSelector, requirePattern, selects } from './rule-selector.ts';

/** As it is stored, its keys in this order. Of selectors the first counts, as in Harbor. */
export interface RuleDefinition {
  readonly priority: number;
  readonly params: Readonly<Record<string, string>>;
  readonly tags: readonly RuleSelector[];
  readonly repositories: readonly RuleSelector[];
}

export interface ImmutableRule extends RuleDefinition {
  readonly id: number;
  readonly disabled: boolean;
  readonly acceptSameDigest: boolean;
}

/** An index entry of PostgreSQL has to hold it. */
const maxDefinitionBytes = 2000;

/** What clients keep beside content by its digest (distribution-spec, "Referrers Tag Schema") changes with each of them. */
const referrersTag = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;

/** @param repository with the project's name before it */
export function keeps(rule: RuleDefinition, repository: string, tag: string): boolean {
  if (referrersTag.test(tag)) return false;
  const name = repository.slice(repository.indexOf('/') + 1);
  const [ofRepository] = rule.repositories;
  const [ofTag] = rule.tags;
  return (
    ofRepository !== undefined && ofTag !== undefined && selects(ofRepository, name) && selects(ofTag, tag)
  );
}

/** @throws AppError BAD_REQUEST */
export function requireRule(rule: RuleDefinition): string {
  requireSelectors('tag_selectors', rule.tags, ['matches', 'excludes']);
  requireSelectors('scope_selectors.repository', rule.repositories, ['repoMatches', 'repoExcludes']);
  const { priority, params, tags, repositories } = rule;
  const text = JSON.stringify({ priority, params, tags, repositories } satisfies RuleDefinition);
  if (Buffer.byteLength(text) > maxDefinitionBytes) throw bad('the rule is longer than 2000 bytes');
  return text;
}

function requireSelectors(where: string, selectors: readonly RuleSelector[], known: readonly string[]): void {
  if (selectors.length === 0) throw bad(`${where} has no selector: give one`);
  for (const selector of selectors) {
    const { decoration } = selector;
    if (!known.includes(decoration))
      throw bad(`${where}: the decoration is ${known.join(' or ')}, not ${JSON.stringify(decoration)}`);
    requirePattern(where, selector);
  }
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
