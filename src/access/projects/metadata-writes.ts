import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const put = prepare((db, values: { projectId: number; name: string; value: string }) =>
  db
    .insertInto('project_metadata')
    .values({ project_id: values.projectId, name: values.name, value: values.value })
    .onConflict((conflict) => conflict.columns(['project_id', 'name']).doUpdateSet({ value: values.value })),
);

const remove = prepare((db, values: { projectId: number; name: string }) =>
  db
    .deleteFrom('project_metadata')
    .where('project_id', '=', values.projectId)
    .where('name', '=', values.name),
);

/** @param input `value` null: it goes */
export async function writeMetadata(
  tx: Tx,
  input: { projectId: number; name: string; value: string | null },
): Promise<void> {
  const { projectId, name, value } = input;
  if (value === null) await tx.run(remove, { projectId, name });
  else await tx.run(put, { projectId, name, value });
}
