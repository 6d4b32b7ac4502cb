import { type SqlBool, sql } from 'kysely';
import type { Tx } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';
import type { NewDelivery } from './delivery-source.ts';

/** PostgreSQL takes 65,535 values in a statement. */
const rowsAtOnce = 500;

export async function addDeliveries(tx: Tx, rows: readonly NewDelivery[], now: number): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    await tx.builder
      .insertInto('delivery')
      .values(
        rows.slice(from, from + rowsAtOnce).map((row) => ({
          event_id: row.eventId,
          listener: row.listener,
          state: 'waiting' as const,
          attempts: 0,
          next_at: now,
          webhook_id: row.webhookId,
          queue: row.queue,
          order_key: row.orderKey,
          kind: row.kind,
          form: row.form,
          content_type: row.contentType,
          body: row.body,
          created_at: now,
        })),
      )
      .onConflict((conflict) => conflict.columns(['event_id', 'listener']).doNothing())
      .execute();
  }
}

const move = prepare((db, values: { name: string; lastId: number; now: number }) =>
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

/** Up to which event deliveries were made. Never back. */
export async function movePlace(tx: Tx, place: { name: string; lastId: number; now: number }): Promise<void> {
  await tx.run(move, place);
}

export interface Attempt {
  readonly id: number;
  readonly state: 'waiting' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly nextAt: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly status: number | null;
  readonly answer: string;
  readonly problem: string;
  /** All attempts so far. */
  readonly log: string;
}

const keep = prepare((db, values: { [K in keyof Attempt]: Attempt[K] }) =>
  db
    .updateTable('delivery')
    .set({
      state: values.state,
      attempts: values.attempts,
      next_at: values.nextAt,
      started_at: values.startedAt,
      ended_at: values.endedAt,
      status: values.status,
      answer: values.answer,
      problem: values.problem,
      log: values.log,
    })
    .where('id', '=', values.id)
    .where('state', '=', 'waiting'),
);

export async function keepAttempt(tx: Tx, attempt: Attempt): Promise<void> {
  await tx.run(keep, { ...attempt });
}

const giveUp = prepare((db, values: { before: number; now: number; problem: string }) =>
  db
    .updateTable('delivery')
    .set({ state: 'failed', ended_at: values.now, problem: values.problem })
    .where('state', '=', 'waiting')
    .where('created_at', '<', values.before),
);

/** What has waited for too long. Returns how many there were. */
export function giveUpOn(tx: Tx, of: { before: number; now: number; problem: string }): Promise<number> {
  return tx.run(giveUp, of);
}

const stop = prepare((db, values: { webhookId: number; now: number; problem: string }) =>
  db
    .updateTable('delivery')
    .set({ state: 'failed', ended_at: values.now, problem: values.problem })
    .where('state', '=', 'waiting')
    .where('webhook_id', '=', values.webhookId),
);

export async function stopWaiting(
  tx: Tx,
  of: { webhookId: number; now: number; problem: string },
): Promise<void> {
  await tx.run(stop, of);
}

const forget = prepare((db, values: { before: number; limit: number }) =>
  db
    .deleteFrom('delivery')
    .where(
      'id',
      'in',
      db
        .selectFrom('delivery')
        .select('id')
        .where(sql<SqlBool>`state <> 'waiting'`)
        .where('ended_at', '<', values.before)
        .limit(values.limit),
    ),
);

/** Returns how many went; less than the limit: there are no more. */
export function forgetEnded(tx: Tx, of: { before: number; limit: number }): Promise<number> {
  return tx.run(forget, of);
}
