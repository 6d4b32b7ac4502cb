import { type Selectable, type SqlBool, sql } from 'kysely';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { WebhookTable } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';
import type { EventKind } from './event-kinds.ts';
import type { Filters, Target, Webhook } from './webhook.ts';

export interface WebhookValues {
  /** Empty for one of a project. */
  readonly projectPattern: string;
  readonly name: string;
  readonly description: string;
  readonly targets: string;
  readonly secrets: Uint8Array;
  readonly wrappedBy: string;
  readonly eventTypes: string;
  readonly filters: string;
  readonly enabled: number;
}

type NewWebhook = { [K in keyof WebhookValues]: WebhookValues[K] } & {
  readonly projectId: number | null;
  readonly creator: string;
  readonly now: number;
};

const add = prepare((db, values: NewWebhook) =>
  db
    .insertInto('webhook')
    .values({
      project_id: values.projectId,
      project_pattern: values.projectPattern,
      name: values.name,
      description: values.description,
      targets: values.targets,
      secrets: values.secrets,
      wrapped_by: values.wrappedBy,
      event_types: values.eventTypes,
      filters: values.filters,
      enabled: values.enabled,
      creator: values.creator,
      created_at: values.now,
      updated_at: values.now,
      after_event_id: 0,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
);

/** Its id; undefined: another one of the place has the name. */
export async function addWebhook(tx: Tx, webhook: NewWebhook): Promise<number | undefined> {
  return (await tx.first(add, { ...webhook }))?.id;
}

const put = prepare(
  (db, values: { [K in keyof WebhookValues]: WebhookValues[K] } & { id: number; now: number }) =>
    db
      .updateTable('webhook')
      .set({
        project_pattern: values.projectPattern,
        name: values.name,
        description: values.description,
        targets: values.targets,
        secrets: values.secrets,
        wrapped_by: values.wrappedBy,
        event_types: values.eventTypes,
        filters: values.filters,
        enabled: values.enabled,
        // Never the same twice: by it others see that it is another one.
        updated_at: sql<number>`case when updated_at < ${values.now} then ${values.now} else updated_at + 1 end`,
      })
      .where('id', '=', values.id),
);

export async function putWebhook(
  tx: Tx,
  webhook: WebhookValues & { readonly id: number; readonly now: number },
): Promise<void> {
  await tx.run(put, { ...webhook });
}

const beginAfter = prepare((db, values: { id: number; eventId: number }) =>
  db.updateTable('webhook').set({ after_event_id: values.eventId }).where('id', '=', values.id),
);

/** It is told of what comes after that event. */
export async function beginWebhookAfter(tx: Tx, of: { id: number; eventId: number }): Promise<void> {
  await tx.run(beginAfter, of);
}

const remove = prepare((db, values: { id: number }) => db.deleteFrom('webhook').where('id', '=', values.id));

export async function removeWebhook(tx: Tx, id: number): Promise<void> {
  await tx.run(remove, { id });
}

const named = prepare((db, values: { projectId: number; name: string; id: number }) =>
  db
    .selectFrom('webhook')
    .select('id')
    .where(sql<SqlBool>`coalesce(project_id, 0) = ${values.projectId}`)
    .where('name', '=', values.name)
    .where('id', '!=', values.id),
);

/** Whether another one of the same place has the name. */
export async function isNameTaken(
  tx: Tx,
  of: { readonly projectId: number | null; readonly name: string; readonly id: number },
): Promise<boolean> {
  return (await tx.first(named, { ...of, projectId: of.projectId ?? 0 })) !== undefined;
}

const one = prepare((db, values: { id: number }) =>
  db.selectFrom('webhook').selectAll().where('id', '=', values.id),
);

export async function findWebhook(db: Queries, id: number): Promise<Webhook | undefined> {
  const row = await db.first(one, { id });
  return row === undefined ? undefined : toWebhook(row);
}

const lock = prepare((db, values: { id: number }, dialect) => {
  const query = db.selectFrom('webhook').select('id').where('id', '=', values.id);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

/** Until the transaction ends nobody else changes it. */
export async function lockWebhook(tx: Tx, id: number): Promise<void> {
  await tx.first(lock, { id });
}

const ofPlace = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('webhook')
    .selectAll()
    .where(sql<SqlBool>`coalesce(project_id, 0) = ${values.projectId}`)
    .orderBy('id'),
);

/** Those of a project, or (null) of the whole system. */
export async function webhooksOf(db: Queries, projectId: number | null): Promise<readonly Webhook[]> {
  return (await db.all(ofPlace, { projectId: projectId ?? 0 })).map(toWebhook);
}

const enabled = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('webhook').selectAll().where('enabled', '=', 1).orderBy('id'),
);

export async function enabledWebhooks(db: Queries): Promise<readonly Webhook[]> {
  return (await db.all(enabled, {})).map(toWebhook);
}

/** What changes with each change of a webhook. */
export type WebhookStamp = Pick<Webhook, 'id' | 'updatedAt' | 'afterEventId'>;

const stamps = prepare((db, _values: Record<never, never>) =>
  db
    .selectFrom('webhook')
    .select(['id', 'updated_at as updatedAt', 'after_event_id as afterEventId'])
    .where('enabled', '=', 1)
    .orderBy('id'),
);

/** Of those that are enabled. */
export function enabledStamps(db: Queries): Promise<readonly WebhookStamp[]> {
  return db.all(stamps, {});
}

const some = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('webhook')
    .selectAll()
    .where('id', 'in', valueList('integer', values.ids, dialect)),
);

export async function someWebhooks(db: Queries, ids: readonly number[]): Promise<readonly Webhook[]> {
  return (await db.all(some, { ids: JSON.stringify(ids) })).map(toWebhook);
}

const counted = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('webhook')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where(sql<SqlBool>`coalesce(project_id, 0) = ${values.projectId}`),
);

/** How many a project has, or (null) the whole system. */
export async function countWebhooks(db: Queries, projectId: number | null): Promise<number> {
  return Number((await db.first(counted, { projectId: projectId ?? 0 }))?.count ?? 0);
}

function toWebhook(row: Selectable<WebhookTable>): Webhook {
  return {
    id: row.id,
    projectId: row.project_id,
    projectPattern: row.project_pattern,
    name: row.name,
    description: row.description,
    // Those that were written before there were keys.
    targets: (JSON.parse(row.targets) as Target[]).map((target, no) => ({
      ...target,
      key: target.key ?? String(no),
    })),
    eventTypes: JSON.parse(row.event_types) as EventKind[],
    filters: JSON.parse(row.filters) as Filters,
    enabled: row.enabled === 1,
    creator: row.creator,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    afterEventId: row.after_event_id,
    sealed: { bytes: row.secrets, wrappedBy: row.wrapped_by },
  };
}
