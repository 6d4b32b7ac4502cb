import { sql } from 'kysely';
import type { Queries, Tx } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';
import { valueList } from '../../platform/db/value-list.ts';
import type { Counted, PlaceFigures } from './count-places.ts';
import type { CountedTags, TagFigures } from './count-tags.ts';

/** Rows of one statement. */
const atOnce = 500;

function* inParts<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += atOnce) yield rows.slice(start, start + atOnce);
}

const changes = prepare((db, values: { after: number; upTo: number }) =>
  db
    .selectFrom('event')
    .select('id')
    .where('id', '>', values.after)
    .where('id', '<=', values.upTo)
    .where('type', 'not in', ['artifact.pulled', 'session.opened', 'session.closed'])
    .where('type', 'not like', '%.refused')
    .limit(1),
);

/** Whether an event between these ids tells of more than reading, coming and going. */
export async function anyChangeBetween(
  db: Queries,
  range: { readonly after: number; readonly upTo: number },
): Promise<boolean> {
  return (await db.first(changes, range)) !== undefined;
}

const lastCollection = prepare((db, values: { kind: string }) =>
  db
    .selectFrom('execution')
    .select('ended_at as endedAt')
    .where('vendor_type', '=', values.kind)
    .where('vendor_id', '=', -1)
    .where('ended_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1),
);

/** Whether garbage was collected since: the events of a run are of its beginning, and tell nothing of what it frees. */
export async function collectedSince(db: Queries, at: number): Promise<boolean> {
  const last = await db.first(lastCollection, { kind: 'GARBAGE_COLLECTION' });
  return (last?.endedAt ?? 0) > at;
}

export interface RepositoryFigures extends PlaceFigures {
  readonly untaggedBytes: number;
}

/** What was counted of each repository the last time. */
export async function readRepositoryFigures(db: Queries): Promise<Map<number, RepositoryFigures>> {
  const rows = await db.builder.selectFrom('storage_repository').selectAll().execute();
  return new Map(
    rows.map((row) => [
      row.repository_id,
      {
        logicalBytes: row.logical_bytes,
        uniqueBytes: row.unique_bytes,
        trashBytes: row.trash_bytes,
        untaggedBytes: row.untagged_bytes,
      },
    ]),
  );
}

const tags = prepare((db, values: { repositoryId: number }) =>
  db
    .selectFrom('storage_tag')
    .select(['tag_id as tagId', 'logical_bytes as logicalBytes', 'unique_bytes as uniqueBytes'])
    .where('repository_id', '=', values.repositoryId),
);

export interface RepositoryChange {
  readonly repositoryId: number;
  /** Undefined: it is gone. */
  readonly figures: RepositoryFigures | undefined;
  readonly changed: readonly TagFigures[];
  readonly gone: readonly number[];
}

/** Undefined: all is as it was. */
export async function compareRepository(
  db: Queries,
  repositoryId: number,
  was: RepositoryFigures | undefined,
  is: { readonly place: PlaceFigures | undefined; readonly tags: CountedTags },
): Promise<RepositoryChange | undefined> {
  const before = new Map((await db.all(tags, { repositoryId })).map((row) => [row.tagId, row]));
  const changed = is.tags.tags.filter(({ tagId, logicalBytes, uniqueBytes }) => {
    const row = before.get(tagId);
    before.delete(tagId);
    return row?.logicalBytes !== logicalBytes || row.uniqueBytes !== uniqueBytes;
  });
  const gone = [...before.keys()];
  const figures = is.place === undefined ? undefined : { ...is.place, untaggedBytes: is.tags.untaggedBytes };
  const same =
    figures === undefined
      ? was === undefined
      : was !== undefined &&
        (['logicalBytes', 'uniqueBytes', 'trashBytes', 'untaggedBytes'] as const).every(
          (key) => was[key] === figures[key],
        );
  return same && changed.length === 0 && gone.length === 0
    ? undefined
    : { repositoryId, figures, changed, gone };
}

export async function writeRepository(tx: Tx, change: RepositoryChange): Promise<void> {
  const { repositoryId, figures, changed, gone } = change;
  if (gone.length > 0)
    await tx.builder
      .deleteFrom('storage_tag')
      .where('tag_id', 'in', valueList('integer', JSON.stringify(gone), tx.dialect))
      .execute();
  for (const part of inParts(changed))
    await tx.builder
      .insertInto('storage_tag')
      .values(
        part.map(({ tagId, logicalBytes, uniqueBytes }) => ({
          tag_id: tagId,
          repository_id: repositoryId,
          logical_bytes: logicalBytes,
          unique_bytes: uniqueBytes,
          shared_bytes: logicalBytes - uniqueBytes,
        })),
      )
      .onConflict((on) =>
        on.column('tag_id').doUpdateSet((of) => ({
          repository_id: of.ref('excluded.repository_id'),
          logical_bytes: of.ref('excluded.logical_bytes'),
          unique_bytes: of.ref('excluded.unique_bytes'),
          shared_bytes: of.ref('excluded.shared_bytes'),
        })),
      )
      .execute();
  if (figures === undefined) {
    await tx.builder.deleteFrom('storage_repository').where('repository_id', '=', repositoryId).execute();
    return;
  }
  const row = { ...placeRow(figures), untagged_bytes: figures.untaggedBytes };
  await tx.builder
    .insertInto('storage_repository')
    .values({ repository_id: repositoryId, ...row })
    .onConflict((on) => on.column('repository_id').doUpdateSet(row))
    .execute();
}

const placeRow = ({ logicalBytes, uniqueBytes, trashBytes }: PlaceFigures) => ({
  logical_bytes: logicalBytes,
  unique_bytes: uniqueBytes,
  shared_bytes: logicalBytes - uniqueBytes,
  trash_bytes: trashBytes,
});

const dayMs = 24 * 60 * 60 * 1000;
/** What the forecast looks back on, and a month. */
const keptDays = 400;

/** The last of a count: the projects, everything, and what is remembered of the day. */
export async function writeTotals(
  tx: Tx,
  counted: Counted,
  when: { readonly eventId: number; readonly beganAt: number; readonly endedAt: number },
): Promise<void> {
  await tx.builder.deleteFrom('storage_project').execute();
  const projects = [...counted.projects].map(([id, of]) => ({ project_id: id, ...placeRow(of) }));
  for (const part of inParts(projects)) await tx.builder.insertInto('storage_project').values(part).execute();
  await tx.builder.deleteFrom('storage_trash_day').execute();
  for (const part of inParts([...counted.trashDays].map(([day, bytes]) => ({ day, bytes }))))
    await tx.builder.insertInto('storage_trash_day').values(part).execute();
  const { logicalBytes, trashBytes, unreferencedBytes } = counted;
  const total = {
    logical_bytes: logicalBytes,
    trash_bytes: trashBytes,
    unreferenced_bytes: unreferencedBytes,
    event_id: when.eventId,
    began_at: when.beganAt,
    ended_at: when.endedAt,
  };
  await tx.builder
    .insertInto('storage_total')
    .values({ id: 1, ...total })
    .onConflict((on) => on.column('id').doUpdateSet(total))
    .execute();
  const day = Math.floor(when.beganAt / dayMs);
  const stored = logicalBytes + trashBytes + unreferencedBytes;
  const days = [
    { project_id: 0, day, bytes: stored },
    ...projects.map((row) => ({ project_id: row.project_id, day, bytes: row.logical_bytes })),
  ];
  for (const part of inParts(days))
    await tx.builder
      .insertInto('storage_day')
      .values(part)
      .onConflict((on) =>
        on.columns(['project_id', 'day']).doUpdateSet((of) => ({ bytes: of.ref('excluded.bytes') })),
      )
      .execute();
  await sql`delete from storage_day where day < ${day - keptDays}`.execute(tx.builder);
}
