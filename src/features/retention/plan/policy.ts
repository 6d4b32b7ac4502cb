import { type RuleSelector, requirePattern } from '../../../content/tags/rule-selector.ts';
import { AppError } from '../../../lib/errors.ts';

/** Which artifacts of what it selects a rule keeps; the parameter has the template's name. */
export const templates = {
  latestPushedK: { unit: 'COUNT', byDefault: 10, display: 'the most recently pushed # artifacts' },
  latestPulledN: { unit: 'COUNT', byDefault: 10, display: 'the most recently pulled # artifacts' },
  nDaysSinceLastPush: { unit: 'DAYS', byDefault: 30, display: 'pushed within the last # days' },
  nDaysSinceLastPull: { unit: 'DAYS', byDefault: 30, display: 'pulled within the last # days' },
  always: { unit: undefined, byDefault: 0, display: 'always' },
  /** Harbor takes these two, and lists them nowhere. */
  latestActiveK: { unit: 'COUNT', byDefault: 10, display: 'the most recently active # artifacts' },
  lastXDays: { unit: 'DAYS', byDefault: 10, display: 'pushed within the last # days' },
  /** Beyond Harbor. */
  latestPatchesPerMinor: {
    unit: 'COUNT',
    byDefault: 3,
    display: 'the # highest patch releases of each minor version',
  },
} as const;

export type Template = keyof typeof templates;

/** What is above is refused, as by Harbor. */
const mostOf = { COUNT: 32_766, DAYS: 20_190_904 } as const;

export interface RetentionRule {
  readonly id: number;
  readonly priority: number;
  readonly disabled: boolean;
  readonly template: Template;
  readonly params: Readonly<Record<string, number>>;
  /** An artifact has to pass all of them. */
  readonly tags: readonly RuleSelector[];
  /** A repository has to pass all of them. */
  readonly repositories: readonly RuleSelector[];
}

/** What stays, of the repositories that a rule names. As it is stored, its keys in this order. */
export interface RetentionPolicy {
  readonly rules: readonly RetentionRule[];
  /** Six fields, or empty: it runs by hand only. */
  readonly cron: string;
  /** Takes the tags away and leaves the artifacts. */
  readonly untag: boolean;
  /** Whatever rules say, what was pulled within so many days stays; 0: no such limit. */
  readonly keepPulledDays: number;
}

export const maxRules = 15;
const maxBytes = 60_000;
const maxPattern = 1000;

export const tagDecorations = {
  doublestar: ['matches', 'excludes'],
  regex: ['matches', 'excludes'],
  label: ['withLabels', 'withoutLabels'],
  age: ['newerThan', 'olderThan'],
} as const;

export const repositoryDecorations = {
  doublestar: ['repoMatches', 'repoExcludes'],
  regex: ['repoMatches', 'repoExcludes'],
} as const;

/** The number of the rule's parameter; the template's own where it has none. */
export function parameterOf({ template, params }: Pick<RetentionRule, 'template' | 'params'>): number {
  return params[template] ?? templates[template].byDefault;
}

export function isTemplate(text: string): text is Template {
  return Object.hasOwn(templates, text);
}

/**
 * The policy as text, once it is known to be one.
 * @throws AppError BAD_REQUEST; CONFLICT for a rule that is there twice
 */
export function requirePolicy(policy: RetentionPolicy): string {
  const { rules, cron, untag, keepPulledDays } = policy;
  if (rules.length > maxRules)
    throw bad(`only ${maxRules} rules are allowed at most, these are ${rules.length}`);
  if (!(keepPulledDays >= 0 && keepPulledDays <= mostOf.DAYS))
    throw bad(`keep_pulled_days is ${keepPulledDays}: give 0 to ${mostOf.DAYS}`);
  for (const [index, rule] of rules.entries()) requireRule(`rule ${index}`, rule);
  const known = new Map<string, number>();
  for (const [index, rule] of rules.entries()) {
    const text = JSON.stringify({ ...rule, id: 0 });
    const other = known.get(text);
    if (other !== undefined)
      throw new AppError('CONFLICT', { message: `rule ${index} is conflict with rule ${other}` });
    known.set(text, index);
  }
  const text = JSON.stringify({ rules, cron, untag, keepPulledDays } satisfies RetentionPolicy);
  if (Buffer.byteLength(text) > maxBytes) throw bad(`the policy is longer than ${maxBytes} bytes`);
  return text;
}

function requireRule(where: string, { template, params, tags, repositories }: RetentionRule): void {
  if (tags.length === 0) throw bad(`${where}: tag_selectors has no selector: give one`);
  if (repositories.length === 0) throw bad(`${where}: scope_selectors.repository has no selector: give one`);
  for (const selector of tags) requireTagSelector(`${where}: tag_selectors`, selector);
  for (const selector of repositories) {
    requireDecoration(`${where}: scope_selectors.repository`, selector, repositoryDecorations);
    requireReadable(`${where}: scope_selectors.repository`, selector);
  }
  const { unit } = templates[template];
  const value = params[template];
  if (unit === undefined || value === undefined) return;
  if (value < 0) throw bad(`${where}: ${template} is less than zero`);
  if (value > mostOf[unit]) throw bad(`${where}: ${template} is too large: at most ${mostOf[unit]}`);
}

function requireTagSelector(where: string, selector: RuleSelector): void {
  requireDecoration(where, selector, tagDecorations);
  const { kind, pattern } = selector;
  if (kind === 'label') {
    if (labelsIn(pattern).length === 0)
      throw bad(`${where}: the pattern names no label: name some, with commas`);
    requireLength(where, pattern);
  } else if (kind === 'age') {
    const days = /^\d{1,8}$/.test(pattern) ? Number(pattern) : Number.NaN;
    if (!(days <= mostOf.DAYS)) throw bad(`${where}: the pattern of an age is days: 0 to ${mostOf.DAYS}`);
  } else requireReadable(where, selector);
}

function requireDecoration(
  where: string,
  { kind, decoration }: RuleSelector,
  known: Readonly<Record<string, readonly string[]>>,
): void {
  const decorations = Object.hasOwn(known, kind) ? known[kind] : undefined;
  if (decorations === undefined)
    throw bad(`${where}: the kind is ${Object.keys(known).join(' or ')}, not ${JSON.stringify(kind)}`);
  if (!decorations.includes(decoration))
    throw bad(
      `${where}: the decoration of ${kind} is ${decorations.join(' or ')}, not ${JSON.stringify(decoration)}`,
    );
}

function requireReadable(where: string, selector: RuleSelector): void {
  requireLength(where, selector.pattern);
  requirePattern(where, selector);
}

function requireLength(where: string, pattern: string): void {
  if (pattern.length > maxPattern) throw bad(`${where}: the pattern is longer than ${maxPattern} characters`);
}

export function labelsIn(pattern: string): readonly string[] {
  return pattern
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
