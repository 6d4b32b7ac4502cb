import type { Queries } from '../../platform/db/database.ts';
import { lastTried } from '../../platform/deliveries/delivery-reads.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';
import { withoutZeros } from '../../platform/http/api/without-zeros.ts';
import { statusOf } from './execution-view.ts';
import { type TargetSecrets, targetNumberOf, type Webhook } from './webhook.ts';

type View = Readonly<Record<string, unknown>>;

const text = { type: 'string' } as const;
const number = { type: 'integer', format: 'int64' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const texts = { type: 'array', items: text } as const;

const targetProperties = {
  type: { ...text, description: 'http, slack, teams, feishu, dingtalk, wecom or email.' },
  address: { ...text, description: 'A URL; of email: addresses, divided by commas.' },
  auth_header: {
    ...text,
    description: 'Sent as Authorization. Shown to those who may change the webhook.',
  },
  skip_cert_verify: { type: 'boolean' },
  payload_format: { ...text, description: 'Of http: Default or CloudEvents.' },
  secret: {
    ...text,
    description:
      'Beyond Harbor: messages are signed with it: as Standard Webhooks says, as DingTalk and Feishu say to them. Never shown; left out: it stays.',
  },
  signed: { type: 'boolean', description: 'Beyond Harbor: there is a secret.' },
  template: { ...text, description: 'Beyond Harbor: JSON with {{fields}} that is sent to http instead.' },
} as const;

const filters = {
  type: 'object',
  description: 'Beyond Harbor: which events count. A change without it leaves it.',
  properties: {
    repositories: { ...texts, description: 'Patterns on the path within the project.' },
    tags: { ...texts, description: 'Patterns on the tag.' },
    labels: { ...texts, description: 'Names of labels, one of which the artifact has.' },
  },
} as const;

export const webhookSchema = {
  type: 'object',
  properties: {
    id: number,
    name: text,
    description: text,
    project_id: number,
    targets: { type: 'array', items: { type: 'object', properties: targetProperties } },
    event_types: texts,
    creator: text,
    creation_time: time,
    update_time: time,
    enabled: { type: 'boolean' },
    filters,
  },
} as const;

export const systemWebhookSchema = {
  type: 'object',
  properties: {
    ...webhookSchema.properties,
    project_pattern: { ...text, description: 'Of the names of projects; left out: all of them.' },
  },
} as const;

const lastDelivery = {
  type: 'object',
  description:
    'Beyond Harbor: what was last tried to send; of several targets one that failed, if any did. Left out: nothing lately.',
  properties: { id: number, status: { ...text, enum: ['Scheduled', 'Success', 'Error'] } },
} as const;

/** As lists tell of them. */
export const listedWebhookSchema = {
  type: 'object',
  properties: { ...webhookSchema.properties, last_delivery: lastDelivery },
} as const;

export const listedSystemWebhookSchema = {
  type: 'object',
  properties: { ...systemWebhookSchema.properties, last_delivery: lastDelivery },
} as const;

/** Of each of these webhooks that was told of anything lately: how that went, in one query. */
export async function lastDeliveries(
  db: Queries,
  webhooks: readonly Webhook[],
): Promise<ReadonlyMap<number, View>> {
  const tried = await lastTried(
    db,
    webhooks.map(({ id }) => id),
  );
  return new Map(
    webhooks.flatMap((webhook) => {
      const own = tried.filter(
        ({ webhookId, queue }) => webhookId === webhook.id && targetNumberOf(webhook, queue) >= 0,
      );
      const last = own.find(({ state }) => state !== 'delivered') ?? own[0];
      return last === undefined
        ? []
        : [[webhook.id, { last_delivery: { id: last.id, status: statusOf(last) } }] as const];
    }),
  );
}

/** @param secrets undefined: they are not shown */
export function webhookView(webhook: Webhook, secrets: readonly TargetSecrets[] | undefined): View {
  const { repositories, tags, labels } = webhook.filters;
  const filtered = repositories.length + tags.length + labels.length > 0;
  return {
    ...withoutZeros({
      id: webhook.id,
      name: webhook.name,
      description: webhook.description,
      project_id: webhook.projectId ?? undefined,
      project_pattern: webhook.projectId === null ? webhook.projectPattern : undefined,
      targets: webhook.targets.map((target, no) =>
        withoutZeros({
          type: target.type,
          address: target.address,
          auth_header: secrets?.[no]?.authHeader,
          skip_cert_verify: target.skipCertVerify,
          payload_format: target.payloadFormat ?? undefined,
          signed: (secrets?.[no]?.secret ?? '') !== '',
          template: target.template,
        }),
      ),
      event_types: webhook.eventTypes,
      creator: webhook.creator,
      creation_time: apiTime(webhook.createdAt),
      update_time: apiTime(webhook.updatedAt),
    }),
    enabled: webhook.enabled,
    ...(filtered ? { filters: { ...webhook.filters } } : {}),
  };
}
