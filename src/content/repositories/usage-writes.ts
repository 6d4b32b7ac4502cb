import { AppError } from '../../lib/errors.ts';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const hold = prepare((db, values: { projectId: number; blobId: number }) =>
  db
    .insertInto('project_blob')
    .values({ project_id: values.projectId, blob_id: values.blobId, holders: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'blob_id'])
        .doUpdateSet((set) => ({ holders: set('project_blob.holders', '+', 1) })),
    )
    .returning('holders'),
);

/** One more repository of the project holds the blob. True: the first, so the project is charged. */
export async function holdInProject(tx: Tx, projectId: number, blobId: number): Promise<boolean> {
  return (await tx.first(hold, { projectId, blobId }))?.holders === 1;
}

const releaseLast = prepare((db, values: { projectId: number; blobId: number }) =>
  db
    .deleteFrom('project_blob')
    .where('project_id', '=', values.projectId)
    .where('blob_id', '=', values.blobId)
    .where('holders', '=', 1),
);

const releaseOne = prepare((db, values: { projectId: number; blobId: number }) =>
  db
    .updateTable('project_blob')
    .set((set) => ({ holders: set('holders', '-', 1) }))
    .where('project_id', '=', values.projectId)
    .where('blob_id', '=', values.blobId)
    .where('holders', '>', 1),
);

/** One repository less. True: it was the last, so the project is no longer charged. */
export async function releaseInProject(tx: Tx, projectId: number, blobId: number): Promise<boolean> {
  if ((await tx.run(releaseOne, { projectId, blobId })) > 0) return false;
  return (await tx.run(releaseLast, { projectId, blobId })) > 0;
}

const grow = prepare((db, values: { projectId: number; bytes: number }) =>
  db
    .updateTable('project_usage')
    .set((set) => ({ used_bytes: set('used_bytes', '+', values.bytes) }))
    .where('project_id', '=', values.projectId)
    .where((where) =>
      where.or([
        where('limit_bytes', '<', 0),
        where(where('used_bytes', '+', values.bytes), '<=', where.ref('limit_bytes')),
      ]),
    ),
);

const shrink = prepare((db, values: { projectId: number; bytes: number }) =>
  db
    .updateTable('project_usage')
    .set((set) => ({ used_bytes: set('used_bytes', '-', values.bytes) }))
    .where('project_id', '=', values.projectId),
);

/**
 * Must be the last statement of a transaction, so that pushers wait for each other only at its end.
 * A limit stops growth only: freeing always works.
 * @throws AppError QUOTA_EXCEEDED
 */
export async function changeUsage(tx: Tx, projectId: number, bytes: number): Promise<void> {
  if (bytes === 0) return;
  if (bytes < 0) {
    await tx.run(shrink, { projectId, bytes: -bytes });
    return;
  }
  if ((await tx.run(grow, { projectId, bytes })) === 0) {
    throw new AppError('QUOTA_EXCEEDED', {
      detail: 'delete what is not needed, or ask an administrator to raise the limit',
    });
  }
}
