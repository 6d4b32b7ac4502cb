import { sql } from 'kysely';
import { because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

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

/** The same of many blobs, each once. Returns those that the project is no longer charged for. */
export async function releaseAllInProject(
  tx: Tx,
  projectId: number,
  blobIds: readonly number[],
): Promise<readonly number[]> {
  const ids = valueList('integer', JSON.stringify(blobIds), tx.dialect);
  // The last holders first: those with one more are not looked at again.
  const { rows } = await sql<{ id: number }>`
    delete from project_blob where project_id = ${projectId} and holders = 1 and blob_id in ${ids}
      returning blob_id as "id"`.execute(tx.builder);
  if (rows.length < blobIds.length)
    await sql`update project_blob set holders = holders - 1 where project_id = ${projectId} and holders > 1
      and blob_id in ${ids}`.execute(tx.builder);
  return rows.map(({ id }) => id);
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
        // Read here, so that it holds for every instance from the moment it is changed.
        where.exists(
          where
            .selectFrom('setting')
            .select(sql`1`.as('one'))
            .where('name', '=', 'quota_per_project_enable')
            .where('value', '=', 'false'),
        ),
      ]),
    ),
);

const shrink = prepare((db, values: { projectId: number; bytes: number }) =>
  db
    .updateTable('project_usage')
    .set((set) => ({ used_bytes: set('used_bytes', '-', values.bytes) }))
    .where('project_id', '=', values.projectId),
);

const read = prepare((db, values: { projectId: number }) =>
  db
    .selectFrom('project_usage')
    .select(['used_bytes', 'limit_bytes'])
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
    const usage = await tx.first(read, { projectId });
    const used = formatBytes(usage?.used_bytes ?? 0);
    const limit = formatBytes(usage?.limit_bytes ?? 0);
    const wanted = formatBytes(bytes);
    throw new AppError('QUOTA_EXCEEDED', {
      // All in the sentence: Docker and containerd show nothing else.
      message: `the project would exceed its storage limit: ${used} are used, ${wanted} more are wanted, the limit is ${limit}; delete what is not needed, or ask an administrator to raise the limit`,
      because: because('storage limit', { used, wanted, limit }),
    });
  }
}

const lock = prepare((db, values: { projectId: number }, dialect) => {
  const query = db
    .selectFrom('project_usage')
    .select('used_bytes')
    .where('project_id', '=', values.projectId);
  return dialect === 'postgres' ? query.forUpdate() : query;
});

const forgetHolders = prepare((db, values: { projectId: number }) =>
  db.deleteFrom('project_blob').where('project_id', '=', values.projectId),
);

const countHolders = prepare((db, values: { projectId: number }) =>
  db
    .insertInto('project_blob')
    .columns(['project_id', 'blob_id', 'holders'])
    .expression(
      db
        .selectFrom(
          db
            .selectFrom('blob_link')
            .innerJoin('held_repository', 'held_repository.id', 'blob_link.repository_id')
            .where('held_repository.project_id', '=', values.projectId)
            .where('blob_link.hidden', '=', 0)
            .select(['held_repository.project_id', 'blob_link.blob_id'])
            .unionAll(
              db
                .selectFrom('live_artifact')
                .innerJoin('held_repository', 'held_repository.id', 'live_artifact.repository_id')
                .where('held_repository.project_id', '=', values.projectId)
                .select(['held_repository.project_id', 'live_artifact.blob_id']),
            )
            .as('held'),
        )
        .groupBy(['held.project_id', 'held.blob_id'])
        .select((select) => ['held.project_id', 'held.blob_id', select.fn.countAll<number>().as('holders')]),
    ),
);

const sumUp = prepare((db, values: { projectId: number }) =>
  db
    .updateTable('project_usage')
    .set((set) => ({
      used_bytes: set
        .selectFrom('project_blob')
        .innerJoin('blob', 'blob.id', 'project_blob.blob_id')
        .whereRef('project_blob.project_id', '=', 'project_usage.project_id')
        .select(sql<number>`cast(coalesce(sum(blob.size), 0) as bigint)`.as('sum')),
    }))
    .where('project_id', '=', values.projectId),
);

/**
 * Counts the project's usage anew, from what its repositories link and the artifacts in them. Whoever pushes meanwhile waits at the end of their
 * transaction, and none of what they wrote is counted here.
 */
export async function recountUsage(tx: Tx, projectId: number): Promise<void> {
  await tx.first(lock, { projectId });
  await tx.run(forgetHolders, { projectId });
  await tx.run(countHolders, { projectId });
  await tx.run(sumUp, { projectId });
}
