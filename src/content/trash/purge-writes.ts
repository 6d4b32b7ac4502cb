import { sql } from 'kysely';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { holdsIt, isClaimed, refersTo } from '../blobs/removal/removal-writes.ts';
import type { TrashItem } from './trash-reads.ts';

const idList = (tx: Queries, ids: readonly number[]) => valueList('integer', JSON.stringify(ids), tx.dialect);

/** Some artifacts that go with it: its own, or all that are in a repository that is going. */
export async function pageOfDoomed(
  tx: Tx,
  item: Pick<TrashItem, 'id' | 'kind'>,
  repositoryIds: readonly number[],
  count: number,
): Promise<number[]> {
  const which =
    item.kind === 'artifact'
      ? sql`trash_id = ${item.id}`
      : sql`repository_id in ${idList(tx, repositoryIds)}`;
  const { rows } = await sql<{ id: number }>`
    select id as "id" from artifact where deleted_at is not null and ${which} order by id limit ${count}`.execute(
    tx.builder,
  );
  return rows.map(({ id }) => id);
}

/** The deleted repositories that go with a deletion. */
export async function doomedRepositories(tx: Tx, item: TrashItem): Promise<number[]> {
  if (item.kind === 'repository' && item.repositoryId !== null) return [item.repositoryId];
  if (item.kind !== 'project') return [];
  const { rows } = await sql<{ id: number }>`
    select id as "id" from repository where project_id = ${item.projectId} and deleted_at is not null
      order by id`.execute(tx.builder);
  return rows.map(({ id }) => id);
}

/** By ascending id, as pushes take them; returned are all blobs that these artifacts are and refer to. */
export async function lockBlobsOf(tx: Tx, artifactIds: readonly number[]): Promise<number[]> {
  const ids = idList(tx, artifactIds);
  const locking = tx.dialect === 'postgres' ? sql`for update` : sql``;
  const { rows } = await sql<{ id: number }>`
    select id as "id" from blob where id in (
      select blob_id from artifact where id in ${ids}
      union all select reference.blob_id from artifact
        join reference on reference.manifest_id = artifact.blob_id and reference.blob_id is not null
        where artifact.id in ${ids})
    order by id ${locking}`.execute(tx.builder);
  return rows.map(({ id }) => id);
}

/**
 * Behind `lockBlobsOf`: the artifacts with whatever tags of theirs are in the trash, manifests that no other repository has,
 * and hidden links that nothing else in the repository needs.
 */
export async function dropArtifacts(
  tx: Tx,
  artifactIds: readonly number[],
  blobIds: readonly number[],
  now: number,
): Promise<void> {
  const ids = idList(tx, artifactIds);
  const { rows: places } = await sql<{ id: number }>`
    select distinct repository_id as "id" from artifact where id in ${ids}`.execute(tx.builder);
  const repositories = idList(
    tx,
    places.map(({ id }) => id),
  );
  const locking = tx.dialect === 'postgres' ? sql`for update` : sql``;
  // Before the tags themselves, as who restores or purges one of them.
  const { rows: tagged } = await sql<{ id: number }>`
    select id as "id" from trash where kind = 'tag' and id in (
      select trash_id from tag where artifact_id in ${ids} and trash_id is not null)
    order by id ${locking}`.execute(tx.builder);
  await sql`delete from tag where artifact_id in ${ids}`.execute(tx.builder);
  await sql`delete from trash where id in ${idList(
    tx,
    tagged.map(({ id }) => id),
  )}`.execute(tx.builder);
  await sql`delete from artifact where id in ${ids}`.execute(tx.builder);
  const { rows: dropped } = await sql<{ id: number; copiedAt: number | null }>`
    delete from manifest where blob_id in ${idList(tx, blobIds)} and not exists
      (select 1 from artifact where artifact.blob_id = manifest.blob_id)
      returning blob_id as "id", copied_at as "copiedAt"`.execute(tx.builder);
  await sql`delete from blob_link where hidden = 1 and repository_id in ${repositories}
    and blob_id in ${idList(tx, blobIds)} and not exists (
      select 1 from reference join artifact on artifact.blob_id = reference.manifest_id
        where reference.blob_id = blob_link.blob_id and artifact.repository_id = blob_link.repository_id)`.execute(
    tx.builder,
  );
  const uncopied = dropped.filter(({ copiedAt }) => copiedAt === null).map(({ id }) => id);
  await condemnWithoutObject(tx, uncopied, now);
}

/**
 * Manifests whose only bytes went with their rows: nobody may take the blob for one that has an object, or trust what a copy
 * that was broken off has left at its key.
 */
export async function condemnWithoutObject(tx: Tx, ids: readonly number[], now: number): Promise<void> {
  if (ids.length === 0) return;
  await sql`update blob set state = 'condemned', size = 0, state_at = ${now} where id in ${idList(tx, ids)} and state = 'live'
    and not ${holdsIt()} and not ${refersTo()} and not ${isClaimed(now)}`.execute(tx.builder);
}

/** Those of these blobs that nothing holds any more. */
export async function unneededOf(tx: Tx, blobIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id as "id" from blob where id in ${idList(tx, blobIds)}
      and not exists (select 1 from blob_link where blob_link.blob_id = blob.id)
      and not exists (select 1 from manifest where manifest.blob_id = blob.id)
      and not exists (select 1 from reference where reference.blob_id = blob.id)`.execute(tx.builder);
  return rows.map(({ id }) => id);
}

/** The last of repositories whose artifacts are gone. Returns the blobs that they linked, locked. */
export async function dropRepositories(tx: Tx, ids: readonly number[]): Promise<number[]> {
  const list = idList(tx, ids);
  const locking = tx.dialect === 'postgres' ? sql`for update` : sql``;
  const { rows } = await sql<{ id: number }>`
    select id as "id" from blob where id in (select blob_id from blob_link where repository_id in ${list})
      order by id ${locking}`.execute(tx.builder);
  await sql`delete from blob_link where repository_id in ${list}`.execute(tx.builder);
  await sql`delete from tag where repository_id in ${list}`.execute(tx.builder);
  await sql`delete from repository where id in ${list}`.execute(tx.builder);
  return rows.map(({ id }) => id);
}

export async function dropTagsOfTrash(tx: Tx, trashId: number): Promise<void> {
  await sql`delete from tag where trash_id = ${trashId}`.execute(tx.builder);
}

export async function dropProject(tx: Tx, id: number): Promise<void> {
  await sql`delete from project where id = ${id} and deleted_at is not null`.execute(tx.builder);
}

/** A part of it is gone: its time is over, see `isGoing`. */
export async function endTime(tx: Tx, trashId: number): Promise<void> {
  await sql`update trash set purge_after = deleted_at where id = ${trashId}`.execute(tx.builder);
}

export type Trashed = Pick<TrashItem, 'id' | 'kind'>;

/** What has been in the trash for its time, the oldest first. */
export async function expiredTrash(db: Queries, now: number, count: number): Promise<readonly Trashed[]> {
  const { rows } = await sql<Trashed>`
    select id as "id", kind as "kind" from trash where purge_after <= ${now}
      order by purge_after, id limit ${count}`.execute(db.builder);
  return rows;
}

/** Some of what is in the trash, whatever its time, by ascending id. */
export async function trashBetween(
  db: Queries,
  page: { readonly after: number; readonly last: number; readonly count: number },
): Promise<readonly Trashed[]> {
  const { rows } = await sql<Trashed>`
    select id as "id", kind as "kind" from trash where id > ${page.after} and id <= ${page.last}
      order by id limit ${page.count}`.execute(db.builder);
  return rows;
}

/** How many things are in the trash, and the last of them. */
export async function trashTotal(db: Queries): Promise<{ readonly count: number; readonly last: number }> {
  const { rows } = await sql<{ count: number; last: number | null }>`
    select count(*) as "count", max(id) as "last" from trash`.execute(db.builder);
  return { count: Number(rows[0]?.count ?? 0), last: rows[0]?.last ?? 0 };
}

/** Of what keeps content: a tag keeps none. */
export async function oldestTrash(
  db: Queries,
  after: number,
): Promise<{ readonly id: number; readonly deletedAt: number } | undefined> {
  const { rows } = await sql<{ id: number; deletedAt: number }>`
    select id as "id", deleted_at as "deletedAt" from trash where id > ${after} and kind <> 'tag' order by id limit 1`.execute(
    db.builder,
  );
  return rows[0];
}

/** By which projects were relieved: what waits in the trash is no more. */
export async function freedByTrash(db: Queries): Promise<number> {
  const { rows } = await sql<{ bytes: number | null }>`
    select cast(sum(freed_bytes) as bigint) as "bytes" from trash`.execute(db.builder);
  return rows[0]?.bytes ?? 0;
}

/**
 * Bytes that only the trash keeps: no live artifact and no link that serves needs them. Found from what is in the trash, so
 * that it takes as long as that is large, not the registry: SQLite takes the order of a `cross join`.
 */
export async function bytesInTrash(db: Queries): Promise<number> {
  const { rows } = await sql<{ bytes: number | null }>`
    select cast(sum(size) as bigint) as "bytes" from blob where id in (
        select blob_id from artifact where trash_id is not null
        union all select reference.blob_id from artifact
          join reference on reference.manifest_id = artifact.blob_id and reference.blob_id is not null
          where artifact.trash_id is not null
        union all select blob_link.blob_id from repository cross join blob_link
          where repository.trash_id is not null and blob_link.repository_id = repository.id and hidden = 1)
      and not exists (select 1 from blob_link where blob_link.blob_id = blob.id and hidden = 0)
      and not exists (select 1 from artifact where artifact.blob_id = blob.id and deleted_at is null)`.execute(
    db.builder,
  );
  return rows[0]?.bytes ?? 0;
}
