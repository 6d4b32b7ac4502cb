import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';

const untagged = prepare((db, values: { repositoryId: number; blobIds: string }, dialect) =>
  db
    .selectFrom('reference')
    .innerJoin('live_artifact', 'live_artifact.blob_id', 'reference.blob_id')
    .leftJoin('live_tag', 'live_tag.artifact_id', 'live_artifact.id')
    .select('live_artifact.id')
    .distinct()
    .where('reference.manifest_id', 'in', valueList('integer', values.blobIds, dialect))
    .where('reference.kind', '=', 'child')
    .where('live_artifact.repository_id', '=', values.repositoryId)
    .where('live_tag.id', 'is', null),
);

/** The artifacts of a repository that one of these manifests lists, and that no tag stands for. */
export async function findUntaggedChildren(
  db: Queries,
  repositoryId: number,
  blobIds: readonly number[],
): Promise<number[]> {
  const rows = await db.all(untagged, { repositoryId, blobIds: JSON.stringify(blobIds) });
  return rows.map(({ id }) => id);
}

export interface Dependent {
  readonly id: number;
  readonly repositoryId: number;
  readonly blobId: number;
  readonly digest: string;
  readonly size: number;
  /** The live artifact of the repository that it is about. */
  readonly subjectId: number | null;
}

const byId = prepare((db, values: { ids: string }, dialect) =>
  db
    .selectFrom('live_artifact')
    .leftJoin('blob_alias', 'blob_alias.digest', 'live_artifact.accessory_subject')
    .leftJoin('blob', (join) =>
      join.on((on) =>
        on.or([
          on('blob.digest', '=', on.ref('live_artifact.accessory_subject')),
          on('blob.id', '=', on.ref('blob_alias.blob_id')),
        ]),
      ),
    )
    .leftJoin('live_artifact as subject', (join) =>
      join
        .onRef('subject.blob_id', '=', 'blob.id')
        .onRef('subject.repository_id', '=', 'live_artifact.repository_id'),
    )
    .select([
      'live_artifact.id',
      'live_artifact.repository_id as repositoryId',
      'live_artifact.blob_id as blobId',
      'live_artifact.digest',
      'live_artifact.size',
      'subject.id as subjectId',
    ])
    .where('live_artifact.id', 'in', valueList('integer', values.ids, dialect)),
);

export function findDependents(db: Queries, ids: readonly number[]): Promise<Dependent[]> {
  return db.all(byId, { ids: JSON.stringify(ids) });
}

const byTag = prepare((db, values: { repositoryId: number; name: string }) =>
  db
    .selectFrom('live_tag')
    .innerJoin('live_artifact', 'live_artifact.id', 'live_tag.artifact_id')
    .select(['live_artifact.id', 'live_artifact.digest'])
    .where('live_tag.repository_id', '=', values.repositoryId)
    .where('live_tag.name', '=', values.name),
);

const byDigest = prepare((db, values: { repositoryId: number; digest: string }) =>
  db
    .selectFrom('live_artifact')
    .select(['id', 'digest'])
    .where('repository_id', '=', values.repositoryId)
    .where('digest', '=', values.digest),
);

export interface FoundArtifact {
  readonly id: number;
  readonly digest: string;
}

export function findTagged(
  db: Queries,
  repositoryId: number,
  name: string,
): Promise<FoundArtifact | undefined> {
  return db.first(byTag, { repositoryId, name });
}

export function findHeld(
  db: Queries,
  repositoryId: number,
  digest: string,
): Promise<FoundArtifact | undefined> {
  return db.first(byDigest, { repositoryId, digest });
}

const held = prepare((db, values: { repositoryId: number; count: number }) =>
  db
    .selectFrom('live_artifact')
    .select(['id', 'digest'])
    .where('repository_id', '=', values.repositoryId)
    .orderBy('pushed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(values.count),
);

/** Some artifacts of a repository, those that were pushed last. */
export function pageOfHeld(db: Queries, repositoryId: number, count: number): Promise<FoundArtifact[]> {
  return db.all(held, { repositoryId, count });
}

const unnamed = prepare((db, values: { id: number; pushedBefore: number }) =>
  db
    .selectFrom('live_artifact')
    .leftJoin('live_tag', 'live_tag.artifact_id', 'live_artifact.id')
    .select('live_artifact.id')
    .where('live_artifact.id', '=', values.id)
    .where('live_artifact.pushed_at', '<=', values.pushedBefore)
    .where('live_tag.id', 'is', null),
);

/** No tag stands for a live artifact, and nobody has pushed it behind that time. Its row has to be locked. */
export async function isUntagged(db: Queries, id: number, pushedBefore: number): Promise<boolean> {
  return (await db.first(unnamed, { id, pushedBefore })) !== undefined;
}

/** When an artifact was pushed and pulled last, as somebody knows it. */
export interface LastUse {
  readonly pushedAt: number;
  readonly pulledAt: number | null;
}

const unused = prepare((db, values: { id: number; pushedAt: number; pulledAt: number }) =>
  db
    .selectFrom('live_artifact')
    .select('id')
    .where('id', '=', values.id)
    .where('pushed_at', '<=', values.pushedAt)
    .where((where) => where(where.fn.coalesce('pulled_at', where.lit(0)), '<=', values.pulledAt)),
);

/** Nobody has pushed or pulled the live artifact later than that. */
export async function isUnusedSince(db: Queries, id: number, last: LastUse): Promise<boolean> {
  const { pushedAt, pulledAt } = last;
  return (await db.first(unused, { id, pushedAt, pulledAt: pulledAt ?? 0 })) !== undefined;
}

const unchanged = prepare((db, values: { id: number; since: number }) =>
  db
    .selectFrom('live_artifact')
    .select('live_artifact.id')
    .where('live_artifact.id', '=', values.id)
    .where('live_artifact.pushed_at', '<=', values.since)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('live_tag')
            .innerJoin('tag_history', (join) =>
              join
                .onRef('tag_history.repository_id', '=', 'live_tag.repository_id')
                .onRef('tag_history.name', '=', 'live_tag.name'),
            )
            .select('live_tag.id')
            .whereRef('live_tag.artifact_id', '=', 'live_artifact.id')
            .where('tag_history.at', '>', values.since),
        ),
      ),
    ),
);

/** Nobody has pushed the live artifact behind that time, or given it one of its tags. Its row has to be locked. */
export async function isUnchangedSince(db: Queries, id: number, since: number): Promise<boolean> {
  return (await db.first(unchanged, { id, since })) !== undefined;
}
