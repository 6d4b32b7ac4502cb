import { type Expression, type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { DialectName } from '../platform/db/dialect.ts';
import type { Schema } from '../platform/db/schema.ts';
import { valueList } from '../platform/db/value-list.ts';
import type { RepositoryPattern } from './grants/repository-pattern.ts';
import type { Visible } from './visible.ts';

type Where<T extends keyof Schema> = (where: ExpressionBuilder<Schema, T>) => Expression<SqlBool>;

/** For a query over `live_project`: the projects that are in the set as such. */
export function inVisibleProjects(visible: Visible, dialect: DialectName): Where<'live_project'> {
  return (where) =>
    visible.kind === 'all'
      ? sql<SqlBool>`1 = 1`
      : where.and([where.or(wholeProjects(where, visible, dialect)), ...exceptions(visible, dialect)]);
}

/** For a query over `live_repository` joined with its `live_project`. */
export function inVisibleRepositories(
  visible: Visible,
  dialect: DialectName,
): Where<'live_project' | 'live_repository'> {
  return (where) => {
    if (visible.kind === 'all') return sql<SqlBool>`1 = 1`;
    return where.and([
      where.or([...wholeProjects(where, visible, dialect), ...named(visible, dialect)]),
      ...exceptions(visible, dialect),
    ]);
  };
}

function wholeProjects<T extends 'live_project'>(
  where: ExpressionBuilder<Schema, T | 'live_project'>,
  visible: Visible & { kind: 'some' },
  dialect: DialectName,
): Expression<SqlBool>[] {
  if (visible.everywhere === true) return [sql<SqlBool>`1 = 1`];
  const ids = JSON.stringify(visible.projectIds);
  const given = sql<SqlBool>`${sql.ref('live_project.id')} in ${valueList('integer', ids, dialect)}`;
  return visible.public ? [sql<SqlBool>`${sql.ref('live_project.public')} = 1`, given] : [given];
}

function exceptions(
  { except = [] }: Visible & { kind: 'some' },
  dialect: DialectName,
): Expression<SqlBool>[] {
  if (except.length === 0) return [];
  const ids = valueList('integer', JSON.stringify(except), dialect);
  return [sql<SqlBool>`${sql.ref('live_project.id')} not in ${ids}`];
}

/**
 * Read by the index of names, range by range: as conditions, each of hundreds would be tried on each repository. The
 * order of the join is given, since SQLite does not know how few ranges there are.
 */
function named({ names }: Visible & { kind: 'some' }, dialect: DialectName): RawBuilder<SqlBool>[] {
  if (names.length === 0) return [];
  const ranges = JSON.stringify(names.map(({ projectId, pattern }) => [projectId, ...rangeOf(pattern)]));
  const [list, projectId, from, below] =
    dialect === 'sqlite'
      ? [
          sql`json_each(${ranges})`,
          sql`(named.value ->> 0)`,
          sql`(named.value ->> 1)`,
          sql`(named.value ->> 2)`,
        ]
      : [
          sql`json_array_elements(${ranges}::json)`,
          sql`(named.value ->> 0)::bigint`,
          sql`(named.value ->> 1)`,
          sql`(named.value ->> 2)`,
        ];
  return [
    sql<SqlBool>`${sql.ref('live_repository.id')} in (
      select in_range.id from ${list} as named
        cross join live_project as place cross join live_repository as in_range
        where place.id = ${projectId}
          and in_range.full_name >= place.name || ${from} and in_range.full_name < place.name || ${below})`,
  ];
}

/** `0` is the character behind `/`, and `!` comes before all that names are made of. */
function rangeOf(pattern: RepositoryPattern): readonly [from: string, below: string] {
  return pattern.kind === 'exact'
    ? [`/${pattern.path}`, `/${pattern.path}!`]
    : [`/${pattern.folder}`, `/${pattern.folder}`.replace(/\/$/, '0')];
}
