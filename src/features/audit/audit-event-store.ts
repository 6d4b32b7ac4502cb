import { type Selectable, type SqlBool, sql } from 'kysely';
import { principalNames } from '../../access/names/principal-name-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import type { EventTable } from '../../platform/db/schema.ts';
import {
  type AuditRow,
  type AuditRows,
  nameOfActor,
  nameOfObject,
  principalsOf,
  whereOf,
} from './audit-store.ts';

/** A row of the log with all that was recorded. */
export interface AuditEvent extends AuditRow {
  /** As it was recorded: `user:3`. */
  readonly actor: string;
  /** As it was recorded; `object` is how it is called now. */
  readonly recordedObject: string;
  readonly projectId: number | null;
  readonly address: string;
  readonly client: string;
  readonly requestId: string;
}

export interface IdRange {
  readonly from: number;
  readonly to: number;
}

/** The ids of all events there are now; undefined: there is none. */
export async function readEventIds({ builder }: Queries): Promise<IdRange | undefined> {
  const row = await builder
    .selectNoFrom([
      sql<number | null>`(select min(id) from event)`.as('from'),
      sql<number | null>`(select max(id) from event)`.as('to'),
    ])
    .executeTakeFirstOrThrow();
  return row.from === null || row.to === null ? undefined : { from: row.from, to: row.to };
}

/**
 * What of these ids matches, in their order. The rows are chosen by their ids first, whatever indexes there are for the
 * conditions: how long it takes depends on how many ids they are, not on how large the log is.
 */
export async function readEvents(
  db: Queries,
  { from, to }: IdRange,
  rows: AuditRows,
): Promise<readonly AuditEvent[]> {
  if (showsNothing(rows)) return [];
  const found = await db.builder
    .selectFrom((select) =>
      select
        .selectFrom('event')
        .selectAll()
        .where('id', '>=', from)
        .where('id', '<=', to)
        .orderBy('id')
        // Never reached: neither database moves a condition past a limit.
        .limit(to - from + 1)
        .as('event'),
    )
    .selectAll()
    .where(whereOf(db, rows))
    .orderBy('id')
    .execute();
  return eventsOf(db, found, rows.robotPrefix);
}

/** Rows of one time are in the order of their ids. */
export interface AuditPlace {
  readonly at: number;
  readonly id: number;
}

/** A page of the log by time, found by its place: the last page costs what the first does. */
export async function readEventPage(
  db: Queries,
  page: AuditRows & {
    readonly oldestFirst: boolean;
    readonly limit: number;
    /** Where the page before ended. */
    readonly behind: AuditPlace | undefined;
  },
): Promise<readonly AuditEvent[]> {
  const { behind, oldestFirst } = page;
  if (showsNothing(page)) return [];
  const direction = oldestFirst ? 'asc' : 'desc';
  let query = db.builder.selectFrom('event').selectAll().where(whereOf(db, page));
  if (behind !== undefined)
    query = query.where(
      oldestFirst
        ? sql<SqlBool>`(at, id) > (${behind.at}, ${behind.id})`
        : sql<SqlBool>`(at, id) < (${behind.at}, ${behind.id})`,
    );
  const found = await query.orderBy('at', direction).orderBy('id', direction).limit(page.limit).execute();
  return eventsOf(db, found, page.robotPrefix);
}

function showsNothing({ types, places }: AuditRows): boolean {
  return types.length === 0 || (places.kind === 'some' && places.projectIds.length === 0);
}

async function eventsOf(
  db: Queries,
  found: readonly Selectable<EventTable>[],
  robotPrefix: string,
): Promise<readonly AuditEvent[]> {
  const names = await principalNames(db, found.flatMap(principalsOf), robotPrefix);
  return found.map((row) => {
    const data = JSON.parse(row.data) as AuditRow['data'];
    return {
      id: row.id,
      type: row.type,
      at: row.at,
      username: nameOfActor(row.actor, names),
      object: nameOfObject(row, data, names),
      data,
      actor: row.actor,
      recordedObject: row.object,
      projectId: row.project_id,
      address: row.address,
      client: row.client,
      requestId: row.request_id,
    };
  });
}
