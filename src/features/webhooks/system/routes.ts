import { canOnSystem } from '../../../access/authorize.ts';
import { principalName } from '../../../access/principal.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../../access/rest-route.ts';
import { pageOfWebhooks, webhookListParameters } from '../page-of-webhooks.ts';
import { openSecrets } from '../seal-secrets.ts';
import {
  createWebhook,
  deleteWebhook,
  type EditDeps,
  requireKnown,
  updateWebhook,
  type WebhookPlace,
} from '../update-webhook.ts';
import type { Webhook } from '../webhook.ts';
import { listedSystemWebhookSchema, systemWebhookSchema, webhookView } from '../webhook-view.ts';

const tag = 'webhook';
export const systemWebhooksPath = '/api/berth/v1/webhooks';
const pathOfOne = `${systemWebhooksPath}/{webhook_id}`;
const body = { name: 'webhook', schema: systemWebhookSchema } as const;
const everyProject = '**';

export const ofSystemWebhook = {
  webhook_id: {
    in: 'path',
    required: true,
    description: "The webhook's id.",
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

/** Webhooks of the whole system, told of the projects whose names match a pattern, those of later too. */
export function systemWebhookRoutes(deps: EditDeps): readonly RestRoute[] {
  return [...readRoutes(deps), ...changeRoutes(deps)];
}

function readRoutes(deps: EditDeps): readonly RestRoute[] {
  const { db } = deps;
  return [
    restRoute.system({
      method: 'GET',
      path: systemWebhooksPath,
      operationId: 'listSystemWebhooks',
      tag,
      summary: 'The webhooks of the whole system.',
      needs: 'system',
      permission: 'configuration:read',
      parameters: webhookListParameters,
      answers: {
        200: {
          description: 'A page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: listedSystemWebhookSchema },
        },
      },
      refusals: [400, 401, 403],
      run: (call, asker) =>
        pageOfWebhooks(db.reader, call, { projectId: null, view: (each) => shown(deps, each, asker) }),
    }),
    restRoute.system({
      method: 'GET',
      path: pathOfOne,
      operationId: 'getSystemWebhook',
      tag,
      summary: 'One webhook of the whole system.',
      needs: 'system',
      permission: 'configuration:read',
      parameters: ofSystemWebhook,
      answers: { 200: { description: 'It.', schema: systemWebhookSchema } },
      refusals: [401, 403, 404],
      run: async ({ parameters }, asker) => {
        const webhook = await requireKnown(db.reader, { projectId: null }, parameters.webhook_id);
        return { status: 200, body: shown(deps, webhook, asker) };
      },
    }),
  ];
}

function changeRoutes(deps: EditDeps): readonly RestRoute[] {
  return [
    restRoute.system({
      method: 'POST',
      path: systemWebhooksPath,
      operationId: 'createSystemWebhook',
      tag,
      summary: 'Adds a webhook of the whole system. It is told of what happens from now on.',
      needs: 'system',
      permission: 'configuration:update',
      parameters: {},
      body,
      answers: { 201: { description: 'Made.', headers: ['Location'] } },
      refusals: [400, 401, 403, 409],
      run: async ({ body: given }, asker) => {
        const place = systemPlaceOf(asker, given.project_pattern);
        const id = await createWebhook(deps, { ...place, creator: principalName(asker.principal) }, given);
        return { status: 201, headers: { Location: `${systemWebhooksPath}/${id}` } };
      },
    }),
    restRoute.system({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'updateSystemWebhook',
      tag,
      summary: 'Replaces a webhook of the whole system; its pattern stays where nothing is said of it.',
      needs: 'system',
      permission: 'configuration:update',
      parameters: ofSystemWebhook,
      body,
      answers: { 200: { description: 'Changed.' } },
      refusals: [400, 401, 403, 404, 409],
      run: async ({ body: given, parameters: { webhook_id: id } }, asker) => {
        const { project_pattern: projectPattern } = given;
        await updateWebhook(deps, systemPlaceOf(asker), { id, given, projectPattern });
        return { status: 200 };
      },
    }),
    restRoute.system({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'deleteSystemWebhook',
      tag,
      summary: 'Removes a webhook of the whole system, and what waits for it.',
      needs: 'system',
      permission: 'configuration:update',
      parameters: ofSystemWebhook,
      answers: { 200: { description: 'Removed.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { webhook_id: id } }, asker) => {
        await deleteWebhook(deps, systemPlaceOf(asker), id);
        return { status: 200 };
      },
    }),
  ];
}

export function systemPlaceOf(
  { actor }: Pick<SignedInAsker, 'actor'>,
  projectPattern = everyProject,
): WebhookPlace {
  return { projectId: null, projectName: '', projectPattern, actor };
}

/** Secrets go to those who could set others. */
function shown(
  { masterKey }: EditDeps,
  webhook: Webhook,
  { grants, now }: SignedInAsker,
): Readonly<Record<string, unknown>> {
  const mayChange = canOnSystem(grants, 'configuration:update', now);
  return webhookView(webhook, mayChange ? openSecrets(masterKey, webhook) : undefined);
}
