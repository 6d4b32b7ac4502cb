import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import type { ListCondition, SortKey } from '../../lib/list-condition.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { listOrder, listWhere } from '../../platform/db/list-where.ts';
import type { TrashKind } from '../../platform/db/schema/schema-of-trash.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface TrashItem {
  readonly id: number;
  readonly kind: TrashKind;
  readonly projectId: number;
  readonly projectName: string;
  /** Null: the project is live. */
  readonly projectDeletedAt: number | null;
  readonly repositoryId: number | null;
  /** Null: the repository is live, or it is a project. */
  readonly repositoryDeletedAt: number | null;
  /** As the project is called now; of a project, its name. */
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly freedBytes: number;
  readonly deletedAt: number;
  readonly purgeAfter: number;
  readonly deletedBy: string;
  /** That deleted it among others, where one did. */
  readonly jobId: number | null;
  /** Null: it is not known any more. */
  readonly jobKind: string | null;
  readonly executionId: number | null;
}

/** Names as they would be now: those of deleted repositories do not follow a rename of the project. */
function items(dialect: DialectName): RawBuilder<unknown> {
  const slash =
    dialect === 'sqlite' ? sql`instr(repository.full_name, '/')` : sql`strpos(repository.full_name, '/')`;
  const path = sql`substr(repository.full_name, ${slash} + 1)`;
  return sql`select trash.id as "id", trash.kind as "kind", project.id as "projectId",
      project.name as "projectName", project.deleted_at as "projectDeletedAt",
      trash.repository_id as "repositoryId", repository.deleted_at as "repositoryDeletedAt",
      case when trash.repository_id is null then '' else ${path} end as "path",
      case when trash.repository_id is null then project.name else project.name || '/' || ${path} end as "repository",
      trash.tag as "tag", trash.digest as "digest", trash.freed_bytes as "freedBytes",
      trash.deleted_at as "deletedAt", trash.purge_after as "purgeAfter", trash.deleted_by as "deletedBy", trash.job_id as "jobId",
      job.kind as "jobKind", job.execution_id as "executionId"
    from trash left join job on job.id = trash.job_id left join repository on repository.id = trash.repository_id
      join project on project.id = coalesce(trash.project_id, repository.project_id)`;
}

/** A purge has begun to take it apart, and will end. */
export function isGoing({ deletedAt, purgeAfter }: Pick<TrashItem, 'deletedAt' | 'purgeAfter'>): boolean {
  return purgeAfter <= deletedAt;
}

/** Its name: `library/app:1.0`, `library/app@sha256:…`, `library/app`, `library`. */
export function nameOf(item: Pick<TrashItem, 'kind' | 'repository' | 'tag' | 'digest'>): string {
  if (item.kind === 'tag') return `${item.repository}:${item.tag ?? ''}`;
  return item.kind === 'artifact' ? `${item.repository}@${item.digest ?? ''}` : item.repository;
}

export async function findTrash(db: Queries, id: number): Promise<TrashItem | undefined> {
  const { rows } =
    await sql<TrashItem>`select * from (${items(db.dialect)}) as item where item."id" = ${id}`.execute(
      db.builder,
    );
  return rows[0];
}

export async function findAllTrash(db: Queries, ids: readonly number[]): Promise<TrashItem[]> {
  if (ids.length === 0) return [];
  const list = valueList('integer', JSON.stringify(ids), db.dialect);
  const { rows } = await sql<TrashItem>`select * from (${items(db.dialect)}) as item
    where item."id" in ${list}`.execute(db.builder);
  return rows;
}

/** Where somebody could have asked for such a deletion, of tags perhaps only for some. */
export interface TrashPlace {
  readonly kind: TrashKind;
  readonly visible: Visible;
  /** `v1`, `v*`; absent: of every tag. */
  readonly tagPattern?: string;
}

export const trashColumns = {
  id: 'integer',
  kind: 'text',
  project: 'text',
  project_id: 'integer',
  repository: 'text',
  tag: 'text',
  digest: 'text',
  size: 'integer',
  deleted_at: 'time',
  purge_at: 'time',
  job: 'integer',
  execution: 'integer',
} as const;

export type TrashColumn = keyof typeof trashColumns;

export const trashSortKeys = ['id', 'kind', 'repository', 'size', 'deleted_at', 'purge_at'] as const;

const places = {
  id: 'item.id',
  kind: 'item.kind',
  project: 'item.projectName',
  project_id: 'item.projectId',
  repository: 'item.repository',
  tag: 'item.tag',
  digest: 'item.digest',
  size: 'item.freedBytes',
  deleted_at: 'item.deletedAt',
  purge_at: 'item.purgeAfter',
  job: 'item.jobId',
  execution: 'item.executionId',
} as const;

export interface TrashPage {
  /** Undefined: everything. */
  readonly places: readonly TrashPlace[] | undefined;
  readonly conditions: readonly ListCondition<TrashColumn>[];
  readonly sort: readonly SortKey<(typeof trashSortKeys)[number]>[];
  readonly offset: number;
  readonly limit: number;
}

/** A page of what is in the trash, and how much there is. */
export async function pageOfTrash(
  db: Queries,
  page: TrashPage,
): Promise<{ rows: TrashItem[]; count: number; bytes: number }> {
  const where = sql`${listWhere(page.conditions, places, db.dialect)} and ${mayBring(page.places, db.dialect)}`;
  const from = sql`from (${items(db.dialect)}) as item where ${where}`;
  const { rows: counted } = await sql<{ count: number; bytes: number | null }>`
    select count(*) as "count", cast(sum(item."freedBytes") as bigint) as "bytes" ${from}`.execute(
    db.builder,
  );
  const order = listOrder(page.sort, places, { place: 'item.id', descending: true });
  const { rows } = await sql<TrashItem>`select * ${from} order by ${order}
    limit ${page.limit} offset ${page.offset}`.execute(db.builder);
  return { rows, count: counted[0]?.count ?? 0, bytes: counted[0]?.bytes ?? 0 };
}

function mayBring(given: readonly TrashPlace[] | undefined, dialect: DialectName): RawBuilder<SqlBool> {
  if (given === undefined) return sql<SqlBool>`1 = 1`;
  const each = given.map(
    ({ kind, visible, tagPattern }) =>
      sql`(item."kind" = ${sql.lit(kind)} and ${within(visible, dialect)} and ${ofTag(tagPattern)})`,
  );
  return sql<SqlBool>`(${sql.join([sql`1 = 0`, ...each], sql` or `)})`;
}

/** The twin of `matchesTag`. */
function ofTag(pattern: string | undefined): RawBuilder<SqlBool> {
  if (pattern === undefined) return sql<SqlBool>`1 = 1`;
  if (!pattern.endsWith('*')) return sql<SqlBool>`item."tag" = ${pattern}`;
  const start = pattern.slice(0, -1);
  return sql<SqlBool>`substr(item."tag", 1, ${sql.lit(start.length)}) = ${start}`;
}

/** The twin of `visibleTo` for names that are not live any more. */
function within(visible: Visible, dialect: DialectName): RawBuilder<SqlBool> {
  if (visible.kind === 'all') return sql<SqlBool>`1 = 1`;
  const list = (ids: readonly number[]) => valueList('integer', JSON.stringify(ids), dialect);
  const except =
    visible.except === undefined
      ? sql<SqlBool>`1 = 1`
      : sql<SqlBool>`item."projectId" not in ${list(visible.except)}`;
  if (visible.everywhere === true) return except;
  const named = visible.names.map(({ projectId, pattern }) =>
    pattern.kind === 'exact'
      ? sql`(item."projectId" = ${projectId} and item."path" = ${pattern.path})`
      : sql`(item."projectId" = ${projectId} and item."path" <> ''
          and substr(item."path", 1, ${sql.lit(pattern.folder.length)}) = ${pattern.folder})`,
  );
  const any = [sql`item."projectId" in ${list(visible.projectIds)}`, ...named];
  return sql<SqlBool>`(${except} and (${sql.join(any, sql` or `)}))`;
}

export interface TrashedArtifact {
  readonly digest: string;
  readonly kind: string | null;
  readonly accessoryKind: string | null;
  readonly size: number;
}

/** How many of a deletion's parts are told of. */
const partsShown = 100;

/** What a deletion took: some of its artifacts and tags, and how many there are. */
export async function partsOfTrash(db: Queries, id: number) {
  const artifacts = await db.builder
    .selectFrom('artifact')
    .select(['digest', 'kind', 'accessory_kind as accessoryKind', 'size'])
    .where('trash_id', '=', id)
    .orderBy('id')
    .limit(partsShown)
    .execute();
  const tags = await db.builder
    .selectFrom('tag')
    .select(['name', 'digest'])
    .where('trash_id', '=', id)
    .orderBy('name')
    .limit(partsShown)
    .execute();
  const count = (table: 'artifact' | 'tag') =>
    db.builder
      .selectFrom(table)
      .select((of) => of.fn.countAll<number>().as('count'))
      .where('trash_id', '=', id)
      .executeTakeFirstOrThrow();
  const [artifactCount, tagCount] = [await count('artifact'), await count('tag')];
  return { artifacts, tags, artifactCount: artifactCount.count, tagCount: tagCount.count };
}
