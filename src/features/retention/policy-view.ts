import type { RuleSelector } from '../../content/tags/rule-selector.ts';
import { AppError } from '../../lib/errors.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import type { Bound } from '../../platform/http/api/schema.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import { isTemplate, type RetentionPolicy, type RetentionRule, templates } from './plan/policy.ts';

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;

const selectors = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'doublestar or regex; of tags also label and age.' },
      decoration: {
        type: 'string',
        description:
          'matches, excludes; repoMatches, repoExcludes; withLabels, withoutLabels; newerThan, olderThan.',
      },
      pattern: { type: 'string', description: 'Of label: names, with commas; of age: days since the push.' },
      extras: { type: 'string', description: 'JSON: {"untagged": true}' },
    },
  },
} as const;

export const policyProperties = {
  id: number,
  algorithm: { type: 'string', description: 'Only: or.' },
  rules: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        id: number,
        priority: number,
        disabled: { type: 'boolean' },
        action: { type: 'string', description: 'Only: retain.' },
        template: { type: 'string', enum: Object.keys(templates) },
        params: { type: 'object', additionalProperties: number },
        tag_selectors: selectors,
        scope_selectors: { type: 'object', properties: { repository: selectors } },
      },
    },
  },
  trigger: {
    type: 'object',
    properties: {
      kind: { type: 'string', description: 'Only: Schedule.' },
      settings: {
        type: 'object',
        properties: {
          cron: {
            type: 'string',
            description: '0 minutes hours day-of-month month day-of-week; empty: by hand.',
          },
          next_scheduled_time: text,
        },
      },
      references: { type: 'object', properties: {} },
    },
  },
  scope: {
    type: 'object',
    properties: { level: { type: 'string', description: 'Only: project.' }, ref: number },
  },
  untag: {
    type: 'boolean',
    description:
      'Beyond Harbor: takes the tags away and leaves the artifacts. A change without it leaves it.',
  },
  keep_pulled_days: {
    ...number,
    description:
      'Beyond Harbor: whatever rules say, what was pulled within so many days stays. A change without it leaves it.',
  },
} as const;

export const policySchema = { type: 'object', properties: policyProperties } as const;

type GivenPolicy = Bound<typeof policySchema>;
type GivenRule = NonNullable<GivenPolicy['rules']>[number];
type GivenSelector = Partial<RuleSelector>;

/**
 * @param known what stays of the policy before where nothing is said of it
 * @throws AppError BAD_REQUEST
 */
export function policyOf(
  given: GivenPolicy,
  known: Pick<RetentionPolicy, 'untag' | 'keepPulledDays'>,
): RetentionPolicy {
  const { algorithm = 'or', trigger = {} } = given;
  if (algorithm !== 'or') throw bad(`the algorithm is or, not ${JSON.stringify(algorithm)}`);
  const { kind = 'Schedule', settings = {} } = trigger;
  if (kind !== 'Schedule' && kind !== '') throw bad(`the trigger is Schedule, not ${JSON.stringify(kind)}`);
  return {
    rules: (given.rules ?? []).map(ruleOf),
    cron: settings.cron?.trim() ?? '',
    untag: given.untag ?? known.untag,
    keepPulledDays: given.keep_pulled_days ?? known.keepPulledDays,
  };
}

function ruleOf(given: GivenRule, index: number): RetentionRule {
  const { id = 0, priority = 0, disabled = false, action = 'retain', template = '' } = given;
  if (action !== 'retain') throw bad(`rule ${index}: the action is retain, not ${JSON.stringify(action)}`);
  if (!isTemplate(template))
    throw bad(
      `rule ${index}: the template is one of ${Object.keys(templates).join(', ')}, not ${JSON.stringify(template)}`,
    );
  return {
    id,
    priority,
    disabled,
    template,
    params: given.params ?? {},
    tags: (given.tag_selectors ?? []).map(selectorOf),
    repositories: (given.scope_selectors?.repository ?? []).map(selectorOf),
  };
}

function selectorOf({ kind = '', decoration = '', pattern = '', extras = '' }: GivenSelector): RuleSelector {
  return { kind, decoration, pattern, extras };
}

export interface ShownPolicy {
  readonly id: number;
  readonly projectId: number;
  readonly policy: RetentionPolicy;
  /** When it runs by itself. */
  readonly nextAt: number | undefined;
}

export function policyView({
  id,
  projectId,
  policy,
  nextAt,
}: ShownPolicy): Readonly<Record<string, unknown>> {
  const next = nextAt === undefined ? {} : { next_scheduled_time: apiTime(nextAt) };
  return {
    ...withoutZeros({ id, algorithm: 'or' }),
    rules: policy.rules.map(ruleView),
    scope: { level: 'project', ref: projectId },
    trigger: { kind: 'Schedule', references: {}, settings: { cron: policy.cron, ...next } },
    ...withoutZeros({ untag: policy.untag, keep_pulled_days: policy.keepPulledDays }),
  };
}

function ruleView(rule: RetentionRule): Readonly<Record<string, unknown>> {
  const { id, priority, disabled, template, params, tags, repositories } = rule;
  return withoutZeros({
    id,
    priority,
    disabled,
    action: 'retain',
    template,
    params: Object.keys(params).length === 0 ? undefined : params,
    tag_selectors: tags.map((selector) => withoutZeros({ ...selector })),
    scope_selectors: { repository: repositories.map((selector) => withoutZeros({ ...selector })) },
  });
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
