import { Unexpected } from './provider-client.ts';
import type { Attributes, ResourceType } from './resource-type.ts';
import { scheduleOf } from './schedules.ts';

interface Rule {
  readonly disabled?: boolean;
  readonly template: string;
  readonly params?: Readonly<Record<string, number>>;
  readonly tag_selectors: readonly [
    { readonly decoration: string; readonly pattern: string; readonly extras?: string },
  ];
  readonly scope_selectors: {
    readonly repository: readonly [{ readonly decoration: string; readonly pattern: string }];
  };
}

interface Policy {
  readonly scope: { readonly ref: number };
  readonly trigger: { readonly settings: { readonly cron?: string } };
  readonly rules?: readonly Rule[];
}

/** Attribute of the provider, template and parameter of Harbor. */
const templates = [
  ['n_days_since_last_pull', 'nDaysSinceLastPull'],
  ['n_days_since_last_push', 'nDaysSinceLastPush'],
  ['most_recently_pulled', 'latestPulledN'],
  ['most_recently_pushed', 'latestPushedK'],
] as const;

function ruleOf(wanted: Attributes): object {
  const found = templates.find(([attribute]) => wanted[attribute] !== undefined);
  const [decoration, pattern] =
    wanted['tag_excluding'] === undefined
      ? ['matches', wanted['tag_matching']]
      : ['excludes', wanted['tag_excluding']];
  const [where, repositories] =
    wanted['repo_excluding'] === undefined
      ? ['repoMatches', wanted['repo_matching']]
      : ['repoExcludes', wanted['repo_excluding']];
  return {
    disabled: wanted['disabled'],
    action: 'retain',
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: where, pattern: repositories }] },
    tag_selectors: [
      {
        kind: 'doublestar',
        decoration,
        pattern,
        extras: JSON.stringify({ untagged: wanted['untagged_artifacts'] }),
      },
    ],
    params: found === undefined ? {} : { [found[1]]: wanted[found[0]] },
    template: found?.[1] ?? 'always',
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function policyOf(wanted: Attributes, rules: readonly object[]): object {
  return {
    algorithm: 'or',
    rules,
    trigger: {
      kind: 'Schedule',
      references: {},
      settings: { cron: scheduleOf(textOf(wanted['schedule'])).cron },
    },
    scope: { level: 'project', ref: Number(String(wanted['scope']).replace('/projects/', '')) },
  };
}

const rulesOf = (wanted: Attributes): readonly object[] =>
  (wanted['rule'] as readonly Attributes[]).map(ruleOf);

function readRule({
  disabled = false,
  template,
  params = {},
  tag_selectors: tags,
  scope_selectors: scope,
}: Rule): Attributes {
  const found = templates.find(([, name]) => name === template);
  const [{ decoration, pattern, extras = '' }] = tags;
  const [{ decoration: where, pattern: repositories }] = scope.repository;
  return {
    disabled,
    ...(template === 'always' ? { always_retain: true } : {}),
    ...(found === undefined ? {} : { [found[0]]: params[found[1]] ?? 0 }),
    [decoration === 'matches' ? 'tag_matching' : 'tag_excluding']: pattern,
    [where === 'repoMatches' ? 'repo_matching' : 'repo_excluding']: repositories,
    untagged_artifacts: extras.includes('true'),
  };
}

export const retentionPolicy: ResourceType = {
  name: 'harbor_retention_policy',
  defaults: {},
  unread: [],
  async create(api, wanted) {
    const body = policyOf(wanted, rulesOf(wanted));
    try {
      return (await api.post('/retentions', body)).id;
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      // The project has one already.
      const { metadata } = await api.get<{ metadata: { retention_id: string } }>(String(wanted['scope']));
      const id = `/retentions/${metadata.retention_id}`;
      await api.put(id, body);
      return id;
    }
  },
  async read(api, { id, attributes }) {
    const found = await api.find<Policy>(id);
    if (found === undefined) return undefined;
    const { type, cron } = scheduleOf(found.trigger.settings.cron ?? '');
    return {
      ...attributes,
      scope: `/projects/${found.scope.ref}`,
      schedule: ['Custom', 'None'].includes(type) ? cron : type,
      rule: (found.rules ?? []).map(readRule),
    };
  },
  update: (api, { id, wanted }) => api.put(id, policyOf(wanted, rulesOf(wanted))),
  // It stays, without rules.
  destroy: (api, { id, attributes }) =>
    api.put(id, {
      id: Number(id.replace('/retentions/', '')),
      ...policyOf({ scope: attributes['scope'] }, []),
    }),
};

interface Hook {
  readonly name: string;
  readonly description?: string;
  readonly enabled?: boolean;
  readonly targets: readonly [
    {
      readonly type: string;
      readonly address: string;
      readonly auth_header?: string;
      readonly skip_cert_verify?: boolean;
    },
  ];
}

const zeroTime = '0001-01-01T00:00:00Z';

/** The provider writes its payload format under a name that nobody reads. */
function hookOf(wanted: Attributes): object {
  return {
    update_time: zeroTime,
    description: wanted['description'],
    creator: '',
    creation_time: zeroTime,
    enabled: wanted['enabled'],
    targets: [
      {
        type: wanted['notify_type'],
        auth_header: wanted['auth_header'],
        skip_cert_verify: wanted['skip_cert_verify'],
        address: wanted['address'],
        'payload_format:omitempty': '',
      },
    ],
    event_types: wanted['events_types'],
    project_id: 0,
    id: 0,
    name: wanted['name'],
  };
}

export const webhook: ResourceType = {
  name: 'harbor_project_webhook',
  defaults: { description: '', enabled: true, skip_cert_verify: true, auth_header: '' },
  unread: ['project_id', 'events_types'],
  failsWhenGone: true,
  create: async (api, wanted) =>
    (await api.post(`${String(wanted['project_id'])}/webhook/policies`, hookOf(wanted))).id,
  async read(api, { id, attributes }) {
    const { name, description = '', enabled = false, targets } = await api.get<Hook>(id);
    const [{ type, address, auth_header: header = '', skip_cert_verify: skip = false }] = targets;
    return {
      ...attributes,
      name,
      description,
      enabled,
      notify_type: type,
      address,
      auth_header: header,
      skip_cert_verify: skip,
    };
  },
  update: (api, { id, wanted }) => api.put(id, hookOf(wanted)),
  destroy: (api, { id }) => api.delete(id),
};
