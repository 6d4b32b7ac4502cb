import type { ImmutableRule, RuleDefinition } from '../../content/tags/immutable-rule.ts';
import type { RuleSelector } from '../../content/tags/rule-selector.ts';
import type { Bound } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';

const selectors = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'doublestar or regex.' },
      decoration: { type: 'string', description: 'matches, excludes; repoMatches, repoExcludes.' },
      pattern: { type: 'string' },
      extras: { type: 'string' },
    },
  },
} as const;

export const ruleSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer', format: 'int64' },
    priority: { type: 'integer', format: 'int64' },
    disabled: { type: 'boolean' },
    action: { type: 'string' },
    template: { type: 'string' },
    params: { type: 'object', additionalProperties: { type: 'string' } },
    tag_selectors: selectors,
    scope_selectors: { type: 'object', properties: { repository: selectors } },
    accept_same_digest: {
      type: 'boolean',
      description:
        'Beyond Harbor: a push of what the tag has already is taken. A change without it leaves it.',
    },
  },
} as const;

type GivenRule = Bound<typeof ruleSchema>;

export function ruleOf(body: GivenRule): RuleDefinition {
  return {
    priority: body.priority ?? 0,
    params: body.params ?? {},
    tags: (body.tag_selectors ?? []).map(selectorOf),
    repositories: (body.scope_selectors?.repository ?? []).map(selectorOf),
  };
}

function selectorOf(given: Partial<RuleSelector>): RuleSelector {
  const { kind = '', decoration = '', pattern = '', extras = '' } = given;
  return { kind, decoration, pattern, extras };
}

export function ruleView(rule: ImmutableRule): Readonly<Record<string, unknown>> {
  return withoutZeros({
    id: rule.id,
    priority: rule.priority,
    disabled: rule.disabled,
    action: 'immutable',
    template: 'immutable_template',
    params: Object.keys(rule.params).length === 0 ? undefined : rule.params,
    tag_selectors: rule.tags.map(selectorView),
    scope_selectors: { repository: rule.repositories.map(selectorView) },
    accept_same_digest: rule.acceptSameDigest,
  });
}

function selectorView(selector: RuleSelector): Readonly<Record<string, unknown>> {
  return withoutZeros({ ...selector });
}
