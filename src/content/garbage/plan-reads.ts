import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import type { TrashKind } from '../../platform/db/schema/schema-of-trash.ts';
import type { BlobState } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';

const idList = (db: Queries, ids: readonly number[]) => valueList('integer', JSON.stringify(ids), db.dialect);

export interface DoomedTrash {
  readonly id: number;
  readonly kind: TrashKind;
  readonly repositoryId: number | null;
  readonly projectId: number | null;
}

/** What of the trash goes when all is purged whose time ends up to `end`; by ascending id. */
export async function doomedTrash(
  db: Queries,
  input: { readonly end: number; readonly after: number; readonly count: number },
): Promise<readonly DoomedTrash[]> {
  const { rows } = await sql<DoomedTrash>`
    select id as "id", kind as "kind", repository_id as "repositoryId", project_id as "projectId" from trash
      where purge_after <= ${input.end} and kind <> 'tag' and id > ${input.after}
      order by id limit ${input.count}`.execute(db.builder);
  return rows;
}

/** The repositories that go with a deletion of a repository or a project, once all that is in them is in the trash. */
export async function repositoriesOfTrash(db: Queries, item: DoomedTrash): Promise<readonly number[]> {
  if (item.kind !== 'repository' && item.kind !== 'project') return [];
  const which =
    item.kind === 'repository' ? sql`id = ${item.repositoryId}` : sql`project_id = ${item.projectId}`;
  const { rows } = await sql<{ id: number }>`
    select id as "id" from repository where ${which} and deleted_at is not null order by id`.execute(
    db.builder,
  );
  return rows.map(({ id }) => id);
}

export interface DoomedArtifact {
  readonly id: number;
  readonly blobId: number;
  readonly repositoryId: number;
}

/** A page of the artifacts that a deletion of an artifact took, or that are in deleted repositories. */
export async function artifactsOfTrash(
  db: Queries,
  input: {
    readonly trashId?: number;
    readonly repositoryId?: number;
    readonly after: number;
    readonly count: number;
  },
): Promise<readonly DoomedArtifact[]> {
  const which =
    input.repositoryId === undefined
      ? sql`trash_id = ${input.trashId ?? null}`
      : sql`repository_id = ${input.repositoryId}`;
  const { rows } = await sql<DoomedArtifact>`
    select id as "id", blob_id as "blobId", repository_id as "repositoryId" from artifact
      where deleted_at is not null and ${which} and id > ${input.after} order by id limit ${input.count}`.execute(
    db.builder,
  );
  return rows;
}

/** How many artifacts are of each of these manifests. */
export async function artifactCounts(
  db: Queries,
  blobIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { rows } = await sql<{ id: number; count: number }>`
    select blob_id as "id", count(*) as "count" from artifact where blob_id in ${idList(db, blobIds)}
      group by blob_id`.execute(db.builder);
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}

/** What each of these manifests refers to. */
export async function referencesOf(
  db: Queries,
  manifestIds: readonly number[],
): Promise<readonly { readonly manifestId: number; readonly blobId: number }[]> {
  const { rows } = await sql<{ manifestId: number; blobId: number }>`
    select distinct manifest_id as "manifestId", blob_id as "blobId" from reference
      where manifest_id in ${idList(db, manifestIds)} and blob_id is not null`.execute(db.builder);
  return rows;
}

/** What is left of a blob's reasons to stay, once those that are known to go are gone. */
export interface Going {
  readonly blobId: number;
  readonly links: number;
  readonly artifacts: number;
  /** Manifests that refer to it. */
  readonly references: number;
}

/** Those of these that nothing else needs. */
export async function onlyNeededBy(
  db: Queries,
  going: readonly Going[],
  { from, now }: { readonly from: readonly BlobState[]; readonly now: number },
): Promise<readonly number[]> {
  const json = JSON.stringify(going);
  const each =
    db.dialect === 'sqlite'
      ? sql`(select value ->> 'blobId' as id, value ->> 'links' as links, value ->> 'artifacts' as artifacts,
          value ->> 'references' as refs from json_each(${json}))`
      : sql`(select "blobId" as id, links, artifacts, "references" as refs from json_to_recordset(${json}::json)
          as r ("blobId" bigint, links bigint, artifacts bigint, "references" bigint))`;
  const { rows } = await sql<{ id: number }>`
    select blob.id as "id" from ${each} as going join blob on blob.id = going.id
      where blob.state in ${valueList('text', JSON.stringify(from), db.dialect)}
        and (select count(*) from blob_link where blob_link.blob_id = blob.id) <= going.links
        and (select count(*) from artifact where artifact.blob_id = blob.id) <= going.artifacts
        and (select count(distinct manifest_id) from reference where reference.blob_id = blob.id) <= going.refs
        and not exists (select 1 from reference where reference.blob_id is null and reference.digest = blob.digest)
        and not exists (select 1 from blob_alias join reference on reference.digest = blob_alias.digest
          where blob_alias.blob_id = blob.id and reference.blob_id is null)
        and not exists (select 1 from upload where upload.blob_id = blob.id and upload.expires_at > ${now})`.execute(
    db.builder,
  );
  return rows.map(({ id }) => id);
}

/** Of these, the manifests whose copy in the storage has not been made. */
export async function uncopiedOf(db: Queries, ids: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await sql<{ id: number }>`
    select blob_id as "id" from manifest where blob_id in ${idList(db, ids)} and copied_at is null`.execute(
    db.builder,
  );
  return new Set(rows.map(({ id }) => id));
}

export interface WaitingTrash {
  /** Null: all of it. */
  readonly project: string | null;
  readonly items: number;
  /** By which its project was relieved. */
  readonly bytes: number;
  /** When the first of it is purged, and the last. */
  readonly from: number;
  readonly until: number;
}

/** What waits in the trash of each project beyond what goes at `end`. */
export async function waitingTrash(db: Queries, end: number): Promise<readonly WaitingTrash[]> {
  const { rows } = await sql<WaitingTrash>`
    select project.name as "project", count(*) as "items", cast(sum(trash.freed_bytes) as bigint) as "bytes",
        min(trash.purge_after) as "from", max(trash.purge_after) as "until"
      from trash left join repository on repository.id = trash.repository_id
      join project on project.id = coalesce(trash.project_id, repository.project_id)
      where trash.purge_after > ${end}
      group by project.name order by project.name`.execute(db.builder);
  return rows.map((row) => ({ ...row, items: Number(row.items), bytes: Number(row.bytes) }));
}
