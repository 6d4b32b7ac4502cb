import { principalName } from '../../access/principal.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import type { EventType } from '../../lib/event-types.ts';
import { type ListedDelivery, pageOfDeliveries } from '../../platform/deliveries/delivery-reads.ts';
import type { ApiAnswer } from '../../platform/http/api/api-route.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { offsetOf, pageAnswer, pageParameters, parsePage } from '../../platform/http/api/page.ts';
import { requireDelivery } from './execution-routes.ts';
import { statusOf } from './execution-view.ts';
import { placeOf } from './routes.ts';
import { redeliver, type TestDeps, testWebhook } from './test-webhook.ts';
import { requireKnown, type WebhookPlace } from './update-webhook.ts';
import { targetNumberOf, type Webhook } from './webhook.ts';

const tag = 'webhook';
const path = '/api/berth/v1/projects/{project_name_or_id}/webhooks/{webhook_id}';
const int64 = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

const parameters = {
  ...projectParameters,
  webhook_id: { in: 'path', required: true, description: "The webhook's id.", schema: int64 },
} as const;

export const deliverySchema = {
  type: 'object',
  properties: {
    id: int64,
    event_type: text,
    asked: {
      ...text,
      enum: ['test', 'again'],
      description: 'Somebody asked for it: for a test, or for what was sent before. Left out: it happened.',
    },
    target: { ...int64, description: 'Its place among the targets, from 1.' },
    status: { ...text, enum: ['Pending', 'Scheduled', 'Success', 'Error'] },
    problem: text,
    attempts: int64,
    creation_time: time,
    end_time: time,
    next_time: { ...time, description: 'Of one that waits.' },
    request: { type: 'object', properties: { content_type: text, body: text } },
    response: {
      type: 'object',
      properties: { status: int64, body: { ...text, description: 'How it began, at most 4 KiB.' } },
    },
  },
} as const;

/** What Harbor has no operations for: what was sent and answered, a try, and once more. */
export function ownRoutes(deps: TestDeps): readonly RestRoute[] {
  return [listRoute(deps), testRoute(deps), redeliverRoute(deps)];
}

function listRoute({ db }: TestDeps): RestRoute {
  return restRoute.project({
    method: 'GET',
    path: `${path}/deliveries`,
    operationId: 'listWebhookDeliveries',
    tag,
    summary:
      'What a webhook sent in the last days and what was answered, the newest first; without its secrets.',
    needs: 'project',
    permission: 'notification-policy:read',
    parameters: { ...parameters, ...pageParameters },
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: deliverySchema },
      },
    },
    refusals: [401, 403, 404],
    run: (call, { project }) => pageOfSent({ db }, { projectId: project.id }, call),
  });
}

interface SentCall {
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  readonly parameters: { readonly webhook_id: number; readonly page: number; readonly page_size: number };
}

/** @throws AppError NOT_FOUND also for a webhook of another place */
export async function pageOfSent(
  { db }: Pick<TestDeps, 'db'>,
  place: Pick<WebhookPlace, 'projectId'>,
  call: SentCall,
): Promise<ApiAnswer> {
  const { webhook_id: webhookId } = call.parameters;
  const webhook = await requireKnown(db.reader, place, webhookId);
  const page = parsePage(call.parameters);
  const limit = page.size === 0 ? Number.MAX_SAFE_INTEGER : page.size;
  const slice = { offset: offsetOf(page), limit, oldestFirst: false };
  const { rows, total } = await pageOfDeliveries(db.reader, { webhookId }, slice);
  return pageAnswer(call, page, { items: rows.map((row) => deliveryView(webhook, row)), total });
}

function testRoute(deps: TestDeps): RestRoute {
  return restRoute.project({
    method: 'POST',
    path: `${path}/test`,
    operationId: 'testWebhook',
    tag,
    summary: 'Sends each target an example. What becomes of it: the list of deliveries.',
    needs: 'project',
    permission: 'notification-policy:update',
    parameters,
    answers: {
      202: {
        description: 'On its way.',
        schema: { type: 'object', properties: { deliveries: { type: 'array', items: int64 } } },
      },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters: { webhook_id: id } }, asker) => {
      const place = { ...placeOf(asker), operator: principalName(asker.principal) };
      return { status: 202, body: { deliveries: await testWebhook(deps, place, id) } };
    },
  });
}

function redeliverRoute(deps: TestDeps): RestRoute {
  return restRoute.project({
    method: 'POST',
    path: `${path}/deliveries/{delivery_id}/redeliver`,
    operationId: 'redeliverWebhook',
    tag,
    summary: 'Sends the same once more.',
    needs: 'project',
    permission: 'notification-policy:update',
    parameters: {
      ...parameters,
      delivery_id: { in: 'path', required: true, description: 'Which one.', schema: int64 },
    },
    answers: {
      202: {
        description: 'On its way, as a new delivery.',
        schema: { type: 'object', properties: { id: int64 } },
      },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters: { webhook_id: webhookId, delivery_id: id } }, asker) => {
      const place = placeOf(asker);
      const delivery = await requireDelivery(deps.db, { ...place, webhookId, id });
      return { status: 202, body: { id: await redeliver(deps, place, delivery) } };
    },
  });
}

const askedBy: Readonly<Record<string, 'test' | 'again'>> = {
  'webhook.tested': 'test',
  'webhook.redelivered': 'again',
} satisfies { readonly [T in EventType]?: 'test' | 'again' };

function deliveryView(webhook: Webhook, delivery: ListedDelivery): Readonly<Record<string, unknown>> {
  const target = targetNumberOf(webhook, delivery.queue) + 1;
  const { problem, endedAt, state, status } = delivery;
  const asked = askedBy[delivery.eventType ?? ''];
  return {
    id: delivery.id,
    event_type: delivery.kind,
    ...(asked === undefined ? {} : { asked }),
    // One that is gone has no number.
    ...(target === 0 ? {} : { target }),
    status: statusOf(delivery),
    ...(problem === '' ? {} : { problem }),
    attempts: delivery.attempts,
    creation_time: apiTime(delivery.createdAt),
    ...(endedAt === null ? {} : { end_time: apiTime(endedAt) }),
    ...(state === 'waiting' ? { next_time: apiTime(delivery.nextAt) } : {}),
    request: { content_type: delivery.contentType, body: delivery.body },
    ...(status === null ? {} : { response: { status, body: delivery.answer } }),
  };
}
