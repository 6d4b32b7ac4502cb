import { RE2JS, RE2JSException } from 're2js';
import { AppError } from '../../lib/errors.ts';
import { compileDoublestar, PatternProblem } from '../../lib/text/compile-doublestar.ts';

export interface RuleSelector {
  readonly kind: string;
  readonly decoration: string;
  readonly pattern: string;
  readonly extras: string;
}

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
const maxKept = 500;

type Matcher = (text: string) => boolean;

/** By kind and pattern, the oldest goes first. */
const kept = new Map<string, Matcher>();

function matcherOf({ kind, pattern }: RuleSelector): Matcher {
  const key = `${kind} ${pattern}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = kind === 'regex' ? compileRegex(pattern) : compileDoublestar(pattern);
  const [oldest] = kept.keys();
  if (kept.size >= maxKept && oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made;
}

function compileRegex(pattern: string): Matcher {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.matches(text);
}

function selects(selector: RuleSelector | undefined, text: string): boolean {
  if (selector === undefined) return false;
  return matcherOf(selector)(text) !== selector.decoration.toLowerCase().endsWith('excludes');
}

/** What clients keep beside content by its digest (distribution-spec, "Referrers Tag Schema") changes with each of them. */
const referrersTag = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;

/** @param repository with the project's name before it */
export function keeps(rule: RuleDefinition, repository: string, tag: string): boolean {
  if (referrersTag.test(tag)) return false;
  const name = repository.slice(repository.indexOf('/') + 1);
  return selects(rule.repositories[0], name) && selects(rule.tags[0], tag);
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
    const { kind, decoration, pattern } = selector;
    if (kind !== 'doublestar' && kind !== 'regex')
      throw bad(`${where}: the kind is doublestar or regex, not ${JSON.stringify(kind)}`);
    if (!known.includes(decoration))
      throw bad(`${where}: the decoration is ${known.join(' or ')}, not ${JSON.stringify(decoration)}`);
    if (pattern === '') throw bad(`${where}: the pattern is missing`);
    if (pattern.includes('\0') || !pattern.isWellFormed()) throw bad(`${where}: the pattern is no text`);
    try {
      matcherOf(selector);
    } catch (error) {
      if (!(error instanceof PatternProblem || error instanceof RE2JSException)) throw error;
      throw new AppError(
        'BAD_REQUEST',
        { message: `${where}: the pattern ${JSON.stringify(pattern)} cannot be read: ${error.message}` },
        { cause: error },
      );
    }
  }
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
