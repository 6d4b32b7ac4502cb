import type { Tx } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';

type ScheduleValues = {
  readonly vendorType: string;
  readonly vendorId: number;
  readonly cron: string;
  readonly timeZone: string;
  readonly input: string;
  readonly nextAt: number;
  readonly now: number;
};

const add = prepare((db, values: ScheduleValues) =>
  db
    .insertInto('schedule')
    .values(rowOf(values))
    .onConflict((conflict) => conflict.columns(['vendor_type', 'vendor_id']).doNothing()),
);

const put = prepare((db, values: ScheduleValues) =>
  db
    .insertInto('schedule')
    .values(rowOf(values))
    .onConflict((conflict) =>
      conflict.columns(['vendor_type', 'vendor_id']).doUpdateSet({
        cron: values.cron,
        time_zone: values.timeZone,
        input: values.input,
        next_at: values.nextAt,
        updated_at: values.now,
      }),
    ),
);

function rowOf(values: ScheduleValues) {
  return {
    vendor_type: values.vendorType,
    vendor_id: values.vendorId,
    cron: values.cron,
    time_zone: values.timeZone,
    input: values.input,
    next_at: values.nextAt,
    updated_at: values.now,
  };
}

/** Unless there is one. */
export async function addScheduleRow(tx: Tx, schedule: ScheduleValues): Promise<void> {
  await tx.run(add, { ...schedule });
}

export async function putScheduleRow(tx: Tx, schedule: ScheduleValues): Promise<void> {
  await tx.run(put, { ...schedule });
}

const remove = prepare((db, values: { vendorType: string; vendorId: number }) =>
  db
    .deleteFrom('schedule')
    .where('vendor_type', '=', values.vendorType)
    .where('vendor_id', '=', values.vendorId),
);

/** False: there is none. */
export async function removeScheduleRow(
  tx: Tx,
  of: { readonly vendorType: string; readonly vendorId: number },
): Promise<boolean> {
  return (await tx.run(remove, { ...of })) > 0;
}

const advance = prepare((db, values: { id: number; from: number; to: number }) =>
  db
    .updateTable('schedule')
    .set({ next_at: values.to })
    .where('id', '=', values.id)
    .where('next_at', '=', values.from),
);

/** True for one of all who try at the same time. */
export async function advanceSchedule(
  tx: Tx,
  turn: { readonly id: number; readonly from: number; readonly to: number },
): Promise<boolean> {
  return (await tx.run(advance, { ...turn })) > 0;
}
