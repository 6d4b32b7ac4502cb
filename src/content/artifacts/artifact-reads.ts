import { type Digest, isCanonical } from '../../lib/oci/digest.ts';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import type { ServedManifest } from '../tags/tag-reads.ts';

const byDigest = prepare((db, values: { repository: string; digest: string }) =>
  db
    .selectFrom('live_repository')
    .innerJoin('live_artifact', 'live_artifact.repository_id', 'live_repository.id')
    .select([
      'live_artifact.blob_id as blobId',
      'live_artifact.digest',
      'live_artifact.digest as canonical',
      'live_artifact.media_type as mediaType',
      'live_artifact.size as sizeBytes',
      'live_artifact.id as artifactId',
      'live_artifact.repository_id as repositoryId',
    ])
    .where('live_repository.full_name', '=', values.repository)
    .where('live_artifact.digest', '=', values.digest),
);

const byAlias = prepare((db, values: { repository: string; digest: string }) =>
  db
    .selectFrom('blob_alias')
    .innerJoin('live_artifact', 'live_artifact.blob_id', 'blob_alias.blob_id')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .select([
      'live_artifact.blob_id as blobId',
      'blob_alias.digest',
      'live_artifact.digest as canonical',
      'live_artifact.media_type as mediaType',
      'live_artifact.size as sizeBytes',
      'live_artifact.id as artifactId',
      'live_artifact.repository_id as repositoryId',
    ])
    .where('blob_alias.digest', '=', values.digest)
    .where('live_repository.full_name', '=', values.repository),
);

/** By its digest or a verified alias. */
export function findByDigest(
  db: Queries,
  repository: string,
  digest: Digest,
): Promise<ServedManifest | undefined> {
  return db.first(isCanonical(digest) ? byDigest : byAlias, { repository, digest });
}

const bytesOf = prepare((db, values: { blobId: number }) =>
  db.selectFrom('manifest').select('bytes').where('blob_id', '=', values.blobId),
);

/** Only after the repository's link to it was read. */
export async function findManifestBytes(db: Queries, blobId: number): Promise<Buffer | undefined> {
  const row = await db.first(bytesOf, { blobId });
  return row === undefined
    ? undefined
    : Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength);
}
