import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { valueList } from '../../../platform/db/value-list.ts';

/** One thing that a manifest refers to, as config, layer or child. */
export interface Need {
  /** The blob of the manifest. */
  readonly manifestId: number;
  readonly digest: string;
  readonly blobId: number | null;
  /** The repository serves it as a blob. */
  readonly served: boolean;
  /** The artifact that it is in the repository. */
  readonly artifactId: number | null;
}

const needs = prepare((db, values: { repositoryId: number; manifestIds: string }, dialect) =>
  db
    .selectFrom('reference')
    .leftJoin('blob', (join) => join.onRef('blob.id', '=', 'reference.blob_id').on('blob.state', '=', 'live'))
    .leftJoin('blob_link', (join) =>
      join
        .onRef('blob_link.blob_id', '=', 'blob.id')
        .on('blob_link.repository_id', '=', values.repositoryId)
        .on('blob_link.hidden', '=', 0),
    )
    .leftJoin('live_artifact', (join) =>
      join
        .onRef('live_artifact.blob_id', '=', 'reference.blob_id')
        .on('live_artifact.repository_id', '=', values.repositoryId),
    )
    .select([
      'reference.manifest_id as manifestId',
      'reference.digest',
      'reference.blob_id as blobId',
      'blob_link.blob_id as servedId',
      'live_artifact.id as artifactId',
    ])
    .where('reference.manifest_id', 'in', valueList('integer', values.manifestIds, dialect))
    .where('reference.kind', '<>', 'subject'),
);

export async function findNeeds(
  db: Queries,
  repositoryId: number,
  manifestIds: readonly number[],
): Promise<Need[]> {
  const rows = await db.all(needs, { repositoryId, manifestIds: JSON.stringify(manifestIds) });
  return rows.map(({ servedId, ...row }) => ({ ...row, served: servedId !== null }));
}

const held = prepare((db, values: { repositoryId: number; digests: string }, dialect) =>
  db
    .selectFrom('live_artifact')
    .select('digest')
    .where('repository_id', '=', values.repositoryId)
    .where('digest', 'in', valueList('text', values.digests, dialect)),
);

/** Which of these digests are artifacts of the repository. */
export async function findHeldAmong(
  db: Queries,
  repositoryId: number,
  digests: readonly string[],
): Promise<Set<string>> {
  const rows = await db.all(held, { repositoryId, digests: JSON.stringify(digests) });
  return new Set(rows.map(({ digest }) => digest));
}

const tags = prepare((db, values: { artifactIds: string; count: number }, dialect) =>
  db
    .selectFrom('live_tag')
    .select(['artifact_id as artifactId', 'name', 'digest'])
    .where('artifact_id', 'in', valueList('integer', values.artifactIds, dialect))
    .orderBy('name')
    .limit(values.count),
);

/** In one order for all who move several. */
export function findTagsToCopy(db: Queries, artifactIds: readonly number[], count: number) {
  return db.all(tags, { artifactIds: JSON.stringify(artifactIds), count });
}
