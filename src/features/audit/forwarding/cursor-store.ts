import { sql } from 'kysely';
import type { Database, Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { indexed } from '../../../platform/events/event-reads.ts';
import { shown } from '../audit-store.ts';

export const cursorName = 'audit-forward';

const selectCursor = prepare((db, values: { name: string }) =>
  db.selectFrom('event_cursor').select('last_id').where('name', '=', values.name),
);

/** Never back. */
const moveTo = prepare((db, values: { name: string; lastId: number; now: number }) =>
  db
    .insertInto('event_cursor')
    .values({ name: values.name, last_id: values.lastId, moved_at: values.now })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ last_id: values.lastId, moved_at: values.now })
        .where('event_cursor.last_id', '<', values.lastId),
    ),
);

/**
 * The last event that was sent, since forwarding was switched on: that itself is the first to be sent. Undefined: nobody
 * has sent anything, and it was not switched on.
 */
export async function readPlace(db: Queries): Promise<number | undefined> {
  const cursor = (await db.first(selectCursor, { name: cursorName }))?.last_id;
  const on = await db.builder
    .selectFrom('event')
    .select('id')
    .where('type', '=', 'configuration.updated')
    .where('data', 'like', '%"audit_log_forward_endpointBefore":"",%')
    .where(indexed)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (on === undefined) return cursor;
  return Math.max(cursor ?? 0, on.id - 1);
}

export async function keepPlace(db: Database, lastId: number): Promise<void> {
  const now = await db.now();
  await db.transaction((tx) => tx.run(moveTo, { name: cursorName, lastId, now }));
}

/** What waits after that event: how much, counted up to a limit, and since when. */
export async function readWaiting(
  { builder }: Queries,
  after: number,
  limit: number,
): Promise<{ readonly count: number; readonly since: number | undefined }> {
  const waiting = builder
    .selectFrom('event')
    .select(['id', 'at'])
    .where('id', '>', after)
    .where(shown)
    .orderBy('id')
    .limit(limit)
    .as('waiting');
  const row = await builder
    .selectFrom(waiting)
    .select([sql<number>`count(*)`.as('count'), sql<number | null>`min(at)`.as('since')])
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), since: row.since ?? undefined };
}
