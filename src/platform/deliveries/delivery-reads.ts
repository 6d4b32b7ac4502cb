import { sql } from 'kysely';
import type { Queries } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';
import { valueList } from '../db/value-list.ts';

const place = prepare((db, values: { name: string }) =>
  db.selectFrom('event_cursor').select('last_id as lastId').where('name', '=', values.name),
);

export async function readPlace(db: Queries, name: string): Promise<number | undefined> {
  return (await db.first(place, { name }))?.lastId;
}

export interface RecordedEvent {
  readonly id: number;
  readonly type: string;
  readonly at: number;
  readonly actor: string;
  readonly requestId: string;
  readonly projectId: number | null;
  readonly object: string;
  readonly data: string;
}

const between = prepare((db, values: { after: number; to: number; limit: number }) =>
  db
    .selectFrom('event')
    .select([
      'id',
      'type',
      'at',
      'actor',
      'request_id as requestId',
      'project_id as projectId',
      'object',
      'data',
    ])
    .where('id', '>', values.after)
    .where('id', '<=', values.to)
    .orderBy('id')
    .limit(values.limit),
);

export function eventsBetween(
  db: Queries,
  of: { after: number; to: number; limit: number },
): Promise<RecordedEvent[]> {
  return db.all(between, of);
}

const queues = prepare((db, _values: Record<never, never>) =>
  db
    .withRecursive('open', (cte) =>
      cte
        .selectNoFrom(
          sql<string | null>`(select min(queue) from delivery where state = 'waiting')`.as('queue'),
        )
        .unionAll(
          cte
            .selectFrom('open')
            .select(
              sql<
                string | null
              >`(select min(d.queue) from delivery d where d.state = 'waiting' and d.queue > open.queue)`.as(
                'queue',
              ),
            )
            .where('open.queue', 'is not', null),
        ),
    )
    .selectFrom('open')
    .select('queue')
    .where('queue', 'is not', null),
);

/** Targets that something waits for; costs as much as there are of them, however much waits. */
export async function openQueues(db: Queries): Promise<readonly string[]> {
  return (await db.all(queues, {})).map(({ queue }) => queue ?? '');
}

export interface WaitingRow {
  readonly id: number;
  readonly orderKey: string;
  readonly nextAt: number;
}

const waiting = prepare((db, values: { queue: string; except: string; limit: number }, dialect) =>
  db
    .selectFrom('delivery')
    .select(['id', 'order_key as orderKey', 'next_at as nextAt'])
    .where('queue', '=', values.queue)
    .where('state', '=', 'waiting')
    .where('order_key', 'not in', valueList('text', values.except, dialect))
    .orderBy('id')
    .limit(values.limit),
);

/** What waits for a target, the oldest first, beside what has one of some keys. */
export function waitingOf(
  db: Queries,
  of: { readonly queue: string; readonly exceptKeys: readonly string[]; readonly limit: number },
): Promise<WaitingRow[]> {
  return db.all(waiting, { queue: of.queue, except: JSON.stringify(of.exceptKeys), limit: of.limit });
}

export interface Delivery {
  readonly id: number;
  readonly eventId: number;
  readonly webhookId: number;
  readonly queue: string;
  readonly orderKey: string;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAt: number;
  readonly kind: string;
  readonly form: string;
  readonly contentType: string;
  readonly body: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly status: number | null;
  readonly answer: string;
  readonly problem: string;
  readonly log: string;
}

/** With the type of what it tells of; null: that is not kept any more. */
export type ListedDelivery = Delivery & { readonly eventType: string | null };

const columns = [
  'id',
  'event_id as eventId',
  sql<number>`coalesce(webhook_id, 0)`.as('webhookId'),
  'queue',
  'order_key as orderKey',
  'state',
  'attempts',
  'next_at as nextAt',
  'kind',
  'form',
  'content_type as contentType',
  'body',
  'created_at as createdAt',
  'started_at as startedAt',
  'ended_at as endedAt',
  'status',
  'answer',
  'problem',
  'log',
] as const;

const one = prepare((db, values: { id: number }) =>
  db.selectFrom('delivery').select(columns).where('id', '=', values.id),
);

export function findDelivery(db: Queries, id: number): Promise<Delivery | undefined> {
  return db.first(one, { id });
}

export interface DeliveryFilter {
  readonly webhookId: number;
  readonly id?: number | undefined;
  /** Any of these; undefined: all. */
  readonly states?: readonly Delivery['state'][] | undefined;
  readonly kind?: string | undefined;
  /** Only those for Slack, or only the others. */
  readonly slack?: boolean | undefined;
}

function filtered({ builder }: Queries, { webhookId, id, states, kind, slack }: DeliveryFilter) {
  let query = builder.selectFrom('delivery').where('webhook_id', '=', webhookId);
  if (id !== undefined) query = query.where('id', '=', id);
  if (states !== undefined) query = query.where('state', 'in', [...states, '' as never]);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (slack !== undefined) query = query.where('form', slack ? '=' : '!=', 'slack');
  return query;
}

/** However many are asked for: each has its message. */
const longestPage = 1000;

export async function pageOfDeliveries(
  db: Queries,
  filter: DeliveryFilter,
  page: { readonly offset: number; readonly limit: number; readonly oldestFirst: boolean },
): Promise<{ readonly rows: readonly ListedDelivery[]; readonly total: number }> {
  const rows = await filtered(db, filter)
    .select(columns)
    .select((select) =>
      select
        .selectFrom('event')
        .select('event.type')
        .whereRef('event.id', '=', 'delivery.event_id')
        .as('eventType'),
    )
    .orderBy('id', page.oldestFirst ? 'asc' : 'desc')
    .limit(Math.min(page.limit, longestPage))
    .offset(page.offset)
    .execute();
  const { total } = await filtered(db, filter)
    .select((select) => select.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return { rows, total: Number(total) };
}

export type TriedDelivery = Pick<Delivery, 'id' | 'webhookId' | 'queue' | 'state' | 'attempts'>;

const lastOnes = prepare((db, values: { webhookIds: string; among: number }, dialect) =>
  db
    .selectFrom('delivery')
    .select(['id', sql<number>`coalesce(webhook_id, 0)`.as('webhookId'), 'queue', 'state', 'attempts'])
    .where('id', 'in', (select) =>
      select
        .selectFrom('webhook as w')
        .innerJoin('delivery as d', 'd.webhook_id', 'w.id')
        .select((each) => each.fn.max('d.id').as('id'))
        .where('w.id', 'in', valueList('integer', values.webhookIds, dialect))
        .where('d.attempts', '>', 0)
        .where(
          'd.id',
          '>',
          sql<number>`coalesce((select n.id from delivery n where n.webhook_id = w.id order by n.id desc limit 1 offset ${values.among}), 0)`,
        )
        .groupBy(['d.webhook_id', 'd.queue']),
    )
    .orderBy('id', 'desc'),
);

/** What is looked through of each webhook, however much it was told. */
const newestOfWebhook = 200;

/** What was last tried to send to each target of these webhooks, the newest first. */
export function lastTried(db: Queries, webhookIds: readonly number[]): Promise<TriedDelivery[]> {
  return db.all(lastOnes, { webhookIds: JSON.stringify(webhookIds), among: newestOfWebhook });
}

const newest = prepare((db, values: { webhookId: number; kind: string }) =>
  db
    .selectFrom('delivery')
    .select('created_at as createdAt')
    .where('webhook_id', '=', values.webhookId)
    .where('kind', '=', values.kind)
    .orderBy('id', 'desc')
    .limit(1),
);

/** When something of a kind was last made for a webhook; undefined: not in the last days. */
export async function lastMade(
  db: Queries,
  of: { readonly webhookId: number; readonly kind: string },
): Promise<number | undefined> {
  return (await db.first(newest, of))?.createdAt;
}

const ofEvent = prepare((db, values: { eventId: number }) =>
  db.selectFrom('delivery').select('id').where('event_id', '=', values.eventId).orderBy('id'),
);

export async function deliveriesOfEvent(db: Queries, eventId: number): Promise<readonly number[]> {
  return (await db.all(ofEvent, { eventId })).map(({ id }) => id);
}
