import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import {
  amongVisibleRepositories,
  inVisibleRepositories,
  visibleRepositoryIds,
} from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { DialectName } from '../../platform/db/dialect.ts';
import { hasPart } from '../../platform/db/has-part.ts';
import { nearerEnd } from '../../platform/db/nearer-end.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { countMatching } from './repository-count-reads.ts';

export interface RepositoryRow {
  readonly id: number;
  readonly projectId: number;
  readonly fullName: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly pullCount: number;
}

const columns = {
  id: 'live_repository.id',
  name: 'live_repository.full_name',
  createdAt: 'live_repository.created_at',
  updatedAt: 'live_repository.updated_at',
  pullCount: 'live_repository.pull_count',
} as const;

export type RepositoryColumn = keyof typeof columns;

export interface RepositoryPage {
  readonly visible: Visible;
  readonly projectIds?: readonly number[];
  readonly name?: { readonly exact?: string; readonly fuzzy?: string; readonly any?: readonly string[] };
  /** It serves that content, as a blob or as a manifest; by its canonical digest. */
  readonly holds?: string;
  readonly offset: number;
  readonly limit: number;
  readonly sort: readonly { readonly by: RepositoryColumn; readonly descending: boolean }[];
}

const selected = [
  'live_repository.id',
  'live_repository.project_id as projectId',
  'live_repository.full_name as fullName',
  'live_repository.description',
  'live_repository.created_at as createdAt',
  'live_repository.updated_at as updatedAt',
  'live_repository.pull_count as pullCount',
] as const;

/** So many ids are gathered and sorted sooner than those of all repositories are walked through. */
const gatheredTo = 5_000;

/** A page of the repositories that clients are shown, and how many there are in all. */
export async function pageOfShownRepositories(
  db: Queries,
  input: RepositoryPage,
): Promise<{ rows: RepositoryRow[]; count: number }> {
  const { visible } = input;
  const { dialect } = db;
  const also = sql<SqlBool>`${sql.join([sql`1 = 1`, ...conditions(input, dialect)], sql` and `)}`;
  const ids = isFew(input)
    ? db.builder
        .selectFrom('live_repository')
        .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
        .where('live_repository.visible_at', 'is not', null)
        .where(inVisibleRepositories(visible, dialect))
        .where(also)
        .select('live_repository.id')
    : visibleRepositoryIds(visible, dialect, also);
  const few = isFiltered(input) ? await gathered(db, ids) : undefined;
  const count = few?.length ?? (await countMatching(db, { visible, ids, also }));
  const { offset, limit, reversed } = nearerEnd(input, count);
  if (limit === 0) return { rows: [], count };
  const those =
    few === undefined
      ? sql`(select id from (${ids}) as seen)`
      : valueList('integer', JSON.stringify(few), dialect);
  const matching =
    count <= gatheredTo
      ? db.builder.selectFrom('live_repository').where(sql<SqlBool>`live_repository.id in ${those}`)
      : walked(db, visible).where(also);
  const last = input.sort.at(-1)?.descending ?? true;
  const found = await [...input.sort, { by: 'id', descending: last } as const]
    .reduce(
      (query, { by, descending }) => query.orderBy(columns[by], descending === reversed ? 'asc' : 'desc'),
      matching.select('live_repository.id'),
    )
    .offset(offset)
    .limit(limit)
    .execute();
  const rows = await rowsOf(
    db,
    found.map(({ id }) => id),
  );
  return { rows: reversed ? rows.reverse() : rows, count };
}

/** All of them, unless they are too many: whoever looks for a name goes through all names but once. */
async function gathered(db: Queries, ids: Expression<unknown>): Promise<readonly number[] | undefined> {
  const { rows } = await sql<{ id: number }>`
    select id from (${ids}) as seen limit ${sql.lit(gatheredTo + 1)}`.execute(db.builder);
  return rows.length > gatheredTo ? undefined : rows.map(({ id }) => id);
}

/** In the order of an index, each looked at whether it belongs to the set: SQLite takes this order of the join. */
function walked(db: Queries, visible: Visible) {
  return db.builder
    .selectFrom('live_repository')
    .crossJoin('live_project')
    .whereRef('live_project.id', '=', 'live_repository.project_id')
    .where('live_repository.visible_at', 'is not', null)
    .where(amongVisibleRepositories(visible, db.dialect));
}

async function rowsOf(db: Queries, ids: readonly number[]): Promise<RepositoryRow[]> {
  const rows = await db.builder
    .selectFrom('live_repository')
    .where('live_repository.id', 'in', valueList('integer', JSON.stringify(ids), db.dialect))
    .select(selected)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Found by an index of its own, whoever asks. */
function isFew({ name, holds }: RepositoryPage): boolean {
  return holds !== undefined || name?.exact !== undefined || name?.any !== undefined;
}

function isFiltered({ name, holds }: RepositoryPage): boolean {
  return (name ?? holds) !== undefined;
}

function conditions(
  { projectIds, name, holds }: RepositoryPage,
  dialect: DialectName,
): RawBuilder<SqlBool>[] {
  const column = sql.ref('live_repository.full_name');
  const { exact, fuzzy, any } = name ?? {};
  return [
    ...(projectIds === undefined ? [] : [ofProjects(projectIds)]),
    ...(exact === undefined ? [] : [sql<SqlBool>`${column} = ${exact}`]),
    ...(any === undefined ? [] : [sql<SqlBool>`${column} in (${sql.join(any)})`]),
    ...(fuzzy === undefined ? [] : [hasPart(column, fuzzy, dialect)]),
    ...(holds === undefined ? [] : [holding(holds)]),
  ];
}

/** Of one by the order of its index, which PostgreSQL does not see in a list. */
function ofProjects(ids: readonly number[]): RawBuilder<SqlBool> {
  const column = sql.ref('live_repository.project_id');
  return ids.length === 1
    ? sql<SqlBool>`${column} = ${ids[0]}`
    : sql<SqlBool>`${column} in (${sql.join(ids)})`;
}

function holding(digest: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`live_repository.id in (
    select blob_link.repository_id from blob inner join blob_link on blob_link.blob_id = blob.id
      where blob.digest = ${digest} and blob.state = 'live' and blob_link.hidden = 0
    union all
    select live_artifact.repository_id from blob inner join live_artifact on live_artifact.blob_id = blob.id
      where blob.digest = ${digest})`;
}

/** One that clients are shown. */
export async function findShownRepository(db: Queries, fullName: string): Promise<RepositoryRow | undefined> {
  return db.builder
    .selectFrom('live_repository')
    .select(selected)
    .where('live_repository.full_name', '=', fullName)
    .where('live_repository.visible_at', 'is not', null)
    .executeTakeFirst();
}
