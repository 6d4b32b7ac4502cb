import { sql } from 'kysely';
import type { Tx } from '../../platform/db/database.ts';
import { valueList } from '../../platform/db/value-list.ts';
import type { Actor } from '../../platform/events/append.ts';
import { findTrash, type TrashItem } from './trash-reads.ts';

const idList = (tx: Tx, ids: readonly number[]) => valueList('integer', JSON.stringify(ids), tx.dialect);

/** Who restores or purges the same thing waits. Undefined: it is not in the trash any more. */
export async function lockTrash(tx: Tx, id: number): Promise<TrashItem | undefined> {
  if (tx.dialect === 'postgres')
    await sql`select id from trash where id = ${id} for update`.execute(tx.builder);
  return findTrash(tx, id);
}

/**
 * The same for several. A purge takes what goes with something behind that: repositories behind their project, artifacts behind
 * their repository, tags behind their artifact.
 */
export async function lockAllTrash(tx: Tx, ids: readonly number[]): Promise<void> {
  if (tx.dialect === 'sqlite') return;
  const kinds = ['project', 'repository', 'artifact', 'tag'].map((kind) => sql.lit(kind));
  await sql`select id from trash where id in ${idList(tx, ids)}
    order by array_position(array[${sql.join(kinds)}], kind), id for update`.execute(tx.builder);
}

export async function dropTrash(tx: Tx, id: number): Promise<void> {
  await sql`delete from trash where id = ${id}`.execute(tx.builder);
}

/**
 * All blobs of deletions that are about to come back, by ascending id: pushes, deletions and purges of the same manifests, or of others
 * that need the same blobs, wait.
 */
export async function lockBlobsOfTrash(tx: Tx, trashIds: readonly number[]): Promise<void> {
  if (tx.dialect === 'sqlite') return;
  const ids = idList(tx, trashIds);
  await sql`select id from blob where id in (
      select blob_id from artifact where trash_id in ${ids}
      union all select reference.blob_id from artifact
        join reference on reference.manifest_id = artifact.blob_id and reference.blob_id is not null
        where artifact.trash_id in ${ids})
    order by id for update`.execute(tx.builder);
}

/** A digest of the deletion that must not come back. */
export async function findBlocked(tx: Tx, trashId: number): Promise<string | undefined> {
  const { rows } = await sql<{ digest: string }>`
    select blocked_digest.digest as "digest" from artifact
      join blocked_digest on blocked_digest.digest = artifact.digest
      where artifact.trash_id = ${trashId} limit 1`.execute(tx.builder);
  return rows[0]?.digest;
}

/**
 * Artifacts of the deletion that were pushed again meanwhile: the live rows get their labels and whatever tags of theirs are
 * in the trash, and take their place. Returns these.
 */
export async function mergeLive(tx: Tx, trashId: number): Promise<number[]> {
  const locking = tx.dialect === 'postgres' ? sql`for key share of held` : sql``;
  const { rows } = await sql<{ dead: number; live: number }>`
    select dead.id as "dead", held.id as "live" from artifact dead
      join artifact held on held.repository_id = dead.repository_id and held.digest = dead.digest
        and held.deleted_at is null
      where dead.trash_id = ${trashId} ${locking}`.execute(tx.builder);
  for (const { dead, live } of rows) {
    await sql`insert into artifact_label (artifact_id, label_id)
      select ${sql.lit(live)}, label_id from artifact_label where artifact_id = ${dead}
      on conflict do nothing`.execute(tx.builder);
    await sql`update tag set artifact_id = ${live} where artifact_id = ${dead}`.execute(tx.builder);
    await sql`delete from artifact where id = ${dead}`.execute(tx.builder);
  }
  return rows.map(({ live }) => live);
}

export interface Revived {
  readonly id: number;
  readonly blobId: number;
}

/** Behind `lockBlobsOfTrash` and `mergeLive`: the artifacts are live again. */
export async function reviveArtifacts(tx: Tx, trashId: number): Promise<Revived[]> {
  const { rows } = await sql<Revived>`
    update artifact set deleted_at = null, purge_after = null, trash_id = null where trash_id = ${trashId}
      returning id as "id", blob_id as "blobId"`.execute(tx.builder);
  return rows;
}

/** A child of one of these indexes that is in the trash by another deletion, the last one, and not live. */
export async function findTrashedChild(
  tx: Tx,
  repositoryId: number,
  ids: readonly number[],
): Promise<{ readonly digest: string; readonly trashId: number } | undefined> {
  const { rows } = await sql<{ digest: string; trashId: number }>`
    select child.digest as "digest", child.trash_id as "trashId" from artifact
      join reference on reference.manifest_id = artifact.blob_id and reference.kind = 'child'
      join artifact child on child.blob_id = reference.blob_id and child.trash_id is not null
        and child.repository_id = ${repositoryId}
      where artifact.id in ${idList(tx, ids)} and not exists (select 1 from artifact held
        where held.blob_id = child.blob_id and held.repository_id = child.repository_id
          and held.deleted_at is null)
      order by child.trash_id desc limit 1`.execute(tx.builder);
  return rows[0];
}

/**
 * A child of one of these indexes that the repository does not have any more, where indexes have to be whole. One that the
 * registry has never had is none: such indexes were taken over from elsewhere.
 */
export async function findLostChild(
  tx: Tx,
  place: { readonly projectId: number; readonly repositoryId: number; readonly ids: readonly number[] },
): Promise<string | undefined> {
  const { rows } = await sql<{ digest: string }>`
    select reference.digest as "digest" from artifact
      join reference on reference.manifest_id = artifact.blob_id and reference.kind = 'child'
      where artifact.id in ${idList(tx, place.ids)} and reference.blob_id is not null
        and exists (select 1 from project where id = ${place.projectId} and sparse_manifests = 0)
        and not exists (select 1 from artifact held
          where held.blob_id = reference.blob_id and held.repository_id = ${place.repositoryId}
            and held.deleted_at is null)
      limit 1`.execute(tx.builder);
  return rows[0]?.digest;
}

/** The repository serves again what these artifacts refer to. Returns the blobs whose links were hidden. */
export async function showLinks(
  tx: Tx,
  input: { readonly repositoryId: number; readonly ids: readonly number[]; readonly now: number },
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update blob_link set hidden = 0, touched_at = ${input.now}
      where repository_id = ${input.repositoryId} and hidden = 1 and blob_id in (
        select reference.blob_id from artifact join reference on reference.manifest_id = artifact.blob_id
          where artifact.id in ${idList(tx, input.ids)} and reference.blob_id is not null)
      returning blob_id as "id"`.execute(tx.builder);
  return rows.map(({ id }) => id);
}

/** A repository of the project holds these blobs again, each as often as it stands here. Returns what it is charged. */
export async function holdAgain(tx: Tx, projectId: number, blobIds: readonly number[]): Promise<number> {
  const counts = new Map<number, number>();
  for (const id of blobIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  const list = JSON.stringify([...counts].map(([id, count]) => ({ id, count })));
  const given =
    tx.dialect === 'sqlite'
      ? sql`select value ->> 'id' as id, value ->> 'count' as count from json_each(${list})`
      : sql`select id, count from json_to_recordset(${list}::json) as r (id bigint, count bigint)`;
  const { rows } = await sql<{ id: number; holders: number }>`
    insert into project_blob (project_id, blob_id, holders)
      select ${sql.lit(projectId)}, given.id, given.count from (${given}) as given where true order by given.id
      on conflict (project_id, blob_id) do update set holders = project_blob.holders + excluded.holders
      returning blob_id as "id", holders as "holders"`.execute(tx.builder);
  const charged = rows.filter(({ id, holders }) => counts.get(id) === holders).map(({ id }) => id);
  const { rows: sums } = await sql<{ bytes: number | null }>`
    select cast(sum(size) as bigint) as "bytes" from blob where id in ${idList(tx, charged)}`.execute(
    tx.builder,
  );
  return sums[0]?.bytes ?? 0;
}

export interface RestoredTag {
  readonly name: string;
  readonly digest: string;
  readonly artifactId: number;
}

/** The tags of a deletion, those that stand for the same artifact already taken away. */
export async function tagsToRestore(tx: Tx, trashId: number): Promise<RestoredTag[]> {
  await sql`delete from tag where trash_id = ${trashId} and exists (select 1 from tag standing
    where standing.repository_id = tag.repository_id and standing.name = tag.name
      and standing.artifact_id = tag.artifact_id and standing.deleted_at is null)`.execute(tx.builder);
  const { rows } = await sql<RestoredTag>`
    select name as "name", digest as "digest", artifact_id as "artifactId" from tag
      where trash_id = ${trashId} order by name`.execute(tx.builder);
  return rows;
}

/** The live tags that have the names of those of a deletion. */
export async function takenTags(
  tx: Tx,
  trashId: number,
): Promise<{ readonly name: string; readonly digest: string }[]> {
  const { rows } = await sql<{ name: string; digest: string }>`
    select standing.name as "name", standing.digest as "digest" from tag
      join tag standing on standing.repository_id = tag.repository_id and standing.name = tag.name
        and standing.deleted_at is null
      where tag.trash_id = ${trashId} order by standing.name limit 3`.execute(tx.builder);
  return rows;
}

/** That the tags of a deletion stand again, while they are still there. */
export async function tellOfTags(
  tx: Tx,
  input: { readonly trashId: number; readonly actor: Actor; readonly now: number },
): Promise<void> {
  const { trashId, actor, now } = input;
  const { principal, address, client } = actor;
  const text = (value: string) => sql`cast(${value} as text)`;
  await sql`
    insert into tag_history (repository_id, name, digest, previous_digest, actor, at, address, client)
      select repository_id, name, digest, null, ${text(principal)}, ${sql.lit(now)}, ${text(address)}, ${text(client)}
        from tag where trash_id = ${trashId} order by name`.execute(tx.builder);
}

/** New rows, so that of two who make a tag at once one waits and finds it. False: one of the names is taken. */
export async function reviveTags(tx: Tx, trashId: number, count: number): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    insert into tag (repository_id, name, artifact_id, digest, pushed_at, pulled_at, name_order)
      select repository_id, name, artifact_id, digest, pushed_at, pulled_at, name_order from tag
        where trash_id = ${trashId} order by name
      on conflict (repository_id, name) where deleted_at is null do nothing
      returning id as "id"`.execute(tx.builder);
  if (rows.length < count) return false;
  await sql`delete from tag where trash_id = ${trashId}`.execute(tx.builder);
  return true;
}

/** Live artifact of the repository with the digest of a given one, which may be in the trash itself. */
export async function liveTwin(tx: Tx, artifactId: number): Promise<number | undefined> {
  const locking = tx.dialect === 'postgres' ? sql`for key share of held` : sql``;
  const { rows } = await sql<{ id: number }>`
    select held.id as "id" from artifact asked
      join artifact held on held.repository_id = asked.repository_id and held.digest = asked.digest
        and held.deleted_at is null
      where asked.id = ${artifactId} ${locking}`.execute(tx.builder);
  return rows[0]?.id;
}

export async function pointTags(tx: Tx, trashId: number, artifactId: number): Promise<void> {
  await sql`update tag set artifact_id = ${artifactId} where trash_id = ${trashId}`.execute(tx.builder);
}
