import { sql } from 'kysely';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const invisible = prepare((db, values: { after: number; createdBefore: number; count: number }) =>
  db
    .selectFrom('repository')
    .select(['id', 'project_id as projectId', 'full_name as fullName'])
    .where('visible_at', 'is', null)
    .where('deleted_at', 'is', null)
    .where('created_at', '<', values.createdBefore)
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.count),
);

export interface InvisibleRepository {
  readonly id: number;
  readonly projectId: number;
  readonly fullName: string;
}

/** Repositories that never got an artifact, by ascending id. */
export function pageOfInvisible(
  db: Queries,
  input: { after: number; createdBefore: number; count: number },
): Promise<InvisibleRepository[]> {
  return db.all(invisible, input);
}

const lockRepository = prepare((db, values: { id: number }, dialect) => {
  const query = db
    .selectFrom('repository')
    .select('id')
    .where('id', '=', values.id)
    .where('visible_at', 'is', null)
    .where('deleted_at', 'is', null);
  return dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
});

const lockLinked = prepare((db, values: { id: number }, dialect) => {
  const query = db
    .selectFrom('blob')
    .select(['id', 'size'])
    .where('id', 'in', db.selectFrom('blob_link').select('blob_id').where('repository_id', '=', values.id))
    .orderBy('id');
  return dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
});

/**
 * The repository and all blobs that it serves, in the order in which pushers lock them; undefined while somebody is at
 * one of them. What is tested comes in statements behind this.
 */
export async function lockInvisible(
  tx: Tx,
  id: number,
): Promise<{ readonly id: number; readonly size: number }[] | undefined> {
  if ((await tx.first(lockRepository, { id })) === undefined) return undefined;
  return tx.all(lockLinked, { id });
}

const links = prepare((db, values: { id: number }) =>
  db
    .selectFrom('blob_link')
    .select(['blob_id as blobId', 'touched_at as touchedAt', 'hidden'])
    .where('repository_id', '=', values.id),
);

export function linksOf(tx: Tx, id: number) {
  return tx.all(links, { id });
}

const uses = prepare((db, values: { id: number; projectId: number; name: string; now: number }) =>
  db
    .selectFrom('upload')
    .select(sql.lit(1).as('one'))
    .where('project_id', '=', values.projectId)
    .where('repository_name', '=', values.name)
    .where('expires_at', '>', values.now)
    .unionAll(db.selectFrom('artifact').select(sql.lit(1).as('one')).where('repository_id', '=', values.id))
    .limit(1),
);

/** An upload into it is under way, or it holds an artifact, if only in the trash. */
export async function isUsed(tx: Tx, repository: InvisibleRepository, now: number): Promise<boolean> {
  const { id, projectId, fullName: name } = repository;
  return (await tx.first(uses, { id, projectId, name, now })) !== undefined;
}

const deleteLinks = prepare((db, values: { id: number }) =>
  db.deleteFrom('blob_link').where('repository_id', '=', values.id),
);

const deleteRepository = prepare((db, values: { id: number }) =>
  db.deleteFrom('repository').where('id', '=', values.id),
);

export async function deleteInvisible(tx: Tx, id: number): Promise<void> {
  await tx.run(deleteLinks, { id });
  await tx.run(deleteRepository, { id });
}

const touch = prepare((db, values: { repositoryId: number; blobId: number; now: number }) =>
  db
    .updateTable('blob_link')
    .set({ touched_at: values.now })
    .where('repository_id', '=', values.repositoryId)
    .where('blob_id', '=', values.blobId),
);

/** False: the link is gone. */
export async function touchLink(
  tx: Tx,
  input: { repositoryId: number; blobId: number; now: number },
): Promise<boolean> {
  return (await tx.run(touch, input)) > 0;
}
