import { type SqlBool, sql } from 'kysely';
import type { Visible } from '../../access/visible.ts';
import { inVisibleProjects, inVisibleRepositories } from '../../access/visible-reads.ts';
import type { Queries } from '../../platform/db/database.ts';
import { prepare } from '../../platform/db/prepare.ts';

const total = prepare((db) =>
  db
    .selectFrom('storage_total')
    .select([
      'logical_bytes as logicalBytes',
      'trash_bytes as trashBytes',
      'unreferenced_bytes as unreferencedBytes',
      'event_id as eventId',
      'began_at as beganAt',
      'ended_at as endedAt',
    ]),
);

export interface StorageTotal {
  readonly logicalBytes: number;
  readonly trashBytes: number;
  readonly unreferencedBytes: number;
  readonly eventId: number;
  readonly beganAt: number;
  readonly endedAt: number;
}

/** Undefined before the first count. */
export function storageTotal(db: Queries): Promise<StorageTotal | undefined> {
  return db.first(total, {});
}

/** What lists of figures are of. */
export const figureKinds = ['project', 'repository', 'tag'] as const;
export type FigureKind = (typeof figureKinds)[number];

export interface FigureRow {
  readonly project: string;
  readonly repository?: string;
  readonly tag?: string;
  readonly logicalBytes: number;
  readonly uniqueBytes: number;
  readonly sharedBytes: number;
  readonly trashBytes?: number;
  readonly untaggedBytes?: number;
}

export const figureSortKeys = ['name', 'logical', 'unique', 'shared'] as const;

export interface FigurePage {
  readonly kind: FigureKind;
  readonly visible: Visible;
  readonly project?: string | undefined;
  /** With its project. */
  readonly repository?: string | undefined;
  readonly sort: { readonly key: (typeof figureSortKeys)[number]; readonly descending: boolean };
  readonly offset: number;
  readonly limit: number;
}

const names = { project: 'live_project.name', repository: 'live_repository.full_name', tag: 'live_tag.name' };
/** Of the table of figures, so that its indexes have the whole order. */
const ids = {
  project: 'storage_project.project_id',
  repository: 'storage_repository.repository_id',
  tag: 'storage_tag.tag_id',
};

/** A page of what was counted last, of what is there still. */
export async function pageOfFigures(db: Queries, page: FigurePage): Promise<FigureRow[]> {
  const { kind, sort } = page;
  const table = `storage_${kind}`;
  const key = sort.key === 'name' ? names[kind] : `${table}.${sort.key}_bytes`;
  const direction = sort.descending ? sql`desc` : sql`asc`;
  // Tags of one name are in the order of their repositories.
  const last = sort.key === 'name' && kind === 'tag' ? 'live_repository.full_name' : ids[kind];
  const { rows } = await sql<FigureRow>`
    select ${selected(kind)} from ${joined(kind)} where ${matching(db, page)}
      order by ${sql.ref(key)} ${direction}, ${sql.ref(last)} ${direction}
      limit ${page.limit} offset ${page.offset}`.execute(db.builder);
  return rows;
}

/** How many there are; no more than `most` are counted. */
export async function countFigures(
  db: Queries,
  page: Omit<FigurePage, 'sort' | 'offset' | 'limit'>,
  most: number,
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as "count" from (
      select 1 from ${joined(page.kind)} where ${matching(db, page)} limit ${most}) as found`.execute(
    db.builder,
  );
  return Number(rows[0]?.count ?? 0);
}

function selected(kind: FigureKind) {
  const table = sql.ref(`storage_${kind}`);
  const figures = sql`${table}.logical_bytes as "logicalBytes", ${table}.unique_bytes as "uniqueBytes",
    ${table}.shared_bytes as "sharedBytes", live_project.name as "project"`;
  switch (kind) {
    case 'project':
      return sql`${figures}, storage_project.trash_bytes as "trashBytes"`;
    case 'repository':
      return sql`${figures}, live_repository.full_name as "repository",
        storage_repository.trash_bytes as "trashBytes", storage_repository.untagged_bytes as "untaggedBytes"`;
    case 'tag':
      return sql`${figures}, live_repository.full_name as "repository", live_tag.name as "tag"`;
  }
}

function joined(kind: FigureKind) {
  const project = sql`join live_project on live_project.id = `;
  switch (kind) {
    case 'project':
      return sql`storage_project ${project} storage_project.project_id`;
    case 'repository':
      return sql`storage_repository join live_repository on live_repository.id = storage_repository.repository_id
        ${project} live_repository.project_id`;
    case 'tag':
      return sql`storage_tag join live_tag on live_tag.id = storage_tag.tag_id
        join live_repository on live_repository.id = live_tag.repository_id ${project} live_repository.project_id`;
  }
}

function matching(
  db: Queries,
  { kind, visible, project, repository }: Pick<FigurePage, 'kind' | 'visible' | 'project' | 'repository'>,
) {
  const seen =
    kind === 'project'
      ? sql<SqlBool>`live_project.id in ${db.builder
          .selectFrom('live_project')
          .select('live_project.id')
          .where(inVisibleProjects(visible, db.dialect))}`
      : sql<SqlBool>`live_repository.id in ${db.builder
          .selectFrom('live_repository')
          .innerJoin('live_project', 'live_project.id', 'live_repository.project_id')
          .select('live_repository.id')
          .where('live_repository.visible_at', 'is not', null)
          .where(inVisibleRepositories(visible, db.dialect))}`;
  const shown = kind === 'project' ? sql`1 = 1` : sql`live_repository.visible_at is not null`;
  return sql.join(
    [
      visible.kind === 'all' ? shown : seen,
      ...(project === undefined ? [] : [sql`live_project.name = ${project}`]),
      ...(repository === undefined ? [] : [sql`live_repository.full_name = ${repository}`]),
    ],
    sql` and `,
  );
}

const trashDays = prepare((db) => db.selectFrom('storage_trash_day').select(['day', 'bytes']).orderBy('day'));

/** By day since 1970 (UTC), which bytes the trash gives back that ends then. */
export function trashDaysOf(db: Queries): Promise<{ readonly day: number; readonly bytes: number }[]> {
  return db.all(trashDays, {});
}

const untagged = prepare((db, values: { count: number }) =>
  db
    .selectFrom('storage_repository')
    .innerJoin('live_repository', 'live_repository.id', 'storage_repository.repository_id')
    .select(['live_repository.full_name as repository', 'untagged_bytes as bytes'])
    .where('untagged_bytes', '>', 0)
    .orderBy('untagged_bytes', 'desc')
    .orderBy('storage_repository.repository_id', 'desc')
    .limit(values.count),
);

/** The repositories that would give back most with their untagged artifacts. */
export function mostUntagged(
  db: Queries,
  count: number,
): Promise<{ readonly repository: string; readonly bytes: number }[]> {
  return db.all(untagged, { count });
}

const allUntagged = prepare((db) =>
  db
    .selectFrom('storage_repository')
    .select(sql<number | null>`cast(sum(untagged_bytes) as bigint)`.as('bytes'))
    .where('untagged_bytes', '>', 0),
);

export async function untaggedBytes(db: Queries): Promise<number> {
  return (await db.first(allUntagged, {}))?.bytes ?? 0;
}

const days = prepare((db, values: { projectId: number; since: number }) =>
  db
    .selectFrom('storage_day')
    .select(['day', 'bytes'])
    .where('project_id', '=', values.projectId)
    .where('day', '>=', values.since)
    .orderBy('day'),
);

/** What a project took up day by day; project 0: all that was stored. */
export function daysOf(
  db: Queries,
  projectId: number,
  since: number,
): Promise<{ readonly day: number; readonly bytes: number }[]> {
  return db.all(days, { projectId, since });
}
