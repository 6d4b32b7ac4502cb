import { sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
import { matches } from '../../../platform/db/list-where.ts';
import { nearerEnd } from '../../../platform/db/nearer-end.ts';
import { valueList } from '../../../platform/db/value-list.ts';
import { type ArtifactRow, artifactColumns } from './artifact-page-reads.ts';
import { isNoAccessory } from './shown-artifacts-reads.ts';

const columns = {
  name: sql.ref('live_tag.name'),
  /** As versions. */
  order: sql.ref('live_tag.name_order'),
  pushedAt: sql.ref('live_tag.pushed_at'),
  /** Never comes first. */
  pulledAt: sql`coalesce(live_tag.pulled_at, 0)`,
  size: sql`coalesce(live_artifact.total_size, live_artifact.size)`,
} as const;

export type RepositoryTagColumn = keyof typeof columns;

export interface RepositoryTagPage {
  readonly repositoryId: number;
  /** A part of the name, or with a `*` the whole: `pr-*`. */
  readonly part?: string;
  readonly pushedBefore?: number;
  readonly sort: readonly { readonly by: RepositoryTagColumn; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

export interface RepositoryTag {
  readonly name: string;
  readonly pushedAt: number;
  readonly pulledAt: number | null;
  /** What it stands for. */
  readonly artifact: ArtifactRow;
}

interface MatchingTags {
  readonly repositoryId: number;
  readonly part?: string;
  readonly pushedBefore?: number;
  /** Only these. */
  readonly names?: readonly string[];
}

function tagsMatching(db: Queries, { repositoryId, part, pushedBefore, names }: MatchingTags) {
  return db.builder
    .selectFrom('live_tag')
    .innerJoin('live_artifact', 'live_artifact.id', 'live_tag.artifact_id')
    .where('live_tag.repository_id', '=', repositoryId)
    .where(isNoAccessory('live_artifact'))
    .where(part === undefined ? sql<boolean>`1 = 1` : matches('live_tag.name', part))
    .where(
      pushedBefore === undefined
        ? sql<boolean>`1 = 1`
        : sql<boolean>`${sql.ref('live_tag.pushed_at')} < ${pushedBefore}`,
    )
    .where(
      names === undefined
        ? sql<boolean>`1 = 1`
        : sql<boolean>`live_tag.name in ${valueList('text', JSON.stringify(names), db.dialect)}`,
    );
}

/** What a list of the tags shows, all pages at once, by name; `id` is that of the artifact that a tag stands for. */
export async function findRepositoryTags(
  db: Queries,
  input: MatchingTags & { readonly limit: number },
): Promise<{ readonly id: number; readonly name: string }[]> {
  return tagsMatching(db, input)
    .select(['live_artifact.id', 'live_tag.name'])
    .orderBy('live_tag.name')
    .limit(input.limit)
    .execute();
}

/** A page of the tags of a repository, those of accessories left out, and how many there are in all. */
export async function pageOfRepositoryTags(
  db: Queries,
  input: RepositoryTagPage,
): Promise<{ readonly rows: RepositoryTag[]; readonly count: number }> {
  const matching = tagsMatching(db, input);
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const count = Number(counted.count);
  const { offset, limit, reversed } = nearerEnd(input, count);
  if (limit === 0) return { rows: [], count };
  const last = input.sort.at(-1)?.descending ?? true;
  const rows = await [...input.sort, { by: 'name', descending: last } as const]
    .reduce(
      (query, { by, descending }) => query.orderBy(columns[by], descending === reversed ? 'asc' : 'desc'),
      matching,
    )
    .innerJoin('live_repository', 'live_repository.id', 'live_tag.repository_id')
    .leftJoin('manifest_detail', 'manifest_detail.blob_id', 'live_artifact.blob_id')
    .select(artifactColumns)
    .select([
      'live_tag.name as tagName',
      'live_tag.pushed_at as tagPushedAt',
      'live_tag.pulled_at as tagPulledAt',
    ])
    .offset(offset)
    .limit(limit)
    .execute();
  const tags = rows.map(({ tagName, tagPushedAt, tagPulledAt, ...artifact }) => ({
    name: tagName,
    pushedAt: tagPushedAt,
    pulledAt: tagPulledAt,
    artifact,
  }));
  return { rows: reversed ? tags.toReversed() : tags, count };
}
