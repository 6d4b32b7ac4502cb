import { type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../platform/db/database.ts';
import type { Schema } from '../platform/db/schema.ts';
import type { Visible } from './visible.ts';
import { inVisibleProjects } from './visible-reads.ts';

export interface ProjectRow {
  readonly id: number;
  readonly name: string;
  readonly ownerId: number;
  readonly ownerName: string;
  readonly public: boolean;
  readonly sparseManifests: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Those that are shown: they hold, or held, an artifact. */
  readonly repositoryCount: number;
}

export interface ProjectOrder {
  readonly by: 'id' | 'name' | 'createdAt' | 'updatedAt';
  readonly descending: boolean;
}

export interface ProjectPage {
  readonly visible: Visible;
  readonly name?: {
    readonly exact?: string;
    /** A part of the name, in either case. */
    readonly fuzzy?: string;
  };
  readonly public?: boolean;
  readonly ownerName?: string;
  readonly offset: number;
  readonly limit: number;
  /** What is alike by all of them is in the order of ids. */
  readonly sort: readonly ProjectOrder[];
}

const columns = {
  id: 'live_project.id',
  name: 'live_project.name',
  createdAt: 'live_project.created_at',
  updatedAt: 'live_project.updated_at',
} as const;

/** A page of the projects of a set, and how many there are in all. */
export async function pageOfProjects(
  db: Queries,
  input: ProjectPage,
): Promise<{ rows: ProjectRow[]; count: number }> {
  if (matchesNothing(input)) return { rows: [], count: 0 };
  const matching = db.builder
    .selectFrom('live_project')
    .innerJoin('user', 'user.id', 'live_project.owner_id')
    .where(inVisibleProjects(input.visible, db.dialect))
    .where((where) => where.and(conditions(where, input)));
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const found = await sorted(matching, input.sort)
    .select((select) => [
      'live_project.id',
      'live_project.name',
      'live_project.owner_id as ownerId',
      'user.username as ownerName',
      'live_project.public',
      'live_project.sparse_manifests as sparseManifests',
      'live_project.created_at as createdAt',
      'live_project.updated_at as updatedAt',
      select
        .selectFrom('live_repository')
        .select((each) => each.fn.countAll<number>().as('count'))
        .whereRef('live_repository.project_id', '=', 'live_project.id')
        .where('live_repository.visible_at', 'is not', null)
        .as('repositoryCount'),
    ])
    .offset(input.offset)
    .limit(input.limit)
    .execute();
  const rows = found.map((row) => ({
    ...row,
    public: row.public === 1,
    sparseManifests: row.sparseManifests === 1,
    repositoryCount: row.repositoryCount ?? 0,
  }));
  return { rows, count: counted.count };
}

const longestName = 255;

/** Nothing is called so; PostgreSQL takes no text with NUL, SQLite no pattern that is much longer. */
function matchesNothing({ name, ownerName }: ProjectPage): boolean {
  return [name?.exact, name?.fuzzy, ownerName].some(
    (text) => text !== undefined && (text.includes('\0') || text.length > longestName),
  );
}

function conditions(where: ExpressionBuilder<Schema, 'live_project' | 'user'>, input: ProjectPage) {
  const { name, public: open, ownerName } = input;
  return [
    ...(name?.exact === undefined ? [] : [where('live_project.name', '=', name.exact)]),
    ...(name?.fuzzy === undefined ? [] : [contains('live_project.name', name.fuzzy.toLowerCase())]),
    ...(open === undefined ? [] : [where('live_project.public', '=', open ? 1 : 0)]),
    ...(ownerName === undefined ? [] : [where('user.username', '=', ownerName)]),
  ];
}

/** Names are in lower case, so both engines compare alike. */
function contains(column: string, part: string) {
  const escaped = part.replaceAll(/[\\%_]/g, String.raw`\$&`);
  return sql<SqlBool>`${sql.ref(column)} like ${`%${escaped}%`} escape '\\'`;
}

function sorted<O>(
  query: SelectQueryBuilder<Schema, 'live_project' | 'user', O>,
  sort: readonly ProjectOrder[],
) {
  const orders = [...sort, { by: 'id', descending: false } as const];
  return orders.reduce(
    (ordered, { by, descending }) => ordered.orderBy(columns[by], descending ? 'desc' : 'asc'),
    query,
  );
}
