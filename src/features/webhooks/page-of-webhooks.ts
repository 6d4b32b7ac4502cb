import type { Queries } from '../../platform/db/database.ts';
import type { ApiAnswer } from '../../platform/http/api/api-route.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { type Match, parseListQuery } from '../../platform/http/api/parse-list-query.ts';
import { parseSort } from '../../platform/http/api/parse-sort.ts';
import type { Webhook } from './webhook.ts';
import { webhooksOf } from './webhook-store.ts';
import { lastDeliveries } from './webhook-view.ts';

export const webhookListParameters = {
  ...pageParameters,
  q: { in: 'query', description: 'Conditions on name and enabled.', schema: { type: 'string' } },
  sort: {
    in: 'query',
    description: 'id, name, creation_time, update_time, with - for descending.',
    schema: { type: 'string' },
  },
} as const;

interface ListCall {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly parameters: {
    readonly page: number;
    readonly page_size: number;
    readonly q?: string | undefined;
    readonly sort?: string | undefined;
  };
}

/** There are few webhooks in one place. */
export async function pageOfWebhooks(
  db: Queries,
  call: ListCall,
  { projectId, view }: { readonly projectId: number | null; readonly view: (webhook: Webhook) => object },
): Promise<ApiAnswer> {
  const webhooks = await webhooksOf(db, projectId);
  const page = parsePage(call.parameters);
  const matches = parseListQuery(call.parameters.q);
  const all = webhooks.filter((each) => fits(each, matches));
  const sorted = sortedBy(call.parameters.sort, all);
  const end = page.size === 0 ? undefined : offsetOf(page) + page.size;
  const shown = sorted.slice(offsetOf(page), end);
  const last = await lastDeliveries(db, shown);
  const items = shown.map((each) => ({ ...view(each), ...last.get(each.id) }));
  return pageAnswer(call, page, { items, total: all.length });
}

function fits(webhook: Webhook, matches: ReadonlyMap<string, Match>): boolean {
  return passes(matches.get('name'), webhook.name) && passes(matches.get('enabled'), String(webhook.enabled));
}

function passes(match: Match | undefined, value: string): boolean {
  if (match === undefined) return true;
  switch (match.kind) {
    case 'exact':
      return match.value === value;
    case 'fuzzy':
      return value.toLowerCase().includes(match.value.toLowerCase());
    case 'any':
    case 'all':
      return match.values.includes(value);
    case 'range':
      return (match.min ?? value) <= value && value <= (match.max ?? value);
  }
}

const sortKeys = ['id', 'name', 'creation_time', 'update_time'] as const;

function sortedBy(sort: string | undefined, webhooks: readonly Webhook[]): readonly Webhook[] {
  const orders = parseSort(sort, sortKeys, { key: 'creation_time', descending: true });
  const values: Record<(typeof sortKeys)[number], (webhook: Webhook) => string | number> = {
    id: ({ id }) => id,
    name: ({ name }) => name,
    creation_time: ({ createdAt }) => createdAt,
    update_time: ({ updatedAt }) => updatedAt,
  };
  return webhooks.toSorted((a, b) => {
    for (const { key, descending } of orders) {
      const [left, right] = [values[key](a), values[key](b)];
      if (left !== right) return left < right === descending ? 1 : -1;
    }
    return b.id - a.id;
  });
}
