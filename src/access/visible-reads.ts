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
 * The ids of those repositories that clients are shown, each once, as a query to be counted or gathered from: project by
 * project and range by range, so that it costs what is in it and not what there is. The order of the join is given, since
 * SQLite does not know how few projects and ranges there are.
 * @param also a condition on `live_repository`
 */
export function visibleRepositoryIds(
  visible: Visible,
  dialect: DialectName,
  also: RawBuilder<SqlBool>,
): RawBuilder<{ readonly id: number; readonly open: number }> {
  const shown = sql`live_repository.visible_at is not null and ${also}`;
  const within = sql`live_repository.project_id = live_project.id and ${shown}`;
  const selected = sql`live_repository.id as id, live_project.public as open`;
  const joined = sql`live_project cross join live_repository`;
  if (visible.kind === 'all') return sql`select ${selected} from ${joined} where ${within}`;
  const { projectIds, names, everywhere = false, except = [] } = visible;
  const ids = valueList('integer', JSON.stringify(projectIds), dialect);
  const open = visible.public ? sql`live_project.public = 1 or ` : sql``;
  const whole = everywhere ? sql`1 = 1` : sql`(${open}live_project.id in ${ids})`;
  const other = valueList('integer', JSON.stringify(except), dialect);
  const allowed = except.length === 0 ? sql`1 = 1` : sql`live_project.id not in ${other}`;
  const first = sql<{ readonly id: number; readonly open: number }>`select ${selected} from ${joined}
    where ${whole} and ${allowed} and ${within}`;
  if (names.length === 0) return first;
  const { list, projectId, from, below } = rangesOf(names, dialect);
  return sql`${first} union all select distinct ${selected} from ${list} as named cross join ${joined}
    where live_project.id = ${projectId} and not ${whole} and ${allowed} and ${shown}
      and ${inProject('live_repository', 'live_project', dialect)}
      and live_repository.full_name >= live_project.name || ${from}
      and live_repository.full_name < live_project.name || ${below}`;
}

/**
 * Read by the index of names, range by range: as conditions, each of hundreds would be tried on each repository. The
 * order of the join is given, since SQLite does not know how few ranges there are.
 */
function named({ names }: Visible & { kind: 'some' }, dialect: DialectName): RawBuilder<SqlBool>[] {
  if (names.length === 0) return [];
  const { list, projectId, from, below } = rangesOf(names, dialect);
  return [
    sql<SqlBool>`${sql.ref('live_repository.id')} in (
      select in_range.id from ${list} as named
        cross join live_project as place cross join live_repository as in_range
        where place.id = ${projectId} and ${inProject('in_range', 'place', dialect)}
          and in_range.full_name >= place.name || ${from} and in_range.full_name < place.name || ${below})`,
  ];
}

/**
 * True of what is in a range. It tells PostgreSQL how little that is; the plus keeps SQLite from reading all of a project
 * instead.
 */
function inProject(repository: string, project: string, dialect: DialectName): RawBuilder<SqlBool> {
  const [of, id] = [sql.ref(`${repository}.project_id`), sql.ref(`${project}.id`)];
  return dialect === 'sqlite' ? sql<SqlBool>`+${of} = ${id}` : sql<SqlBool>`${of} = ${id}`;
}

/** A list that is called `named`, and its columns. */
function rangesOf(names: (Visible & { kind: 'some' })['names'], dialect: DialectName) {
  const ranges = JSON.stringify(names.map(({ projectId, pattern }) => [projectId, ...rangeOf(pattern)]));
  const column = (at: number) => sql`(named.value ->> ${sql.lit(at)})`;
  return {
    list: dialect === 'sqlite' ? sql`json_each(${ranges})` : sql`json_array_elements(${ranges}::json)`,
    projectId: dialect === 'sqlite' ? column(0) : sql`${column(0)}::bigint`,
    from: column(1),
    below: column(2),
  };
}

/** `0` is the character behind `/`, and `!` comes before all that names are made of. */
function rangeOf(pattern: RepositoryPattern): readonly [from: string, below: string] {
  return pattern.kind === 'exact'
    ? [`/${pattern.path}`, `/${pattern.path}!`]
    : [`/${pattern.folder}`, `/${pattern.folder}`.replace(/\/$/, '0')];
}
