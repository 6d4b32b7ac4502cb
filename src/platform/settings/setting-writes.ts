import type { Tx } from '../db/database.ts';
import { prepare } from '../db/prepare.ts';

const put = prepare((db, values: { name: string; value: string; now: number }) =>
  db
    .insertInto('setting')
    .values({ name: values.name, value: values.value, updated_at: values.now })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ value: values.value, updated_at: values.now }),
    ),
);

/** @param input `value` is JSON text */
export async function putSetting(tx: Tx, input: { name: string; value: string; now: number }): Promise<void> {
  await tx.run(put, input);
}
