import type { ExpressionBuilder } from 'kysely';
import type { ListCondition, SortKey } from '../lib/list-condition.ts';
import type { Queries } from '../platform/db/database.ts';
import { contains, listOrder, listWhere } from '../platform/db/list-where.ts';
import { nearerEnd } from '../platform/db/nearer-end.ts';
import type { Schema } from '../platform/db/schema.ts';
import { valueList } from '../platform/db/value-list.ts';
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

/** What a list of projects is filtered and sorted by, under Harbor's names. */
export const projectColumns = {
  name: 'text',
  project_id: 'integer',
  public: 'flag',
  owner: 'text',
  creation_time: 'time',
  update_time: 'time',
} as const;

export type ProjectColumn = keyof typeof projectColumns;

export interface ProjectPage {
  readonly visible: Visible;
  readonly name?: {
    readonly exact?: string;
    /** A part of the name, in either case. */
    readonly fuzzy?: string;
  };
  readonly public?: boolean;
  readonly ownerName?: string;
  readonly conditions?: readonly ListCondition<ProjectColumn>[];
  readonly offset: number;
  readonly limit: number;
  /** What is alike by all of them is in the order of ids. */
  readonly sort: readonly SortKey<ProjectColumn>[];
}

const places = {
  name: 'live_project.name',
  project_id: 'live_project.id',
  public: 'live_project.public',
  owner: 'user.username',
  creation_time: 'live_project.created_at',
  update_time: 'live_project.updated_at',
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
    .where((where) => where.and(conditions(where, input)))
    .where(listWhere(input.conditions ?? [], places, db.dialect));
  const counted = await matching
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const count = Number(counted.count);
  const { offset, limit, reversed } = nearerEnd(input, count);
  if (limit === 0) return { rows: [], count };
  const last = { place: places.project_id, descending: reversed };
  const sort = input.sort.map(({ key, descending }) => ({ key, descending: descending !== reversed }));
  const ids = await matching
    .select('live_project.id')
    .orderBy(listOrder(sort, places, last))
    .offset(offset)
    .limit(limit)
    .execute();
  const rows = await rowsOf(
    db,
    ids.map(({ id }) => id),
  );
  return { rows: reversed ? rows.reverse() : rows, count };
}

/** In this order. What else they show is read for these only, not for those of the pages before, too. */
async function rowsOf(db: Queries, ids: readonly number[]): Promise<ProjectRow[]> {
  const found = await db.builder
    .selectFrom('live_project')
    .innerJoin('user', 'user.id', 'live_project.owner_id')
    .where('live_project.id', 'in', valueList('integer', JSON.stringify(ids), db.dialect))
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
    .execute();
  const rows = found.map((row) => ({
    ...row,
    public: row.public === 1,
    sparseManifests: row.sparseManifests === 1,
    repositoryCount: row.repositoryCount ?? 0,
  }));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
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
    ...(name?.fuzzy === undefined ? [] : [contains('live_project.name', name.fuzzy)]),
    ...(open === undefined ? [] : [where('live_project.public', '=', open ? 1 : 0)]),
    ...(ownerName === undefined ? [] : [where('user.username', '=', ownerName)]),
  ];
}
