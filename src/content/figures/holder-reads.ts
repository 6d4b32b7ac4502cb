import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface SizedBlob {
  readonly id: number;
  readonly size: number;
}

const blobs = prepare((db, values: { after: number; count: number }) =>
  db
    .selectFrom('blob')
    .select(['id', 'size'])
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.count),
);

export function pageOfBlobs(db: Queries, after: number, count: number): Promise<SizedBlob[]> {
  return db.all(blobs, { after, count });
}

/** What a repository has to do with a blob; each is 0 or 1. */
export interface Holding {
  readonly blobId: number;
  readonly repositoryId: number;
  readonly projectId: number;
  /** It serves it: what its project is charged for. */
  readonly serves: number;
  /** Something in the trash needs it. */
  readonly trashed: number;
  /** When that ends; null in what lives or is still being emptied. */
  readonly until: number | null;
}

const links = prepare((db, values: { first: number; last: number }) =>
  db
    .selectFrom('blob_link')
    .innerJoin('repository', 'repository.id', 'blob_link.repository_id')
    .select([
      'blob_link.blob_id as blobId',
      'repository.id as repositoryId',
      'repository.project_id as projectId',
      sql<number>`1 - blob_link.hidden`.as('serves'),
      sql<number>`case when blob_link.hidden = 1 and repository.trash_id is not null then 1 else 0 end`.as(
        'trashed',
      ),
      'repository.purge_after as until',
    ])
    .where('blob_link.blob_id', '>=', values.first)
    .where('blob_link.blob_id', '<=', values.last),
);

const artifacts = prepare((db, values: { first: number; last: number }) =>
  db
    .selectFrom('artifact')
    .innerJoin('repository', 'repository.id', 'artifact.repository_id')
    .select([
      'artifact.blob_id as blobId',
      'repository.id as repositoryId',
      'repository.project_id as projectId',
      sql<number>`case when artifact.deleted_at is null then 1 else 0 end`.as('serves'),
      sql<number>`case when artifact.deleted_at is null then 0 else 1 end`.as('trashed'),
      'artifact.purge_after as until',
    ])
    .where('artifact.blob_id', '>=', values.first)
    .where('artifact.blob_id', '<=', values.last),
);

/** The links of these blobs, and the artifacts that are their manifests. */
export async function holdingsOf(
  db: Queries,
  first: number,
  last: number,
): Promise<{ readonly links: Holding[]; readonly artifacts: Holding[] }> {
  return { links: await db.all(links, { first, last }), artifacts: await db.all(artifacts, { first, last }) };
}

export interface ReferencePlace {
  readonly blobId: number;
  readonly manifestId: number;
  readonly position: number;
}

const references = prepare(
  (
    db,
    values: {
      last: number;
      afterBlob: number;
      afterManifest: number;
      afterPosition: number;
      count: number;
    },
  ) =>
    db
      .selectFrom('reference')
      .select([sql<number>`blob_id`.as('blobId'), 'manifest_id as manifestId', 'position'])
      .where(
        sql<boolean>`(blob_id, manifest_id, position) > (${values.afterBlob}, ${values.afterManifest}, ${values.afterPosition})`,
      )
      .where('blob_id', '<=', values.last)
      .orderBy('blob_id')
      .orderBy('manifest_id')
      .orderBy('position')
      .limit(values.count),
);

/** The references to blobs up to `last`, behind a place. */
export function pageOfReferences(
  db: Queries,
  after: ReferencePlace,
  last: number,
  count: number,
): Promise<ReferencePlace[]> {
  const { blobId: afterBlob, manifestId: afterManifest, position: afterPosition } = after;
  return db.all(references, { last, afterBlob, afterManifest, afterPosition, count });
}

const byManifest = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('artifact')
    .innerJoin('repository', 'repository.id', 'artifact.repository_id')
    .select([
      'artifact.blob_id as manifestId',
      'repository.id as repositoryId',
      'repository.project_id as projectId',
      sql<number>`case when artifact.deleted_at is null then 0 else 1 end`.as('trashed'),
      'artifact.purge_after as until',
    ])
    .where('artifact.blob_id', 'in', valueList('integer', values.ids, dialect)),
);

/** Where these manifests are, live or in the trash. */
export function placesOfManifests(
  db: Queries,
  manifestIds: readonly number[],
): Promise<
  {
    readonly manifestId: number;
    readonly repositoryId: number;
    readonly projectId: number;
    readonly trashed: number;
    readonly until: number | null;
  }[]
> {
  return db.all(byManifest, { ids: JSON.stringify(manifestIds) });
}
