import type { Attributes, ResourceType } from './resource-type.ts';

function numberIn(path: unknown): number {
  return Number(String(path).replaceAll('/projects/', ''));
}

interface Label {
  readonly name: string;
  readonly description?: string;
  readonly color?: string;
}

function labelBody(wanted: Attributes): object {
  const projectId = wanted['project_id'] === undefined ? 0 : numberIn(wanted['project_id']);
  return {
    description: wanted['description'],
    color: wanted['color'],
    deleted: false,
    scope: projectId === 0 ? 'g' : 'p',
    project_id: projectId,
    id: 0,
    name: wanted['name'],
  };
}

export const label: ResourceType = {
  name: 'harbor_label',
  defaults: { description: '' },
  unread: ['project_id'],
  create: async (api, wanted) => (await api.post('/labels', labelBody(wanted))).id,
  async read(api, { id, attributes }) {
    const found = await api.find<Label>(id);
    if (found === undefined) return undefined;
    const { name, description = '', color = '' } = found;
    return { ...attributes, name, description, color };
  },
  update: (api, { id, wanted }) => api.put(id, labelBody(wanted)),
  destroy: (api, { id }) => api.deleteIfThere(id),
};

interface Selector {
  readonly decoration: string;
  readonly pattern: string;
}

interface Rule {
  readonly id: number;
  readonly disabled?: boolean;
  readonly tag_selectors: readonly Selector[];
  readonly scope_selectors: { readonly repository: readonly Selector[] };
}

function selector(wanted: Attributes, on: 'repo' | 'tag'): object {
  const [matching, excluding] =
    on === 'repo' ? (['repoMatches', 'repoExcludes'] as const) : (['matches', 'excludes'] as const);
  const excluded = wanted[`${on}_excluding`];
  return excluded === undefined
    ? { kind: 'doublestar', decoration: matching, pattern: wanted[`${on}_matching`] }
    : { kind: 'doublestar', decoration: excluding, pattern: excluded };
}

function ruleBody(wanted: Attributes, id?: string): object {
  return {
    ...(id === undefined ? {} : { id: Number(id.slice(id.lastIndexOf('/') + 1)) }),
    disabled: wanted['disabled'],
    scope_selectors: { repository: [selector(wanted, 'repo')] },
    tag_selectors: [selector(wanted, 'tag')],
    action: 'immutable',
    template: 'immutable_template',
  };
}

const pageSize = 15;

/** The provider never asks for one rule: it looks through the list, up to the first page that is not full. */
export const immutableRule: ResourceType = {
  name: 'harbor_immutable_tag_rule',
  defaults: { disabled: false },
  // The provider awaits another word than `repoExcludes` from the server.
  unread: ['repo_excluding'],
  async create(api, wanted) {
    const { id } = await api.post(`${String(wanted['project_id'])}/immutabletagrules`, ruleBody(wanted));
    if (wanted['disabled'] === true) await api.put(id, ruleBody(wanted, id));
    return id;
  },
  async read(api, { id, attributes }) {
    const list = id.slice(0, id.lastIndexOf('/'));
    const number = Number(id.slice(id.lastIndexOf('/') + 1));
    for (let page = 1; ; page += 1) {
      const rules = await api.find<readonly Rule[]>(`${list}?page=${page}&page_size=${pageSize}`);
      const found = rules?.find((rule) => rule.id === number);
      if (found !== undefined) {
        const [tag] = found.tag_selectors;
        const [repository] = found.scope_selectors.repository;
        return {
          ...attributes,
          project_id: list.replace('/immutabletagrules', ''),
          disabled: found.disabled ?? false,
          ...(tag?.decoration === 'matches' ? { tag_matching: tag.pattern } : {}),
          ...(tag?.decoration === 'excludes' ? { tag_excluding: tag.pattern } : {}),
          ...(repository?.decoration === 'repoMatches' ? { repo_matching: repository.pattern } : {}),
        };
      }
      if (rules === undefined || rules.length < pageSize) return undefined;
    }
  },
  update: (api, { id, wanted }) => api.put(id, ruleBody(wanted, id)),
  destroy: (api, { id }) => api.delete(id),
};
