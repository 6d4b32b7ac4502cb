import type { Tx } from '../../db/database.ts';
import { prepare } from '../../db/prepare.ts';

const insert = prepare((db, values: { id: number; no: number; text: string }) =>
  db.insertInto('job_log').values({ job_id: values.id, no: values.no, text: values.text }),
);

export async function insertLogPiece(
  tx: Tx,
  piece: { readonly id: number; readonly no: number; readonly text: string },
): Promise<void> {
  await tx.run(insert, { ...piece });
}

const remove = prepare((db, values: { id: number; from: number; to: number }) =>
  db
    .deleteFrom('job_log')
    .where('job_id', '=', values.id)
    .where('no', '>=', values.from)
    .where('no', '<=', values.to),
);

/** Those between the two numbers, with both. */
export async function removeLogPieces(
  tx: Tx,
  values: { readonly id: number; readonly from: number; readonly to: number },
): Promise<void> {
  await tx.run(remove, { ...values });
}
