import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { EventType } from '../../lib/event-types.ts';
import type { ListCondition } from '../../lib/list-condition.ts';
import type { Queries } from '../../platform/db/database.ts';
import { listWhere } from '../../platform/db/list-where.ts';
import { valueList } from '../../platform/db/value-list.ts';

export interface AuditRow {
  readonly id: number;
  readonly type: string;
  readonly at: number;
  /** Of the account, as it is called now; of what has no account, what the event says: `system`, `anonymous`. */
  readonly username: string;
  readonly object: string;
  readonly data: Readonly<Record<string, string | number | null>>;
}

export type AuditColumn = 'id' | 'op_time' | 'project_id' | 'username' | 'resource';

export interface AuditPage {
  /** Undefined: of the whole system. */
  readonly projectIds: readonly number[] | undefined;
  readonly types: readonly EventType[];
  readonly conditions: readonly ListCondition<AuditColumn>[];
  readonly oldestFirst: boolean;
  readonly offset: number;
  readonly limit: number;
  /** Rows are counted up to here. */
  readonly countTo: number;
}

/** The same words as those of the indexes, without which SQLite would not use them. */
const shown = sql<SqlBool>`type not in ('blob.pushed', 'blob.mounted', 'blob.deleted', 'blob.missing')`;

/** A page of the log, and how many rows match, counted no further than asked. */
export async function readAuditLog(
  db: Queries,
  page: AuditPage,
): Promise<{ rows: AuditRow[]; count: number }> {
  if (page.types.length === 0 || page.projectIds?.length === 0) return { rows: [], count: 0 };
  const matching = db.builder.selectFrom('event').where(whereOf(db, page));
  const counted = await db.builder
    .selectFrom(
      matching
        .select('id')
        .limit(page.countTo + 1)
        .as('some'),
    )
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const direction = page.oldestFirst ? 'asc' : 'desc';
  const found = await matching
    .select(['id', 'type', 'at', 'actor', 'object', 'data'])
    .orderBy('at', direction)
    .orderBy('id', direction)
    .offset(page.offset)
    .limit(page.limit)
    .execute();
  const names = await namesOf(
    db,
    found.flatMap(({ actor, object }) => [actor, object]),
  );
  return {
    count: counted.count,
    rows: found.map(({ id, type, at, actor, object, data }) => ({
      id,
      type,
      at,
      username: names.get(actor) ?? actor,
      object: names.get(object) ?? object,
      data: JSON.parse(data) as AuditRow['data'],
    })),
  };
}

function whereOf(db: Queries, { projectIds, types, conditions }: AuditPage): RawBuilder<SqlBool> {
  const { dialect } = db;
  const parts = [
    shown,
    sql<SqlBool>`type in ${valueList('text', JSON.stringify(types), dialect)}`,
    ...(projectIds === undefined ? [] : [ofProjects(projectIds, db)]),
    ...conditions.map((condition) => conditionOf(db, condition)),
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

const places = { id: 'id', op_time: 'at', project_id: 'project_id' } as const;

function conditionOf(db: Queries, condition: ListCondition<AuditColumn>): RawBuilder<SqlBool> {
  const { column } = condition;
  const { dialect } = db;
  switch (column) {
    case 'username':
      return sql<SqlBool>`(${as('actor', condition, db)} or actor in (${accounts(condition, db)}))`;
    case 'resource':
      return sql<SqlBool>`(${as('object', condition, db)} or object in (${accounts(condition, db)})${ofPush(condition)})`;
    case 'id':
    case 'op_time':
    case 'project_id':
      return listWhere([{ ...condition, column }], places, dialect);
  }
}

/** The condition on another column than its own. */
function as(place: string, condition: ListCondition, { dialect }: Queries): RawBuilder<SqlBool> {
  return listWhere([{ ...condition, column: 'it' }], { it: place }, dialect);
}

/** `user:3`, for each account whose name meets the condition. */
function accounts(condition: ListCondition, db: Queries): RawBuilder<unknown> {
  return sql`select 'user:' || account.id from "user" as account where ${as('account.username', condition, db)}`;
}

/** A push with a tag is called by it: `library/app:v1`. Its row has the digest, and the tags beside it. */
function ofPush(condition: ListCondition): RawBuilder<unknown> {
  const [, name, tag] =
    condition.is === 'equal' ? (/^([^:@]{1,255}):([\w.-]{1,128})$/.exec(String(condition.value)) ?? []) : [];
  if (name === undefined || tag === undefined) return sql``;
  const named = `%"tag":"${tag.replaceAll(/[\\%_]/g, String.raw`\$&`)}`;
  return sql` or (type = 'artifact.pushed' and object >= ${`${name}@`} and object < ${`${name}A`}
    and (data like ${`${named}"%`} escape '\\' or data like ${`${named},%`} escape '\\'))`;
}

/** The names of the accounts among these texts. */
async function namesOf(db: Queries, texts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(texts)].flatMap((text) => {
    const [, id] = /^user:(\d{1,15})$/.exec(text) ?? [];
    return id === undefined ? [] : [Number(id)];
  });
  if (ids.length === 0) return new Map();
  const rows = await db.builder
    .selectFrom('user')
    .select(['id', 'username'])
    .where('id', 'in', valueList('integer', JSON.stringify(ids), db.dialect))
    .execute();
  return new Map(rows.map(({ id, username }) => [`user:${id}`, username]));
}
