import type { Attributes, ResourceType } from './resource-type.ts';

interface Selector {
  readonly decoration: string;
  readonly pattern: string;
  readonly extras?: string;
}

interface Policy {
  readonly scope: { readonly ref: number };
  readonly trigger: { readonly settings: { readonly cron: string } };
  readonly rules?: readonly {
    readonly disabled?: boolean;
    readonly template: string;
    readonly params?: Readonly<Record<string, number>>;
    readonly tag_selectors: readonly [Selector];
    readonly scope_selectors: { readonly repository: readonly [Selector] };
  }[];
}

const templates = {
  n_days_since_last_pull: 'nDaysSinceLastPull',
  n_days_since_last_push: 'nDaysSinceLastPush',
  most_recently_pulled: 'latestPulledN',
  most_recently_pushed: 'latestPushedK',
} as const;

const schedules: Readonly<Record<string, string>> = {
  Hourly: '0 0 * * * *',
  Daily: '0 0 0 * * *',
  Weekly: '0 0 0 * * 0',
};

function body(wanted: Attributes, rules: readonly Attributes[]): object {
  const schedule = wanted['schedule'] as string;
  return {
    id: 0,
    algorithm: 'or',
    scope: { level: 'project', ref: Number(/\d+/.exec(String(wanted['scope']))?.[0]) },
    trigger: { kind: 'Schedule', settings: { cron: schedules[schedule] ?? schedule }, references: {} },
    rules: rules.map(ruleBody),
  };
}

function ruleBody(rule: Attributes): object {
  const named = Object.entries(templates).find(([name]) => rule[name] !== undefined);
  const [template, n] = named === undefined ? ['always', undefined] : [named[1], rule[named[0]]];
  const [tags, repositories] = [rule['tag_matching'], rule['repo_matching']];
  return {
    id: 0,
    priority: 0,
    disabled: rule['disabled'] ?? false,
    action: 'retain',
    template,
    params: n === undefined ? {} : { [template]: n },
    tag_selectors: [
      {
        kind: 'doublestar',
        decoration: tags === undefined ? 'excludes' : 'matches',
        pattern: tags ?? rule['tag_excluding'],
        extras: JSON.stringify({ untagged: rule['untagged_artifacts'] ?? true }),
      },
    ],
    scope_selectors: {
      repository: [
        {
          kind: 'doublestar',
          decoration: repositories === undefined ? 'repoExcludes' : 'repoMatches',
          pattern: repositories ?? rule['repo_excluding'],
        },
      ],
    },
  };
}

function ruleOf({ template, params, disabled, ...rule }: NonNullable<Policy['rules']>[number]): Attributes {
  const [tag] = rule.tag_selectors;
  const [repository] = rule.scope_selectors.repository;
  const named = Object.entries(templates).find(([, each]) => each === template);
  return {
    disabled: disabled ?? false,
    ...(named === undefined ? { always_retain: true } : { [named[0]]: params?.[template] }),
    [tag.decoration === 'matches' ? 'tag_matching' : 'tag_excluding']: tag.pattern,
    [repository.decoration === 'repoMatches' ? 'repo_matching' : 'repo_excluding']: repository.pattern,
    untagged_artifacts: tag.extras?.includes('true') ?? false,
  };
}

const rulesIn = (wanted: Attributes): readonly Attributes[] => wanted['rule'] as readonly Attributes[];

/** Destroying leaves a policy without rules: the provider does not delete it. */
export const retentionPolicy: ResourceType = {
  name: 'harbor_retention_policy',
  defaults: {},
  unread: [],
  create: async (api, wanted) => (await api.post('/retentions', body(wanted, rulesIn(wanted)))).id,
  async read(api, { id, attributes }) {
    const found = await api.find<Policy>(id);
    if (found === undefined || (found.rules ?? []).length === 0) return undefined;
    const { cron } = found.trigger.settings;
    const schedule = Object.entries(schedules).find(([, each]) => each === cron)?.[0] ?? cron;
    return {
      ...attributes,
      scope: `/projects/${found.scope.ref}`,
      schedule,
      rule: (found.rules ?? []).map(ruleOf),
    };
  },
  update: (api, { id, wanted }) => api.put(id, body(wanted, rulesIn(wanted))),
  destroy: (api, { id, attributes }) => api.put(id, body(attributes, [])),
};
