import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const count = prepare((db, values: { id: number; data: string }) =>
  db.updateTable('event').set({ data: values.data }).where('id', '=', values.id),
);

/** The row of a refusal that came again within its minute. */
export async function countRefusals(tx: Tx, input: { id: number; data: string }): Promise<void> {
  await tx.run(count, input);
}
