import { allNamesOf } from '../../../access/names/former-name-reads.ts';
import type { Queries } from '../../../platform/db/database.ts';
import { prepare } from '../../../platform/db/prepare.ts';
import { valueList } from '../../../platform/db/value-list.ts';
import { findParentsOf } from '../shown/artifact-part-reads.ts';

const any = prepare((db, _values: Record<never, never>) =>
  db.selectFrom('in_use_list').select('id').limit(1),
);

/** Whether a cluster has ever said what it runs. */
export async function hasInUseLists(db: Queries): Promise<boolean> {
  return (await db.first(any, {})) !== undefined;
}

const ended = prepare((db, values: { now: number }) =>
  db
    .selectFrom('in_use_list')
    .select('cluster')
    .where('expires_at', '<=', values.now)
    .orderBy('expires_at')
    .limit(1),
);

/** The cluster of a list that has ended: what runs there now, nobody knows. */
export async function endedList(db: Queries, now: number): Promise<string | undefined> {
  return (await db.first(ended, { now }))?.cluster;
}

const byTag = prepare((db, values: { repositoryId: number; names: string }, dialect) =>
  db
    .selectFrom('in_use_image')
    .innerJoin('in_use_list', 'in_use_list.id', 'in_use_image.list_id')
    .innerJoin('live_tag', 'live_tag.name', 'in_use_image.tag')
    .innerJoin('live_artifact', 'live_artifact.id', 'live_tag.artifact_id')
    .select(['live_artifact.id', 'live_artifact.blob_id as blobId', 'in_use_list.cluster'])
    .where('in_use_image.repository', 'in', valueList('text', values.names, dialect))
    .where('live_tag.repository_id', '=', values.repositoryId),
);

const byDigest = prepare((db, values: { repositoryId: number; names: string }, dialect) =>
  db
    .selectFrom('in_use_image')
    .innerJoin('in_use_list', 'in_use_list.id', 'in_use_image.list_id')
    .innerJoin('live_artifact', 'live_artifact.digest', 'in_use_image.digest')
    .select(['live_artifact.id', 'live_artifact.blob_id as blobId', 'in_use_list.cluster'])
    .where('in_use_image.repository', 'in', valueList('text', values.names, dialect))
    .where('live_artifact.repository_id', '=', values.repositoryId),
);

/**
 * The artifacts of a repository that a list names, also by an earlier name, by which clusters go on pulling; with the indexes
 * that list them; the cluster of each.
 */
export async function artifactsInUse(
  db: Queries,
  repositoryId: number,
): Promise<ReadonlyMap<number, string>> {
  const used = new Map<number, string>();
  const of = { repositoryId, names: JSON.stringify(await allNamesOf(db, repositoryId)) };
  let found = [...(await db.all(byTag, of)), ...(await db.all(byDigest, of))];
  while (found.length > 0) {
    const clusters = new Map(found.map(({ blobId, cluster }) => [blobId, cluster]));
    for (const { id, cluster } of found) used.set(id, cluster);
    const parents = await findParentsOf(db, [...clusters.keys()]);
    found = parents.flatMap(({ id, blobId, repositoryId: place, childBlobId }) =>
      place !== repositoryId || used.has(id)
        ? []
        : [{ id, blobId, cluster: clusters.get(childBlobId) ?? '' }],
    );
  }
  return used;
}
