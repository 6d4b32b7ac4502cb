import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { monthOf } from './month-of.ts';

export interface Traffic {
  readonly projectId: number;
  /** `user:1`, `robot:7`, `anonymous`. */
  readonly account: string;
  pushedBytes: number;
  pulledBytes: number;
}

const add = prepare(
  (
    db,
    values: {
      month: number;
      projectId: number;
      account: string;
      pushed: number;
      pulled: number;
      stored: number;
    },
  ) =>
    db
      .insertInto('storage_month')
      .values({
        month: values.month,
        project_id: values.projectId,
        account: values.account,
        pushed_bytes: values.pushed,
        pulled_bytes: values.pulled,
        stored_kib_hours: values.stored,
      })
      .onConflict((on) =>
        on.columns(['month', 'project_id', 'account']).doUpdateSet((of) => ({
          pushed_bytes: of('storage_month.pushed_bytes', '+', of.ref('excluded.pushed_bytes')),
          pulled_bytes: of('storage_month.pulled_bytes', '+', of.ref('excluded.pulled_bytes')),
          stored_kib_hours: of('storage_month.stored_kib_hours', '+', of.ref('excluded.stored_kib_hours')),
        })),
      ),
);

/** Adds to the month of now; in one order, so that instances do not wait for each other in a circle. */
export async function addTraffic(tx: Tx, traffic: readonly Traffic[], now: number): Promise<void> {
  const month = monthOf(now);
  const ordered = traffic.toSorted((a, b) => a.projectId - b.projectId || (a.account < b.account ? -1 : 1));
  for (const { projectId, account, pushedBytes: pushed, pulledBytes: pulled } of ordered)
    await tx.run(add, { month, projectId, account, pushed, pulled, stored: 0 });
}

const hourMs = 60 * 60 * 1000;

const accrued = prepare((db, values: { id: number }, dialect) => {
  const query = db.selectFrom('storage_accrual').select('hour').where('id', '=', values.id);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

const begin = prepare((db, values: { hour: number }) =>
  db
    .insertInto('storage_accrual')
    .values({ id: 1, hour: values.hour })
    .onConflict((on) => on.doNothing()),
);

const move = prepare((db, values: { hour: number }) =>
  db.updateTable('storage_accrual').set({ hour: values.hour }),
);

/**
 * Adds what each project keeps now to its months, for every whole hour since the last time: once, whoever asks how often.
 * What a server did not run for counts as what it finds. Returns the hours.
 */
export async function accrueStored(tx: Tx, now: number): Promise<number> {
  const hour = Math.floor(now / hourMs);
  const since = (await tx.first(accrued, { id: 1 }))?.hour;
  if (since === undefined) {
    await tx.run(begin, { hour });
    return 0;
  }
  if (hour <= since) return 0;
  for (const [month, hours] of hoursByMonth(since, hour))
    await sql`
      insert into storage_month (month, project_id, account, pushed_bytes, pulled_bytes, stored_kib_hours)
        select ${sql.lit(month)}, project_id, '', 0, 0, ((used_bytes + 512) / 1024) * ${sql.lit(hours)}
          from project_usage where used_bytes > 0 order by project_id
      on conflict (month, project_id, account) do update
        set stored_kib_hours = storage_month.stored_kib_hours + excluded.stored_kib_hours`.execute(
      tx.builder,
    );
  await tx.run(move, { hour });
  return hour - since;
}

function hoursByMonth(since: number, hour: number): ReadonlyMap<number, number> {
  const hours = new Map<number, number>();
  for (let at = since; at < hour; at += 1) {
    const month = monthOf(at * hourMs);
    hours.set(month, (hours.get(month) ?? 0) + 1);
  }
  return hours;
}
