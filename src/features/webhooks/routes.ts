import { can } from '../../access/authorize.ts';
import { principalName } from '../../access/principal.ts';
import { projectParameters } from '../../access/projects/project-parameters.ts';
import { type ProjectAsker, type RestRoute, restRoute } from '../../access/rest-route.ts';
import { pageOfWebhooks, webhookListParameters } from './page-of-webhooks.ts';
import { openSecrets } from './seal-secrets.ts';
import {
  createWebhook,
  deleteWebhook,
  type EditDeps,
  requireKnown,
  updateWebhook,
  type WebhookPlace,
} from './update-webhook.ts';
import type { Webhook } from './webhook.ts';
import { listedWebhookSchema, webhookSchema, webhookView } from './webhook-view.ts';

const tag = 'webhook';
const path = '/api/v2.0/projects/{project_name_or_id}/webhook/policies';
const pathOfOne = `${path}/{webhook_policy_id}`;
const body = { name: 'policy', schema: webhookSchema } as const;

const ofOne = {
  ...projectParameters,
  webhook_policy_id: {
    in: 'path',
    required: true,
    description: "The webhook's id.",
    schema: { type: 'integer', format: 'int64' },
  },
} as const;

/** Harbor's operations on the webhooks of a project. */
export function policyRoutes(deps: EditDeps): readonly RestRoute[] {
  return [...readRoutes(deps), ...changeRoutes(deps)];
}

function readRoutes(deps: EditDeps): readonly RestRoute[] {
  const { db } = deps;
  return [
    restRoute.project({
      method: 'GET',
      path,
      operationId: 'ListWebhookPoliciesOfProject',
      tag,
      summary: 'The webhooks of a project.',
      needs: 'project',
      permission: 'notification-policy:list',
      parameters: {
        ...projectParameters,
        ...webhookListParameters,
      },
      answers: {
        200: {
          description: 'A page of them.',
          headers: ['X-Total-Count', 'Link'],
          schema: { type: 'array', items: listedWebhookSchema },
        },
      },
      refusals: [400, 401, 403, 404],
      run: (call, asker) =>
        pageOfWebhooks(db.reader, call, {
          projectId: asker.project.id,
          view: (each) => shown(deps, each, asker),
        }),
    }),
    restRoute.project({
      method: 'GET',
      path: pathOfOne,
      operationId: 'GetWebhookPolicyOfProject',
      tag,
      summary: 'One webhook of a project.',
      needs: 'project',
      permission: 'notification-policy:read',
      parameters: ofOne,
      answers: { 200: { description: 'It.', schema: webhookSchema } },
      refusals: [401, 403, 404],
      run: async ({ parameters }, asker) => {
        const place = { projectId: asker.project.id };
        const webhook = await requireKnown(db.reader, place, parameters.webhook_policy_id);
        return { status: 200, body: shown(deps, webhook, asker) };
      },
    }),
  ];
}

function changeRoutes(deps: EditDeps): readonly RestRoute[] {
  return [
    restRoute.project({
      method: 'POST',
      path,
      operationId: 'CreateWebhookPolicyOfProject',
      tag,
      summary: 'Adds a webhook. It is told of what happens from now on.',
      needs: 'project',
      permission: 'notification-policy:create',
      parameters: projectParameters,
      body,
      answers: { 201: { description: 'Made.', headers: ['Location'] } },
      refusals: [400, 401, 403, 404, 409],
      run: async ({ body: given, parameters: { project_name_or_id: named } }, asker) => {
        const creator = principalName(asker.principal);
        const id = await createWebhook(deps, { ...placeOf(asker), creator }, given);
        const parent = `/api/v2.0/projects/${encodeURIComponent(named)}/webhook/policies`;
        return { status: 201, headers: { Location: `${parent}/${id}` } };
      },
    }),
    restRoute.project({
      method: 'PUT',
      path: pathOfOne,
      operationId: 'UpdateWebhookPolicyOfProject',
      tag,
      summary: 'Replaces a webhook, also whether it is enabled.',
      needs: 'project',
      permission: 'notification-policy:update',
      parameters: ofOne,
      body,
      answers: { 200: { description: 'Changed.' } },
      refusals: [400, 401, 403, 404, 409],
      run: async ({ body: given, parameters: { webhook_policy_id: id } }, asker) => {
        await updateWebhook(deps, placeOf(asker), { id, given });
        return { status: 200 };
      },
    }),
    restRoute.project({
      method: 'DELETE',
      path: pathOfOne,
      operationId: 'DeleteWebhookPolicyOfProject',
      tag,
      summary: 'Removes a webhook, and what waits for it.',
      needs: 'project',
      permission: 'notification-policy:delete',
      parameters: ofOne,
      answers: { 200: { description: 'Removed.' } },
      refusals: [401, 403, 404],
      run: async ({ parameters: { webhook_policy_id: id } }, asker) => {
        await deleteWebhook(deps, placeOf(asker), id);
        return { status: 200 };
      },
    }),
  ];
}

export function placeOf({ project, actor }: ProjectAsker): WebhookPlace {
  return { projectId: project.id, projectName: project.name, projectPattern: '', actor };
}

/** Secrets go to those who could set others. */
function shown(
  { masterKey }: EditDeps,
  webhook: Webhook,
  { grants, project, now }: ProjectAsker,
): Readonly<Record<string, unknown>> {
  const mayChange = can(grants, 'notification-policy:update', { project }, now).allowed;
  return webhookView(webhook, mayChange ? openSecrets(masterKey, webhook) : undefined);
}
