import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../../platform/db/database.ts';
import { nearerEnd } from '../../../platform/db/nearer-end.ts';
import type { Schema } from '../../../platform/db/schema.ts';
import type { Comparison } from './comparison.ts';
import { countArtifacts } from './count-artifacts-reads.ts';
import { isListed, isNoAccessory, isTagged } from './shown-artifacts-reads.ts';

export interface ArtifactRow {
  readonly id: number;
  readonly repositoryId: number;
  readonly repositoryName: string;
  readonly projectId: number;
  readonly blobId: number;
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | null;
  /** Of the manifest. */
  readonly size: number;
  readonly pushedAt: number;
  readonly pulledAt: number | null;
  readonly described: number;
  readonly kind: string | null;
  readonly configType: string | null;
  readonly totalSize: number | null;
  readonly accessoryKind: string | null;
  readonly accessorySubject: string | null;
  readonly annotations: string | null;
  readonly extraAttrs: string | null;
  readonly icon: string | null;
}

export type ArtifactColumn = keyof typeof columns;

const columns = {
  id: sql.ref('live_artifact.id'),
  digest: sql.ref('live_artifact.digest'),
  kind: sql.ref('live_artifact.kind'),
  configType: sql.ref('live_artifact.config_type'),
  mediaType: sql.ref('live_artifact.media_type'),
  artifactType: sql.ref('live_artifact.artifact_type'),
  pushedAt: sql.ref('live_artifact.pushed_at'),
  /** Never comes first. */
  pulledAt: sql`coalesce(live_artifact.pulled_at, 0)`,
  size: sql`coalesce(live_artifact.total_size, live_artifact.size)`,
  repositoryName: sql.ref('live_repository.full_name'),
  repositoryId: sql.ref('live_artifact.repository_id'),
} as const;

export interface ArtifactPage {
  readonly of: { readonly repositoryId: number } | { readonly projectId: number };
  readonly filters: readonly { readonly column: ArtifactColumn; readonly is: Comparison }[];
  readonly tags?: TagFilter;
  /** It has all of these. */
  readonly labelIds?: readonly number[];
  /** Untagged children of an index, too. */
  readonly children?: boolean;
  /** Of each repository the one that was pushed last, among those with that type. */
  readonly latest?: { readonly column: 'config_type' | 'artifact_type'; readonly is: string };
  readonly sort: readonly { readonly by: ArtifactColumn; readonly descending: boolean }[];
  readonly offset: number;
  readonly limit: number;
}

export type TagFilter =
  | { readonly kind: 'some' | 'none' }
  | { readonly kind: 'exact' | 'fuzzy'; readonly name: string };

type MatchingArtifacts = Omit<ArtifactPage, 'sort' | 'offset' | 'limit'>;

function artifactsMatching(db: Queries, input: MatchingArtifacts) {
  return db.builder
    .selectFrom('live_artifact')
    .crossJoin('live_repository')
    .whereRef('live_repository.id', '=', 'live_artifact.repository_id')
    .where(place(input))
    .where(isNoAccessory('live_artifact'))
    .where((where) => where.and(conditions(input)));
}

/** What a list of artifacts shows, all pages at once. */
export async function findShownArtifacts(
  db: Queries,
  input: MatchingArtifacts & { readonly limit: number },
): Promise<{ readonly id: number; readonly name: string }[]> {
  return artifactsMatching(db, input)
    .select(['live_artifact.id', 'live_artifact.digest as name'])
    .orderBy('live_artifact.id')
    .limit(input.limit)
    .execute();
}

/** A page of the artifacts of a repository or project, accessories left out, and how many there are in all. */
export async function pageOfArtifacts(
  db: Queries,
  input: ArtifactPage,
): Promise<{ rows: ArtifactRow[]; count: number }> {
  const matching = artifactsMatching(db, input);
  const count = isPlain(input) ? await countArtifacts(db, input.of) : await countOf(matching);
  const { offset, limit, reversed } = nearerEnd(input, count);
  if (limit === 0) return { rows: [], count };
  const last = input.sort.at(-1)?.descending ?? true;
  const ordered = [...input.sort, { by: 'id', descending: last } as const].reduce(
    (query, { by, descending }) => query.orderBy(columns[by], descending === reversed ? 'asc' : 'desc'),
    matching,
  );
  const rows = await ordered
    .leftJoin('manifest_detail', 'manifest_detail.blob_id', 'live_artifact.blob_id')
    .select(artifactColumns)
    .offset(offset)
    .limit(limit)
    .execute();
  return { rows: reversed ? rows.reverse() : rows, count };
}

/** Everything that a list shows of the place. */
function isPlain({ filters, tags, labelIds = [], children = false, latest }: ArtifactPage): boolean {
  return (
    [filters, labelIds].every(({ length }) => length === 0) && !children && (tags ?? latest) === undefined
  );
}

async function countOf<T extends keyof Schema, O>(
  matching: SelectQueryBuilder<Schema, T, O>,
): Promise<number> {
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number((counted as { count: number }).count);
}

/** An `ArtifactRow`, of `live_artifact`, `live_repository` and `manifest_detail`. */
export const artifactColumns = [
  'live_artifact.id',
  'live_artifact.repository_id as repositoryId',
  'live_repository.full_name as repositoryName',
  'live_repository.project_id as projectId',
  'live_artifact.blob_id as blobId',
  'live_artifact.digest',
  'live_artifact.media_type as mediaType',
  'live_artifact.artifact_type as artifactType',
  'live_artifact.size',
  'live_artifact.pushed_at as pushedAt',
  'live_artifact.pulled_at as pulledAt',
  'live_artifact.described',
  'live_artifact.kind',
  'live_artifact.config_type as configType',
  'live_artifact.total_size as totalSize',
  'live_artifact.accessory_kind as accessoryKind',
  'live_artifact.accessory_subject as accessorySubject',
  'manifest_detail.annotations',
  'manifest_detail.extra_attrs as extraAttrs',
  'manifest_detail.icon',
] as const;

/** One of a repository, by its digest: an accessory or a child as well. */
export async function findArtifact(
  db: Queries,
  repositoryId: number,
  digest: string,
): Promise<ArtifactRow | undefined> {
  return db.builder
    .selectFrom('live_artifact')
    .innerJoin('live_repository', 'live_repository.id', 'live_artifact.repository_id')
    .leftJoin('manifest_detail', 'manifest_detail.blob_id', 'live_artifact.blob_id')
    .select(artifactColumns)
    .where('live_artifact.repository_id', '=', repositoryId)
    .where('live_artifact.digest', '=', digest)
    .executeTakeFirst();
}

function place({ of }: MatchingArtifacts): RawBuilder<SqlBool> {
  return 'repositoryId' in of
    ? sql<SqlBool>`live_artifact.repository_id = ${of.repositoryId}`
    : sql<SqlBool>`live_artifact.project_id = ${of.projectId}`;
}

function conditions(input: MatchingArtifacts): RawBuilder<SqlBool>[] {
  const { filters, tags, labelIds = [], children = false, latest } = input;
  return [
    ...filters.map(({ column, is }) => compared(columns[column], is)),
    ...(tags === undefined ? [] : [tagCondition(tags)]),
    ...labelIds.map(
      (id) =>
        sql<SqlBool>`exists (select 1 from artifact_label
          where artifact_label.artifact_id = live_artifact.id and artifact_label.label_id = ${id})`,
    ),
    ...(children ? [] : [sql<SqlBool>`(${isTagged('live_artifact')} or not ${isListed('live_artifact')})`]),
    ...(latest === undefined ? [] : [isLatest(latest)]),
  ];
}

function tagCondition(tags: TagFilter): RawBuilder<SqlBool> {
  if (tags.kind === 'some') return isTagged('live_artifact');
  if (tags.kind === 'none') return sql<SqlBool>`not ${isTagged('live_artifact')}`;
  const name = sql.ref('live_tag.name');
  const named =
    tags.kind === 'exact' ? sql<SqlBool>`${name} = ${tags.name}` : compared(sql`lower(${name})`, tags);
  return sql<SqlBool>`exists (select 1 from live_tag where live_tag.artifact_id = live_artifact.id and ${named})`;
}

/** Behind a limit of one row, in the order of the index of pushes. */
function isLatest({ column, is }: NonNullable<ArtifactPage['latest']>): RawBuilder<SqlBool> {
  return sql<SqlBool>`live_artifact.id = (
    select newest.id from live_artifact as newest
    where newest.repository_id = live_repository.id and ${sql.ref(`newest.${column}`)} = ${is}
      and ${isNoAccessory('newest')}
    order by newest.pushed_at desc, newest.id desc limit 1)`;
}

function compared(column: RawBuilder<unknown>, is: Comparison | TagFilter): RawBuilder<SqlBool> {
  switch (is.kind) {
    case 'exact':
      return sql<SqlBool>`${column} = ${'value' in is ? is.value : is.name}`;
    case 'fuzzy': {
      const part = ('value' in is ? String(is.value) : is.name).toLowerCase();
      const escaped = part.replaceAll(/[\\%_]/g, String.raw`\$&`);
      return sql<SqlBool>`lower(${column}) like ${`%${escaped}%`} escape '\\'`;
    }
    case 'any':
      return sql<SqlBool>`${column} in (${sql.join(is.values)})`;
    case 'range': {
      const { min, max } = is;
      const above = min === undefined ? [] : [sql<SqlBool>`${column} >= ${min}`];
      const below = max === undefined ? [] : [sql<SqlBool>`${column} <= ${max}`];
      return sql<SqlBool>`(${sql.join([...above, ...below], sql` and `)})`;
    }
    default:
      return sql<SqlBool>`1 = 0`;
  }
}
