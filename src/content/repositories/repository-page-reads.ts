import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../platform/db/database.ts';
import type { RepositoryFilter } from './repository-reads.ts';

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
  readonly visible: RepositoryFilter;
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

/** A page of the repositories that clients are shown, and how many there are in all. */
export async function pageOfShownRepositories(
  db: Queries,
  input: RepositoryPage,
): Promise<{ rows: RepositoryRow[]; count: number }> {
  const matching = db.builder
    .selectFrom('live_repository')
    .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
    .where('live_repository.visible_at', 'is not', null)
    .where(input.visible)
    .where((where) => where.and(conditions(input)));
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const last = input.sort.at(-1)?.descending ?? true;
  const rows = await [...input.sort, { by: 'id', descending: last } as const]
    .reduce((query, { by, descending }) => query.orderBy(columns[by], descending ? 'desc' : 'asc'), matching)
    .select(selected)
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  return { rows, count: Number(counted.count) };
}

function conditions({ projectIds, name, holds }: RepositoryPage): RawBuilder<SqlBool>[] {
  const column = sql.ref('live_repository.full_name');
  const { exact, fuzzy, any } = name ?? {};
  return [
    ...(projectIds === undefined
      ? []
      : [sql<SqlBool>`live_repository.project_id in (${sql.join(projectIds)})`]),
    ...(exact === undefined ? [] : [sql<SqlBool>`${column} = ${exact}`]),
    ...(any === undefined ? [] : [sql<SqlBool>`${column} in (${sql.join(any)})`]),
    ...(fuzzy === undefined ? [] : [contains(column, fuzzy.toLowerCase())]),
    ...(holds === undefined ? [] : [holding(holds)]),
  ];
}

/** Names are in lower case, so both engines compare alike. */
function contains(column: RawBuilder<unknown>, part: string): RawBuilder<SqlBool> {
  const escaped = part.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return sql<SqlBool>`${column} like ${`%${escaped}%`} escape '\\'`;
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
