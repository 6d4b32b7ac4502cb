import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely';
import { principalNames } from '../../access/names/principal-name-reads.ts';
import type { RecordedType } from '../../lib/event-types.ts';
import type { ListCondition } from '../../lib/list-condition.ts';
import type { Queries } from '../../platform/db/database.ts';
import { listWhere } from '../../platform/db/list-where.ts';
import type { EventTable } from '../../platform/db/schema.ts';
import { valueList } from '../../platform/db/value-list.ts';
import { whole } from '../../platform/events/event-reads.ts';

export interface AuditRow {
  readonly id: number;
  readonly type: string;
  readonly at: number;
  /** Of the user or robot, as it is called now; of what is neither, or gone, what the event says: `system`, `robot:7`. */
  readonly username: string;
  readonly object: string;
  readonly data: Readonly<Record<string, string | number | null>>;
}

export type AuditColumn =
  | 'id'
  | 'op_time'
  | 'project_id'
  | 'project'
  | 'username'
  | 'resource'
  | 'request_id';

/** What is shown of the log: all of it, that of every project but some, or that of some. */
export type AuditPlaces =
  | { readonly kind: 'all' }
  | { readonly kind: 'projects'; readonly except: readonly number[] }
  | { readonly kind: 'some'; readonly projectIds: readonly number[] };

/** Which rows, of those that may be seen. */
export interface AuditRows {
  readonly places: AuditPlaces;
  readonly types: readonly RecordedType[];
  readonly conditions: readonly ListCondition<AuditColumn>[];
  /** What stands before the names of robots. */
  readonly robotPrefix: string;
}

export interface AuditPage extends AuditRows {
  readonly oldestFirst: boolean;
  readonly offset: number;
  readonly limit: number;
  /** Rows are counted up to here. */
  readonly countTo: number;
}

export const shown = sql<SqlBool>`${whole} and hidden = 0`;

/** A page of the log, and how many rows match, counted no further than asked. */
export async function readAuditLog(
  db: Queries,
  page: AuditPage,
): Promise<{ rows: AuditRow[]; count: number }> {
  const { places: of } = page;
  if (page.types.length === 0 || (of.kind === 'some' && of.projectIds.length === 0))
    return { rows: [], count: 0 };
  const matching = db.builder.selectFrom('event').where(whereOf(db, page));
  const count = await countAuditRows(db, page, page.countTo);
  const direction = page.oldestFirst ? 'asc' : 'desc';
  const found = await matching
    .select(['id', 'type', 'at', 'actor', 'project_id', 'object', 'data'])
    .orderBy('at', direction)
    .orderBy('id', direction)
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  const names = await principalNames(db, found.flatMap(principalsOf), page.robotPrefix);
  return {
    count,
    rows: found.map((row) => {
      const { id, type, at, actor } = row;
      const data = JSON.parse(row.data) as AuditRow['data'];
      return {
        id,
        type,
        at,
        username: nameOfActor(actor, names),
        object: nameOfObject(row, data, names),
        data,
      };
    }),
  };
}

/** How many rows match, counted up to one more than asked. */
export async function countAuditRows(db: Queries, rows: AuditRows, countTo: number): Promise<number> {
  const { places: of, types } = rows;
  if (types.length === 0 || (of.kind === 'some' && of.projectIds.length === 0)) return 0;
  const matching = db.builder.selectFrom('event').where(whereOf(db, rows));
  const { count } = await db.builder
    .selectFrom(
      matching
        .select('id')
        // By the index that a page is read by: without an order SQLite goes through the whole log.
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(countTo + 1)
        .as('some'),
    )
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

type Named = Pick<Selectable<EventTable>, 'actor' | 'object' | 'project_id'>;

/**
 * The texts of a row that may be an account, a group or a robot. What is of a project is never one: there people choose the
 * words, and a label `user:3` would tell them who that is.
 */
export function principalsOf({ actor, object, project_id: projectId }: Named): string[] {
  return projectId === null ? [actor, object] : [actor];
}

/** Who did not get in has a name only. */
export function nameOfActor(actor: string, names: ReadonlyMap<string, string>): string {
  return names.get(actor) ?? actor.replace(/^name:/, '');
}

/** As it is called now; a group that is deleted is called as the event calls it. */
export function nameOfObject(
  { object, project_id: projectId }: Named,
  data: AuditRow['data'],
  names: ReadonlyMap<string, string>,
): string {
  if (projectId !== null) return object;
  const gone = object.startsWith('group:') ? (data['group'] ?? data['name']) : undefined;
  return names.get(object) ?? (typeof gone === 'string' ? gone : object);
}

export function whereOf(db: Queries, page: AuditRows): RawBuilder<SqlBool> {
  const { places: of, types, conditions, robotPrefix } = page;
  const { dialect } = db;
  const parts = [
    shown,
    sql<SqlBool>`type in ${valueList('text', JSON.stringify(types), dialect)}`,
    ...(of.kind === 'all'
      ? []
      : [of.kind === 'some' ? ofProjects(of.projectIds, db) : exceptOf(of.except, db)]),
    ...conditions.map((condition) => conditionOf(db, condition, robotPrefix)),
  ];
  return sql<SqlBool>`${sql.join(parts, sql` and `)}`;
}

/** Of one, by its index in the order of time: PostgreSQL sees no order in a list, and sorts, or reads the whole log. */
function ofProjects(ids: readonly number[], { dialect }: Queries): RawBuilder<SqlBool> {
  const [only] = ids;
  return ids.length === 1
    ? sql<SqlBool>`project_id = ${only}`
    : sql<SqlBool>`project_id in ${valueList('integer', JSON.stringify(ids), dialect)}`;
}

function exceptOf(ids: readonly number[], { dialect }: Queries): RawBuilder<SqlBool> {
  const others =
    ids.length === 0
      ? sql``
      : sql` and project_id not in ${valueList('integer', JSON.stringify(ids), dialect)}`;
  return sql<SqlBool>`project_id is not null${others}`;
}

const places = { id: 'id', op_time: 'at', project_id: 'project_id', request_id: 'request_id' } as const;

function conditionOf(
  db: Queries,
  condition: ListCondition<AuditColumn>,
  prefix: string,
): RawBuilder<SqlBool> {
  const { column } = condition;
  const { dialect } = db;
  switch (column) {
    case 'username':
      return sql<SqlBool>`(${as('actor', condition, db)} or actor in (${named(condition, db, prefix)})${ofSignIn(condition)})`;
    case 'resource':
      return sql<SqlBool>`(${as('object', condition, db)}
        or (project_id is null and object in (${named(condition, db, prefix)}))${ofPush(condition)})`;
    case 'project':
      return sql<SqlBool>`project_id in (select id from live_project where ${as('live_project.name', condition, db)})`;
    case 'id':
    case 'op_time':
    case 'project_id':
    case 'request_id':
      return listWhere([{ ...condition, column }], places, dialect);
  }
}

/** The condition on another column than its own. */
function as(place: string, condition: ListCondition, { dialect }: Queries): RawBuilder<SqlBool> {
  return listWhere([{ ...condition, column: 'it' }], { it: place }, dialect);
}

/** `user:3`, `robot:7`, `group:2`, for each whose name meets the condition. */
function named(condition: ListCondition, db: Queries, prefix: string): RawBuilder<unknown> {
  const meets = as('account.name', condition, db);
  return sql`select account.text from (${everyName(prefix)}) as account where ${meets}`;
}

function everyName(prefix: string): RawBuilder<unknown> {
  return sql`select 'user:' || id as text, username as name from "user"
    union all select 'robot:' || id, ${prefix} || name from robot
    union all select 'group:' || id, name from user_group`;
}

function ofSignIn(condition: ListCondition): RawBuilder<unknown> {
  return condition.is === 'equal' ? sql` or actor = ${`name:${condition.value}`}` : sql``;
}

/** A push with a tag is called by it: `library/app:v1`. Its row has the digest, and the tags beside it. */
function ofPush(condition: ListCondition): RawBuilder<unknown> {
  const [, name, tag] =
    condition.is === 'equal' ? (/^([^:@]{1,255}):([\w.-]{1,128})$/.exec(String(condition.value)) ?? []) : [];
  if (name === undefined || tag === undefined) return sql``;
  const named = `%"tag":"${tag.replaceAll(/[\\%_]/g, String.raw`\$&`)}`;
  return sql` or (type in ('artifact.pushed', 'artifact.pulled') and object >= ${`${name}@`} and object < ${`${name}A`}
    and (data like ${`${named}"%`} escape '\\' or data like ${`${named},%`} escape '\\'))`;
}
