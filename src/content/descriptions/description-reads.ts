import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface UndescribedArtifact {
  readonly id: number;
  readonly repositoryId: number;
  readonly blobId: number;
  readonly mediaType: string;
  /** Of the manifest. */
  readonly size: number;
}

/** Both conditions as literals: the index of what is not described serves no others. */
const page = prepare((db, values: { after: number; described: number; count: number }) =>
  db
    .selectFrom('live_artifact')
    .select(['id', 'repository_id as repositoryId', 'blob_id as blobId', 'media_type as mediaType', 'size'])
    .where('described', '<>', sql.lit(1))
    .where('described', '=', values.described)
    .where('id', '>', values.after)
    .orderBy('id')
    .limit(values.count),
);

/** By ascending id: children come before the index that lists them. */
export function pageOfUndescribed(
  db: Queries,
  input: { after: number; described: number; count: number },
): Promise<UndescribedArtifact[]> {
  return db.all(page, input);
}

const tags = prepare((db, values: { artifactId: number }) =>
  db
    .selectFrom('live_tag')
    .select('name')
    .where('artifact_id', '=', values.artifactId)
    .where('name', '>=', 'sha')
    .where('name', '<', 'shb')
    .orderBy('name')
    .limit(100),
);

/** Its tags that may say what it is about. */
export async function findAccessoryTags(db: Queries, artifactId: number): Promise<string[]> {
  return (await db.all(tags, { artifactId })).map(({ name }) => name);
}

const children = prepare((db, values: { repositoryId: number; blobId: number }) =>
  db
    .selectFrom('reference')
    .leftJoin('live_artifact', (join) =>
      join
        .onRef('live_artifact.blob_id', '=', 'reference.blob_id')
        .on('live_artifact.repository_id', '=', values.repositoryId),
    )
    .select([
      'reference.digest',
      'live_artifact.id',
      'live_artifact.blob_id as blobId',
      'live_artifact.media_type as mediaType',
      'live_artifact.size',
      'live_artifact.total_size as totalSize',
    ])
    .where('reference.manifest_id', '=', values.blobId)
    .where('reference.kind', '=', 'child'),
);

export interface ListedChild {
  /** As the index writes it. */
  readonly digest: string;
  /** Undefined: the repository does not hold it. */
  readonly child: (UndescribedArtifact & { readonly totalSize: number | null }) | undefined;
}

/** What an index lists, in any order. */
export async function findChildren(
  db: Queries,
  index: { readonly repositoryId: number; readonly blobId: number },
): Promise<ListedChild[]> {
  const { repositoryId, blobId } = index;
  const rows = await db.all(children, { repositoryId, blobId });
  return rows.map((row) => ({
    digest: row.digest,
    child:
      row.id === null || row.blobId === null || row.mediaType === null || row.size === null
        ? undefined
        : {
            id: row.id,
            repositoryId,
            blobId: row.blobId,
            mediaType: row.mediaType,
            size: row.size,
            totalSize: row.totalSize,
          },
  }));
}

const manifestByDigest = prepare((db, values: { digest: string }) =>
  db
    .selectFrom('blob')
    .innerJoin('manifest', 'manifest.blob_id', 'blob.id')
    .select('manifest.bytes')
    .where('blob.digest', '=', values.digest),
);

/** Of what an artifact's manifest names. */
export async function findManifestOf(db: Queries, digest: string): Promise<Uint8Array | undefined> {
  return (await db.first(manifestByDigest, { digest }))?.bytes;
}
