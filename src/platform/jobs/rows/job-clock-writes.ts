import { type SqlBool, sql } from 'kysely';
import type { Queries, Tx } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';

const isOpen = sql<SqlBool>`state in ('queued', 'running')`;

const pullBack = prepare((db, values: { now: number; latest: number }) =>
  db
    .updateTable('job')
    .set({
      run_at: sql<number>`run_at - (updated_at - ${values.now})`,
      updated_at: sql<number>`cast(${values.now} as bigint)`,
    })
    .where(isOpen)
    .where('state', '=', 'queued')
    .where('updated_at', '>', values.latest),
);

/** Jobs that were put into the queue after `latest`, which is still to come, wait from now on for as long as they were to. */
export async function pullBackQueued(
  tx: Tx,
  of: { readonly now: number; readonly latest: number },
): Promise<void> {
  await tx.run(pullBack, { ...of });
}

const ahead = prepare((db, values: { latest: number }) =>
  db
    .selectFrom('job')
    .select(['id', 'lease_until as leaseUntil'])
    .where(isOpen)
    .where('state', '=', 'running')
    .where('lease_until', '>', values.latest),
);

/** Leases that end later than that. */
export function leasesBehind(
  db: Queries,
  latest: number,
): Promise<{ readonly id: number; readonly leaseUntil: number }[]> {
  return db.all(ahead, { latest });
}

const free = prepare((db, values: { id: number; leaseUntil: number }) =>
  db
    .updateTable('job')
    .set({ lease_until: 0 })
    .where('id', '=', values.id)
    .where('state', '=', 'running')
    .where('lease_until', '=', values.leaseUntil),
);

/** Unless its holder has renewed it. */
export async function freeLease(
  tx: Tx,
  lease: { readonly id: number; readonly leaseUntil: number },
): Promise<void> {
  await tx.run(free, { ...lease });
}
