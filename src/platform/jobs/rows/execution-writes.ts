import { sql } from 'kysely';
import type { Tx } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';
import type { ExecutionTable } from '../../db/schema/schema-of-jobs.ts';
import { executionStatus } from './job-status.ts';

export type Trigger = ExecutionTable['trigger_kind'];

type NewExecution = {
  readonly vendorType: string;
  readonly vendorId: number;
  readonly trigger: Trigger;
  readonly now: number;
};

const insert = prepare((db, values: NewExecution) =>
  db
    .insertInto('execution')
    .values({
      vendor_type: values.vendorType,
      vendor_id: values.vendorId,
      trigger_kind: values.trigger,
      status: 'Running',
      message: '',
      started_at: values.now,
      updated_at: values.now,
      ended_at: null,
    })
    .returning('id'),
);

export async function insertExecution(tx: Tx, execution: NewExecution): Promise<number> {
  const row = await tx.first(insert, { ...execution });
  if (row === undefined) throw new Error('an execution was inserted without an id');
  return row.id;
}

const touch = prepare((db, values: { id: number; message: string | null; now: number }) =>
  db
    .updateTable('execution')
    .set((set) => ({
      updated_at: values.now,
      message: set.fn.coalesce(sql<string | null>`${values.message}`, 'message').$notNull(),
    }))
    .where('id', '=', values.id),
);

const states = prepare((db, values: { id: number }) =>
  db.selectFrom('job').select('state').where('execution_id', '=', values.id).groupBy('state'),
);

const setStatus = prepare(
  (db, values: { id: number; status: ExecutionTable['status']; endedAt: number | null }) =>
    db
      .updateTable('execution')
      .set({ status: values.status, ended_at: values.endedAt })
      .where('id', '=', values.id),
);

/**
 * Brings an execution to what its jobs make it, in the transaction that changed one of them. The row is locked before they
 * are looked at, so that the last of several that end at once sees the others' ends.
 * @param message what is said of it from now on; null: as before
 */
export async function settleExecution(
  tx: Tx,
  id: number,
  { message, now }: { readonly message: string | null; readonly now: number },
): Promise<void> {
  await tx.run(touch, { id, message, now });
  const found = new Set((await tx.all(states, { id })).map(({ state }) => state));
  const status = executionStatus(found);
  await tx.run(setStatus, { id, status, endedAt: status === 'Running' ? null : now });
}

const remove = prepare((db, values: { id: number }) =>
  db.deleteFrom('execution').where('id', '=', values.id),
);

const removeJobs = prepare((db, values: { id: number; limit: number }) =>
  db
    .deleteFrom('job')
    .where('id', 'in', (some) =>
      some.selectFrom('job').select('id').where('execution_id', '=', values.id).limit(values.limit),
    ),
);

/** Some of an execution's jobs with their logs, the execution with the last of them. True: there are more. */
export async function removeExecution(tx: Tx, id: number, limit: number): Promise<boolean> {
  if ((await tx.run(removeJobs, { id, limit })) >= limit) return true;
  await tx.run(remove, { id });
  return false;
}
