import { sql } from 'kysely';
import type { CanonicalDigest } from '../../lib/oci/digest.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { BlobState } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { holdsIt, isClaimed, refersTo } from '../blobs/removal/removal-writes.ts';
import { removalBatch } from '../blobs/removal/remove-blobs.ts';

const idList = (db: Queries, ids: readonly number[]) => valueList('integer', JSON.stringify(ids), db.dialect);

/** Where a page of rows by ascending id ends; undefined: there is nothing behind `after`. */
export async function endOfPage(
  db: Queries,
  table: 'blob' | 'repository' | 'artifact',
  after: number,
  count: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ id: number | null }>`
    select max(id) as "id" from (select id from ${sql.table(table)} where id > ${after} order by id limit ${count})
      as page`.execute(db.builder);
  return rows[0]?.id ?? undefined;
}

/** The largest id of a table, for the telling of how far a run is. */
export async function largestId(db: Queries, table: 'blob' | 'repository'): Promise<number> {
  const { rows } = await sql<{ id: number | null }>`select max(id) as "id" from ${sql.table(table)}`.execute(
    db.builder,
  );
  return rows[0]?.id ?? 0;
}

export interface GarbageBlob {
  readonly id: number;
  readonly digest: CanonicalDigest;
  readonly state: BlobState;
  readonly bytes: number;
  /** Null: the canonical one. */
  readonly key: string | null;
  readonly stateAt: number;
}

const columns =
  sql.raw(`blob.id as "id", blob.digest as "digest", blob.state as "state", blob.size as "bytes",
    blob.storage_key as "key", blob.state_at as "stateAt"`);

/**
 * Of the blobs of a page those that nothing seems to need, looked at without locks, and publications whose claims ran out
 * while something waits for them.
 */
export async function unneededBlobs(
  db: Queries,
  page: { readonly after: number; readonly to: number; readonly now: number },
): Promise<readonly GarbageBlob[]> {
  // First what most of them fail by.
  const { rows } = await sql<GarbageBlob>`
    select ${columns} from blob where id > ${page.after} and id <= ${page.to}
      and state in ('live', 'missing', 'pending') and (state = 'pending' or not ${holdsIt()})
      and not ${isClaimed(page.now)} and (state = 'pending' or not ${refersTo()})
      order by id`.execute(db.builder);
  return rows;
}

/** What of a blob is told where nothing but its deletion is to come. */
export type UnneededBlob = Pick<GarbageBlob, 'id' | 'digest' | 'bytes'>;

/** Of these, live ones that nothing seems to need, looked at without locks. */
export async function unneededAmong(
  db: Queries,
  ids: readonly number[],
  now: number,
): Promise<readonly UnneededBlob[]> {
  const { rows } = await sql<UnneededBlob>`
    select id as "id", digest as "digest", size as "bytes" from blob where id in ${idList(db, ids)}
      and state = 'live' and not ${holdsIt()} and not ${isClaimed(now)} and not ${refersTo()}`.execute(
    db.builder,
  );
  return rows;
}

/** What was condemned before a time, by ascending id. */
export async function condemnedBlobs(
  db: Queries,
  input: { readonly after: number; readonly before: number; readonly count: number },
): Promise<readonly GarbageBlob[]> {
  const { rows } = await sql<GarbageBlob>`
    select ${columns} from blob where state <> 'live' and state = 'condemned' and id > ${input.after}
      and state_at < ${input.before} order by id limit ${input.count}`.execute(db.builder);
  return rows;
}

/** What was condemned before a time, in the batches of a deletion. */
export async function* condemnedBatches(db: Queries, before: number): AsyncGenerator<readonly number[]> {
  for (let after = 0; ; ) {
    const page = await condemnedBlobs(db, { after, before, count: removalBatch });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(({ id }) => id);
    after = last.id;
  }
}

/** How much was condemned before a time. */
export async function condemnedTotal(
  db: Queries,
  before: number,
): Promise<{ readonly count: number; readonly bytes: number }> {
  const { rows } = await sql<{ count: number; bytes: number | null }>`
    select count(*) as "count", cast(sum(size) as bigint) as "bytes" from blob
      where state <> 'live' and state = 'condemned' and state_at < ${before}`.execute(db.builder);
  return { count: Number(rows[0]?.count ?? 0), bytes: Number(rows[0]?.bytes ?? 0) };
}

/** Of these, some in whatever state, what is known of them. */
export async function blobsOf(db: Queries, ids: readonly number[]): Promise<readonly GarbageBlob[]> {
  const { rows } = await sql<GarbageBlob>`
    select ${columns} from blob where id in ${idList(db, ids)} order by id`.execute(db.builder);
  return rows;
}

export interface Link {
  readonly repositoryId: number;
  readonly blobId: number;
  readonly touchedAt: number;
  readonly hidden: number;
}

/** A page of a repository's links, by ascending blob. */
export async function linksOfRepository(
  db: Queries,
  input: { readonly repositoryId: number; readonly after: number; readonly count: number },
): Promise<readonly Link[]> {
  const { rows } = await sql<Link>`
    select repository_id as "repositoryId", blob_id as "blobId", touched_at as "touchedAt", hidden as "hidden"
      from blob_link where repository_id = ${input.repositoryId} and blob_id > ${input.after}
      order by blob_id limit ${input.count}`.execute(db.builder);
  return rows;
}

/** A page of a repository's artifacts, live or not, by ascending id. */
export async function artifactsOfRepository(
  db: Queries,
  input: { readonly repositoryId: number; readonly after: number; readonly count: number },
): Promise<readonly { readonly id: number; readonly blobId: number }[]> {
  const { rows } = await sql<{ id: number; blobId: number }>`
    select id as "id", blob_id as "blobId" from artifact where repository_id = ${input.repositoryId}
      and id > ${input.after} order by id limit ${input.count}`.execute(db.builder);
  return rows;
}

/** The blobs that these manifests refer to, each once. */
export async function referencedBy(db: Queries, manifestIds: readonly number[]): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct blob_id as "id" from reference where manifest_id in ${idList(db, manifestIds)}
      and blob_id is not null`.execute(db.builder);
  return rows.map(({ id }) => id);
}

/** Manifests of a page of blobs that no repository has, not even in the trash. */
export async function manifestsOfNobody(
  db: Queries,
  page: { readonly after: number; readonly to: number },
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select blob_id as "id" from manifest where blob_id > ${page.after} and blob_id <= ${page.to}
      and not exists (select 1 from artifact where artifact.blob_id = manifest.blob_id)
      order by blob_id`.execute(db.builder);
  return rows.map(({ id }) => id);
}

export interface UntaggedArtifact {
  readonly id: number;
  readonly digest: string;
  readonly repositoryId: number;
  readonly repositoryName: string;
  readonly projectId: number;
  readonly size: number;
}

/**
 * Live artifacts of a page that were pushed before a time and that nothing names: no tag, no index of the repository; and
 * that are about nothing else, as signatures are.
 */
export async function untaggedArtifacts(
  db: Queries,
  page: { readonly after: number; readonly to: number; readonly pushedBefore: number },
): Promise<readonly UntaggedArtifact[]> {
  const { rows } = await sql<UntaggedArtifact>`
    select a.id as "id", a.digest as "digest", r.id as "repositoryId", r.full_name as "repositoryName", r.project_id as "projectId",
        coalesce(a.total_size, a.size) as "size"
      from live_artifact a join live_repository r on r.id = a.repository_id
      join live_project p on p.id = r.project_id
      where a.id > ${page.after} and a.id <= ${page.to} and a.pushed_at <= ${page.pushedBefore}
        and a.subject is null and a.accessory_subject is null
        and not exists (select 1 from live_tag t where t.artifact_id = a.id)
        and not exists (select 1 from reference join live_artifact parent on parent.blob_id = reference.manifest_id
          where reference.blob_id = a.blob_id and reference.kind = 'child'
            and parent.repository_id = a.repository_id)
      order by a.id`.execute(db.builder);
  return rows;
}

/** Of a page, deleted ones included. */
export async function repositoryIdsOf(
  db: Queries,
  page: { readonly after: number; readonly to: number },
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    select id as "id" from repository where id > ${page.after} and id <= ${page.to} order by id`.execute(
    db.builder,
  );
  return rows.map(({ id }) => id);
}
