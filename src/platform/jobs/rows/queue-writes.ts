import type { Tx } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';

const add = prepare((db, values: { kind: string }) =>
  db
    .insertInto('job_queue')
    .values({ kind: values.kind, paused_at: null })
    .onConflict((conflict) => conflict.column('kind').doNothing()),
);

/** A kind that nobody has heard of yet. */
export async function addQueue(tx: Tx, kind: string): Promise<void> {
  await tx.run(add, { kind });
}

const pause = prepare((db, values: { kind: string; now: number }) =>
  db
    .updateTable('job_queue')
    .set({ paused_at: values.now })
    .where('kind', '=', values.kind)
    .where('paused_at', 'is', null),
);

const resume = prepare((db, values: { kind: string }) =>
  db
    .updateTable('job_queue')
    .set({ paused_at: null })
    .where('kind', '=', values.kind)
    .where('paused_at', 'is not', null),
);

/** False: it stands still already, or there is none of that name. */
export async function pauseQueueRow(tx: Tx, kind: string, now: number): Promise<boolean> {
  return (await tx.run(pause, { kind, now })) > 0;
}

export async function resumeQueueRow(tx: Tx, kind: string): Promise<boolean> {
  return (await tx.run(resume, { kind })) > 0;
}
