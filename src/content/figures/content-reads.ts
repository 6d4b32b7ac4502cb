import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

const repositories = prepare((db, values: { after: number; count: number }) =>
  db
    .selectFrom('live_repository')
    .select('id')
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.count),
);

export async function pageOfRepositoryIds(db: Queries, after: number, count: number): Promise<number[]> {
  return (await db.all(repositories, { after, count })).map(({ id }) => id);
}

const artifacts = prepare((db, values: { repositoryId: number; after: string; count: number }) =>
  db
    .selectFrom('live_artifact')
    .select([
      'id',
      'blob_id as blobId',
      'digest',
      'size',
      'accessory_kind as accessoryKind',
      'accessory_subject as subject',
    ])
    .where('repository_id', '=', values.repositoryId)
    .where('digest', '>', values.after)
    .orderBy('digest')
    .limit(values.count),
);

export interface HeldArtifact {
  readonly id: number;
  readonly blobId: number;
  readonly digest: string;
  readonly size: number;
  readonly accessoryKind: string | null;
  /** The digest of what it is an accessory of. */
  readonly subject: string | null;
}

export function pageOfArtifacts(
  db: Queries,
  repositoryId: number,
  after: string,
  count: number,
): Promise<HeldArtifact[]> {
  return db.all(artifacts, { repositoryId, after, count });
}

const tags = prepare((db, values: { repositoryId: number; after: string; count: number }) =>
  db
    .selectFrom('live_tag')
    .select(['id', 'name', 'artifact_id as artifactId'])
    .where('repository_id', '=', values.repositoryId)
    .where('name', '>', values.after)
    .orderBy('name')
    .limit(values.count),
);

export function pageOfTags(
  db: Queries,
  repositoryId: number,
  after: string,
  count: number,
): Promise<{ readonly id: number; readonly name: string; readonly artifactId: number }[]> {
  return db.all(tags, { repositoryId, after, count });
}

const aliases = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('blob_alias')
    .select(['digest', 'blob_id as blobId'])
    .where('blob_id', 'in', valueList('integer', values.ids, dialect)),
);

export function aliasesOf(
  db: Queries,
  blobIds: readonly number[],
): Promise<{ readonly digest: string; readonly blobId: number }[]> {
  return db.all(aliases, { ids: JSON.stringify(blobIds) });
}

const references = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('reference')
    .innerJoin('blob', 'blob.id', 'reference.blob_id')
    .select(['reference.manifest_id as manifestId', 'reference.kind', 'blob.id as blobId', 'blob.size'])
    .where('reference.manifest_id', 'in', valueList('integer', values.ids, dialect)),
);

/** What these manifests refer to, as far as it is known. */
export function referencesOf(
  db: Queries,
  manifestIds: readonly number[],
): Promise<
  {
    readonly manifestId: number;
    readonly kind: 'config' | 'layer' | 'child' | 'subject';
    readonly blobId: number;
    readonly size: number;
  }[]
> {
  return db.all(references, { ids: JSON.stringify(manifestIds) });
}

/** Those of these blobs that something needs beside the live artifacts of the repository. */
export async function neededElsewhere(
  db: Queries,
  repositoryId: number,
  blobIds: readonly number[],
): Promise<number[]> {
  const ids = valueList('integer', JSON.stringify(blobIds), db.dialect);
  const elsewhere = sql`(artifact.repository_id <> ${repositoryId} or artifact.deleted_at is not null)`;
  const { rows } = await sql<{ id: number }>`
    select id as "id" from blob where id in ${ids} and (
      exists (select 1 from blob_link where blob_link.blob_id = blob.id and repository_id <> ${repositoryId})
      or exists (select 1 from artifact where artifact.blob_id = blob.id and ${elsewhere})
      or exists (select 1 from reference cross join artifact
        where reference.blob_id = blob.id and artifact.blob_id = reference.manifest_id and ${elsewhere}))`.execute(
    db.builder,
  );
  return rows.map(({ id }) => id);
}
