import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const insert = prepare(
  (db, values: { id: number; name: string; ownerId: number; public: number; now: number }) =>
    db.insertInto('project').values({
      id: values.id,
      name: values.name,
      owner_id: values.ownerId,
      public: values.public,
      created_at: values.now,
      updated_at: values.now,
      deleted_at: null,
      purge_after: null,
    }),
);

const insertUsage = prepare((db, values: { projectId: number; limitBytes: number }) =>
  db
    .insertInto('project_usage')
    .values({ project_id: values.projectId, used_bytes: 0, limit_bytes: values.limitBytes }),
);

/** With a given id; without a storage limit. */
export async function insertProject(
  tx: Tx,
  input: { id: number; name: string; ownerId: number; public: boolean; now: number },
): Promise<void> {
  await tx.run(insert, { ...input, public: input.public ? 1 : 0 });
  await tx.run(insertUsage, { projectId: input.id, limitBytes: -1 });
}
