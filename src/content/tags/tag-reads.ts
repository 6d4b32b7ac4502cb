import { sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

export interface ServedManifest {
  /** Of the manifest's blob. */
  readonly blobId: number;
  /** As it was asked for, or as the tag remembers it. */
  readonly digest: string;
  /** The digest of its rows. */
  readonly canonical: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly artifactId: number;
  readonly repositoryId: number;
  /** Undefined: it was asked for by a digest. */
  readonly tagId?: number;
}

const byTag = prepare((db, values: { repository: string; tag: string }) =>
  db
    .selectFrom('live_repository')
    .innerJoin('live_tag', 'live_tag.repository_id', 'live_repository.id')
    .innerJoin('live_artifact', 'live_artifact.id', 'live_tag.artifact_id')
    .select([
      'live_artifact.blob_id as blobId',
      'live_tag.digest',
      'live_artifact.digest as canonical',
      'live_artifact.media_type as mediaType',
      'live_artifact.size as sizeBytes',
      'live_artifact.id as artifactId',
      'live_artifact.repository_id as repositoryId',
      'live_tag.id as tagId',
    ])
    .where('live_repository.full_name', '=', values.repository)
    .where('live_tag.name', '=', values.tag),
);

/** What a tag points at now; never cached, so that every instance sees a moved tag at once. */
export function findByTag(db: Queries, repository: string, tag: string): Promise<ServedManifest | undefined> {
  return db.first(byTag, { repository, tag });
}

/** The names of a list as the inside of a JSON array: they are made of letters that JSON writes as they are. */
export interface JoinedNames {
  readonly count: number;
  /** Joined by `","`, without the outer quotes. */
  readonly text: string;
}

/**
 * As one value: ten thousand rows cost ten times as much as the text that they become. SQLite gives the rows of a
 * limited subquery to the aggregate in their order, and sorts them again when the aggregate names it.
 */
const page = prepare((db, values: { repositoryId: number; after: string; count: number }, dialect) => {
  const names = db
    .selectFrom('live_tag')
    .select('name')
    .where('repository_id', '=', values.repositoryId)
    .where('name', '>', values.after)
    .orderBy('name')
    .limit(values.count)
    .as('page');
  const joined =
    dialect === 'sqlite'
      ? sql<string | null>`group_concat(name, '","')`
      : sql<string | null>`string_agg(name, '","' order by name)`;
  return db.selectFrom(names).select(({ fn }) => [fn.countAll<number>().as('count'), joined.as('text')]);
});

/** Names in ASCII order, after `after` (exclusive). */
export async function pageOfTags(
  db: Queries,
  input: { repositoryId: number; after: string; count: number },
): Promise<JoinedNames> {
  const row = await db.first(page, input);
  return { count: Number(row?.count ?? 0), text: row?.text ?? '' };
}
