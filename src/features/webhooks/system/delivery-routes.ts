import { principalName } from '../../../access/principal.ts';
import { type RestRoute, restRoute } from '../../../access/rest-route.ts';
import { pageParameters } from '../../../platform/http/api/page.ts';
import { requireDelivery } from '../execution-routes.ts';
import { deliverySchema, pageOfSent } from '../own-routes.ts';
import { redeliver, type TestDeps, testWebhook } from '../test-webhook.ts';
import { ofSystemWebhook, systemPlaceOf, systemWebhooksPath } from './routes.ts';

const tag = 'webhook';
const path = `${systemWebhooksPath}/{webhook_id}`;
const int64 = { type: 'integer', format: 'int64' } as const;

/** What was sent and answered, a try, and once more. */
export function deliveryRoutes(deps: TestDeps): readonly RestRoute[] {
  return [listRoute(deps), testRoute(deps), redeliverRoute(deps)];
}

function listRoute({ db }: TestDeps): RestRoute {
  return restRoute.system({
    method: 'GET',
    path: `${path}/deliveries`,
    operationId: 'listSystemWebhookDeliveries',
    tag,
    summary:
      'What a webhook of the whole system sent in the last days and what was answered, the newest first.',
    needs: 'system',
    permission: 'configuration:read',
    parameters: { ...ofSystemWebhook, ...pageParameters },
    answers: {
      200: {
        description: 'A page of them.',
        headers: ['X-Total-Count', 'Link'],
        schema: { type: 'array', items: deliverySchema },
      },
    },
    refusals: [401, 403, 404],
    run: (call) => pageOfSent({ db }, { projectId: null }, call),
  });
}

function testRoute(deps: TestDeps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path: `${path}/test`,
    operationId: 'testSystemWebhook',
    tag,
    summary: 'Sends each target an example. What becomes of it: the list of deliveries.',
    needs: 'system',
    permission: 'configuration:update',
    parameters: ofSystemWebhook,
    answers: {
      202: {
        description: 'On its way.',
        schema: { type: 'object', properties: { deliveries: { type: 'array', items: int64 } } },
      },
    },
    refusals: [401, 403, 404],
    run: async ({ parameters: { webhook_id: id } }, asker) => {
      const place = { ...systemPlaceOf(asker), operator: principalName(asker.principal) };
      return { status: 202, body: { deliveries: await testWebhook(deps, place, id) } };
    },
  });
}

function redeliverRoute(deps: TestDeps): RestRoute {
  return restRoute.system({
    method: 'POST',
    path: `${path}/deliveries/{delivery_id}/redeliver`,
    operationId: 'redeliverSystemWebhook',
    tag,
    summary: 'Sends the same once more.',
    needs: 'system',
    permission: 'configuration:update',
    parameters: {
      ...ofSystemWebhook,
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
      const place = systemPlaceOf(asker);
      const delivery = await requireDelivery(deps.db, { ...place, webhookId, id });
      return { status: 202, body: { id: await redeliver(deps, place, delivery) } };
    },
  });
}
