import { type Expression, type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { RepositoryPattern } from '../lib/oci/repository-pattern.ts';
import type { DialectName } from '../platform/db/dialect.ts';
import type { Schema } from '../platform/db/schema.ts';
import { valueList } from '../platform/db/value-list.ts';
import type { Visible } from './visible.ts';

type Where<T extends keyof Schema> = (where: ExpressionBuilder<Schema, T>) => Expression<SqlBool>;

/** For a query over `live_project`: the projects that are in the set as such. */
export function inVisibleProjects(visible: Visible, dialect: DialectName): Where<'live_project'> {
  return (where) =>
    visible.kind === 'all'
      ? sql<SqlBool>`1 = 1`
      : where.and([where.or(wholeProjects(visible, dialect)), ...exceptions(visible, dialect)]);
}

/** For a query over `live_repository` joined with its `live_project`. */
export function inVisibleRepositories(
  visible: Visible,
  dialect: DialectName,
): Where<'live_project' | 'live_repository'> {
  return (where) => {
    if (visible.kind === 'all') return sql<SqlBool>`1 = 1`;
    return where.and([
      where.or([...wholeProjects(visible, dialect), ...named(visible, dialect)]),
      ...exceptions(visible, dialect),
    ]);
  };
}

/**
 * The same for a query that goes through shown repositories in the order of an index until its page is full. To PostgreSQL
 * it is a condition on the repository alone, with both sets gathered and hashed once: it would compare each repository with
 * every project otherwise. `is true` keeps it from making a join of a single `in`.
 */
export function amongVisibleRepositories(
  visible: Visible,
  dialect: DialectName,
): Where<'live_project' | 'live_repository'> {
  if (dialect === 'sqlite' || visible.kind === 'all') return inVisibleRepositories(visible, dialect);
  return (where) => {
    const whole = where.or(wholeProjects(visible, dialect));
    const places = sql<SqlBool>`live_repository.project_id in (select id from live_project where ${whole})`;
    const ranges = named(visible, dialect, sql<SqlBool>`live_repository.visible_at is not null`);
    const any = sql<SqlBool>`(${sql.join([places, ...ranges], sql` or `)}) is true`;
    return where.and([any, ...exceptions(visible, dialect)]);
  };
}

function wholeProjects(visible: Visible & { kind: 'some' }, dialect: DialectName): RawBuilder<SqlBool>[] {
  if (visible.everywhere === true) return [sql<SqlBool>`1 = 1`];
  const open = visible.public ? [sql<SqlBool>`${sql.ref('live_project.public')} = 1`] : [];
  if (visible.public && visible.projectIds.length === 0) return open;
  const ids = JSON.stringify(visible.projectIds);
  return [...open, sql<SqlBool>`${sql.ref('live_project.id')} in ${valueList('integer', ids, dialect)}`];
}

function exceptions(
  { except = [] }: Visible & { kind: 'some' },
  dialect: DialectName,
): Expression<SqlBool>[] {
  if (except.length === 0) return [];
  const ids = valueList('integer', JSON.stringify(except), dialect);
  return [sql<SqlBool>`${sql.ref('live_project.id')} not in ${ids}`];
}

export interface SeenRepository {
  readonly id: number;
  /** 1: its project is public. */
  readonly open: number;
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
): RawBuilder<SeenRepository> {
  const shown = sql<SqlBool>`live_repository.visible_at is not null and ${also}`;
  const within = sql`live_repository.project_id = live_project.id and ${shown}`;
  const selected = sql`live_repository.id as id, live_project.public as open`;
  const joined = sql`live_project cross join live_repository`;
  if (visible.kind === 'all') return sql`select ${selected} from ${joined} where ${within}`;
  const { names, except = [] } = visible;
  const whole = sql`(${sql.join(wholeProjects(visible, dialect), sql` or `)})`;
  const other = valueList('integer', JSON.stringify(except), dialect);
  const allowed = except.length === 0 ? sql`1 = 1` : sql`live_project.id not in ${other}`;
  // Most of what there is, is hashed sooner than it is read project by project.
  const byProject = dialect === 'postgres' && visible.everywhere !== true;
  const first = byProject
    ? sql<SeenRepository>`select in_project.id as id, live_project.public as open from live_project
        cross join lateral (select id from live_repository where ${within} offset 0) as in_project
        where ${whole} and ${allowed}`
    : sql<SeenRepository>`select ${selected} from ${joined} where ${whole} and ${allowed} and ${within}`;
  if (names.length === 0) return first;
  if (dialect === 'postgres')
    return sql`${first} union all select distinct in_range.id as id, live_project.public as open
      from ${rangesOfPostgres(names, shown)} where not ${whole} and ${allowed}`;
  const { list, projectId, from, below } = rangesOf(names);
  return sql`${first} union all select distinct ${selected} from ${list} as named cross join ${joined}
    where live_project.id = ${projectId} and not ${whole} and ${allowed} and ${shown}
      and +live_repository.project_id = live_project.id
      and live_repository.full_name >= live_project.name || ${from}
      and live_repository.full_name < live_project.name || ${below}`;
}

/**
 * Read by the index of names, range by range: as conditions, each of hundreds would be tried on each repository. The
 * order of the join is given, since SQLite does not know how few ranges there are; the plus keeps it from reading all of a
 * project instead.
 */
function named(
  { names }: Visible & { kind: 'some' },
  dialect: DialectName,
  also?: RawBuilder<SqlBool>,
): RawBuilder<SqlBool>[] {
  if (names.length === 0) return [];
  const id = sql.ref('live_repository.id');
  if (dialect === 'postgres')
    return [sql<SqlBool>`${id} in (select in_range.id from ${rangesOfPostgres(names, also)})`];
  const { list, projectId, from, below } = rangesOf(names);
  return [
    sql<SqlBool>`${id} in (
      select in_range.id from ${list} as named
        cross join live_project as place cross join live_repository as in_range
        where place.id = ${projectId} and +in_range.project_id = place.id
          and in_range.full_name >= place.name || ${from} and in_range.full_name < place.name || ${below})`,
  ];
}

type Names = (Visible & { kind: 'some' })['names'];

/** A list that is called `named`, and its columns. */
function rangesOf(names: Names) {
  const column = (at: number) => sql`(named.value ->> ${sql.lit(at)})`;
  return {
    list: sql`json_each(${JSON.stringify(bounds(names))})`,
    projectId: column(0),
    from: column(1),
    below: column(2),
  };
}

/**
 * `live_project` with each repository `in_range`. `offset 0` keeps the planner, which takes every range for long, from
 * reading all names of a project, or all there are, instead of the range.
 */
function rangesOfPostgres(names: Names, also = sql<SqlBool>`1 = 1`): RawBuilder<unknown> {
  const all = bounds(names);
  const column = (at: 0 | 1 | 2) => all.map((bound) => bound[at]);
  return sql`unnest(${column(0)}::bigint[], ${column(1)}::text[], ${column(2)}::text[]) as named (place, low, high)
    join live_project on live_project.id = named.place
    cross join lateral (select id from live_repository
      where live_repository.full_name >= live_project.name || named.low
        and live_repository.full_name < live_project.name || named.high and ${also} offset 0) as in_range`;
}

/** Each range once: several grants may be of the same. */
function bounds(names: Names): (readonly [projectId: number, from: string, below: string])[] {
  const all = names.map(({ projectId, pattern }) => [projectId, ...rangeOf(pattern)] as const);
  return [...new Map(all.map((bound) => [bound.join(' '), bound])).values()];
}

/** `0` is the character behind `/`, and `!` comes before all that names are made of. */
function rangeOf(pattern: RepositoryPattern): readonly [from: string, below: string] {
  return pattern.kind === 'exact'
    ? [`/${pattern.path}`, `/${pattern.path}!`]
    : [`/${pattern.folder}`, `/${pattern.folder}`.replace(/\/$/, '0')];
}
