import { randomUUID } from 'node:crypto';
import type { Database } from '../../platform/db/database.ts';
import type { Delivery } from '../../platform/deliveries/delivery-reads.ts';
import { makeDeliveries } from '../../platform/deliveries/make-deliveries.ts';
import { appendWithId } from '../../platform/events/append.ts';
import type { EventKind } from './event-kinds.ts';
import { payloadOf } from './payloads/payload-of.ts';
import { retentionData } from './payloads/retention-data.ts';
import type { EventData, Told } from './payloads/told.ts';
import { eventOf, requireKnown, type WebhookPlace } from './update-webhook.ts';
import { askedKey, queueOf, sourceOf } from './webhook.ts';

export interface TestDeps {
  readonly db: Database;
  /** By which clients reach the registry. */
  readonly host: () => string;
}

/**
 * Sends each target an example of the first kind of event that the webhook is told of, whether it is enabled or not.
 * Returns the ids of the deliveries.
 * @throws AppError NOT_FOUND
 */
export async function testWebhook(
  { db, host }: TestDeps,
  place: WebhookPlace & { readonly operator: string },
  id: number,
): Promise<readonly number[]> {
  const webhook = await requireKnown(db.reader, place, id);
  const now = await db.now();
  const [kind = 'PUSH_ARTIFACT'] = webhook.eventTypes;
  const told = exampleOf(kind, {
    project: place.projectId === null ? 'library' : place.projectName,
    operator: place.operator,
    host: host(),
    now,
  });
  const source = sourceOf(webhook);
  return db.transaction(async (tx) => {
    const eventId = await appendWithId(tx, eventOf('webhook.tested', place, { id, wanted: webhook, now }));
    const rows = webhook.targets.map((target) => {
      const queue = queueOf(id, target);
      return {
        eventId,
        listener: queue,
        webhookId: id,
        queue,
        // Whatever waits for a later attempt: somebody looks at what becomes of this one.
        orderKey: askedKey(eventId),
        kind,
        form: target.type,
        ...payloadOf(target, told, { source, id: randomUUID() }),
      };
    });
    return makeDeliveries(tx, rows, now);
  });
}

/**
 * Sends what was sent once more, as it was, to where the target leads now. Returns the id of the new delivery.
 * @throws AppError NOT_FOUND
 */
export async function redeliver(
  { db }: Pick<TestDeps, 'db'>,
  place: WebhookPlace,
  { queue, form, kind, contentType, body, webhookId }: Delivery,
): Promise<number> {
  const webhook = await requireKnown(db.reader, place, webhookId);
  const now = await db.now();
  return db.transaction(async (tx) => {
    const eventId = await appendWithId(
      tx,
      eventOf('webhook.redelivered', place, { id: webhookId, wanted: webhook, now }),
    );
    const row = { eventId, listener: queue, webhookId, queue, form, kind, contentType, body };
    const [id = 0] = await makeDeliveries(tx, [{ ...row, orderKey: askedKey(eventId) }], now);
    return id;
  });
}

function exampleOf(
  kind: EventKind,
  of: { readonly project: string; readonly operator: string; readonly host: string; readonly now: number },
): Told {
  const repository = `${of.project}/example`;
  return {
    kind,
    at: of.now,
    operator: of.operator,
    requestId: '',
    object: repository,
    data: kind === 'TAG_RETENTION' ? retentionExample(of) : artifactExample(of, repository),
  };
}

function retentionExample({ host, project }: { readonly host: string; readonly project: string }): EventData {
  const recorded = { policy: 0, total: 2, retained: 1, rules: '[]', deleted: '["example:test"]' };
  return retentionData(recorded, { host, project });
}

function artifactExample(
  { host, project }: { readonly host: string; readonly project: string },
  repository: string,
): EventData {
  return {
    resources: [
      { digest: `sha256:${'0'.repeat(64)}`, tag: 'test', resource_url: `${host}/${repository}:test` },
    ],
    repository: {
      name: 'example',
      namespace: project,
      repo_full_name: repository,
      repo_type: 'private',
    },
    custom_attributes: { Test: 'this is an example, nothing has happened' },
  };
}
