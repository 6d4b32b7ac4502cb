import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
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
    const named = visible.names.map(({ projectId, pattern }) =>
      where.and([where('live_project.id', '=', projectId), ...inPattern(where, pattern)]),
    );
    return where.and([
      anyOf(where, [...wholeProjects(where, visible, dialect), ...named]),
      ...exceptions(visible, dialect),
    ]);
  };
}

/** As a tree: a chain of a thousand conditions is deeper than SQLite takes. */
function anyOf<T extends keyof Schema>(
  where: ExpressionBuilder<Schema, T>,
  conditions: readonly Expression<SqlBool>[],
): Expression<SqlBool> {
  if (conditions.length <= 8) return where.or(conditions);
  const half = conditions.length >> 1;
  return where.or([anyOf(where, conditions.slice(0, half)), anyOf(where, conditions.slice(half))]);
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

/** Ranges, so that an index can be used; `0` is the character behind `/`. */
function inPattern(
  where: ExpressionBuilder<Schema, 'live_project' | 'live_repository'>,
  pattern: RepositoryPattern,
): Expression<SqlBool>[] {
  const name = where.ref('live_repository.full_name');
  const inProject = (path: string) => sql<string>`${sql.ref('live_project.name')} || ${`/${path}`}`;
  if (pattern.kind === 'exact') return [sql<SqlBool>`${name} = ${inProject(pattern.path)}`];
  if (pattern.folder === '') return [];
  const behind = `${pattern.folder.slice(0, -1)}0`;
  return [sql<SqlBool>`${name} > ${inProject(pattern.folder)}`, sql<SqlBool>`${name} < ${inProject(behind)}`];
}
