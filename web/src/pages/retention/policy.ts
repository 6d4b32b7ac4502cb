import type { Answer } from '../../api/call.ts';

export type Policy = Answer<'GET /api/v2.0/retentions/{id}'>;
export type Rule = NonNullable<Policy['rules']>[number];
export type Template = NonNullable<Rule['template']>;

/** Those that the server offers; what a policy has beside is kept. */
export const templates = [
  'latestPushedK',
  'latestPulledN',
  'nDaysSinceLastPush',
  'nDaysSinceLastPull',
  'latestPatchesPerMinor',
  'always',
] as const;

export const newRule: Rule = {
  disabled: false,
  action: 'retain',
  template: 'latestPushedK',
  params: { latestPushedK: 10 },
  tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":true}' }],
  scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
};

/** Of a project that has none. */
export function newPolicy(projectId: number): Policy {
  return {
    algorithm: 'or',
    rules: [],
    trigger: { kind: 'Schedule', settings: { cron: '' }, references: {} },
    scope: { level: 'project', ref: projectId },
    untag: false,
    keep_pulled_days: 0,
  };
}

export function withTemplate(rule: Rule, template: Template): Rule {
  const now = numberOf(rule);
  return { ...rule, template, params: template === 'always' ? {} : { [template]: now } };
}

export function withNumber(rule: Rule, value: number): Rule {
  const { template = 'always' } = rule;
  return { ...rule, params: { [template]: value } };
}

export function numberOf({ template = 'always', params = {} }: Rule): number {
  return params[template] ?? 10;
}

export function tagPatternOf({ tag_selectors: selectors = [] }: Rule): string {
  return selectors[0]?.pattern ?? '**';
}

export function repositoryPatternOf({ scope_selectors: scope }: Rule): string {
  return scope?.repository?.[0]?.pattern ?? '**';
}

/** The first selector of each is for editing; the others stay as they are. */
export function withTagPattern(rule: Rule, pattern: string): Rule {
  const [first, ...rest] = rule.tag_selectors ?? [];
  return { ...rule, tag_selectors: [{ ...first, pattern }, ...rest] };
}

export function withRepositoryPattern(rule: Rule, pattern: string): Rule {
  const [first, ...rest] = rule.scope_selectors?.repository ?? [];
  return { ...rule, scope_selectors: { repository: [{ ...first, pattern }, ...rest] } };
}

/** Whether untagged artifacts are looked at too, as Harbor writes it. */
export function takesUntagged({ tag_selectors: selectors = [] }: Rule): boolean {
  return (selectors[0]?.extras ?? '').replaceAll(' ', '').includes('"untagged":true');
}

export function withUntagged(rule: Rule, untagged: boolean): Rule {
  const [first, ...rest] = rule.tag_selectors ?? [];
  return { ...rule, tag_selectors: [{ ...first, extras: JSON.stringify({ untagged }) }, ...rest] };
}

/** What the form does not show of a rule. */
export function furtherOf(rule: Rule): string {
  const tags = rule.tag_selectors ?? [];
  const repositories = rule.scope_selectors?.repository ?? [];
  const told = [...tags, ...repositories].filter(
    (selector, at) =>
      (at > 0 && at !== tags.length) ||
      selector.kind !== 'doublestar' ||
      !['matches', 'repoMatches'].includes(selector.decoration ?? ''),
  );
  return told.map(({ kind, decoration, pattern }) => `${kind} ${decoration} ${pattern}`).join('\n');
}
